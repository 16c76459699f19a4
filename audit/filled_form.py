"""A form that is filled in from the current state, and the outcome when it is sent."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import Refused
from storage.trail import TrailEntry


@dataclass(frozen=True, kw_only=True)
class Filled:
    """A form as filled in from the state at that time.

    `mark`: a fingerprint of the state shown, "" before there is one; it comes back with the form (docs/decisions/0015).
    `again`: the state has changed since, so nothing was done and the form is shown again with what was typed. `done`:
    the form's request is carried out, whether it was sent once or twice.
    """

    mark: str = ""
    again: bool = False
    done: bool = False


def require_as_filled(seen: str, mark: str, stands: str, field: str) -> None:
    """Refuse a form at `field` if its mark `seen` isn't `mark`: what it was filled from has changed since.

    `stands` says what is so now, a clause. A form that carries no mark ("") isn't refused.
    """
    if seen not in {"", mark}:
        raise Refused(f"It was changed since you opened this: {stands}. Please open it again.", field=field)


def changed_by_another(session: Session, who: Actor, record_id: str, *verbs: str) -> bool:
    """Whether somebody else than `who` did one of these verbs to a record, by the trail.

    A form that makes a record of its own id changes what it made when it is sent again, but not what others did to it.
    """
    done = select(TrailEntry.number).where(TrailEntry.subject_id == record_id, TrailEntry.verb.in_(verbs))
    return session.scalar(done.where(TrailEntry.person_id != who.person_id).limit(1)) is not None
