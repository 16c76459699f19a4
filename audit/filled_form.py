"""A form that is filled in from the current state, and the outcome when it is sent."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import Refused
from storage.trail import TrailEntry

_DIGITS = 18
"""The most digits of a number that the database can compare."""


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


def require_as_filled(seen: str, mark: str, stands: str, field: str | None = None) -> None:
    """Refuse a form, at `field`, if its mark `seen` isn't `mark`: what it was filled from has changed since.

    `stands` says what is so now, a clause. A form that carries no mark ("") isn't refused.
    """
    if seen not in {"", mark}:
        raise Refused(_changed(stands), field=field)


def newest_act(
    session: Session, record_ids: Collection[str] | Select[str], *verbs: str, details: Collection[str] | None = None
) -> int:
    """The number of the trail's newest entry with one of these verbs about one of these records, 0 without any.

    A mark that contains it differs when a state has been left and come back, for example a role ended and given again.
    `details`: only entries with one of these details count.
    """
    acts = [TrailEntry.subject_id.in_(record_ids), TrailEntry.verb.in_(verbs)]
    if details is not None:
        acts.append(TrailEntry.detail.in_(details))
    return session.scalar(select(func.max(TrailEntry.number)).where(*acts)) or 0


def act_number(mark: str) -> int | None:
    """The number of an entry in the trail that a mark consists of; None if it is something else."""
    return int(mark) if mark.isascii() and mark.isdecimal() and len(mark) <= _DIGITS else None


def require_no_other(  # noqa: PLR0917  # a form's mark, and what it says if that is outdated
    session: Session, who: Actor | None, record_id: str, verbs: Collection[str], seen: str, stands: str, field: str
) -> None:
    """Refuse a form, at `field`, if somebody else than `who` did one of these verbs to its record since it was opened.

    With None for `who`, it is refused whoever did it.

    `seen`: the form's mark, the number of the newest such act then; for a form that made the record, anything else.
    What `who` did since is no reason: a form that is sent again with a second thought changes what it did.
    """
    acts = select(TrailEntry.number).where(
        TrailEntry.subject_id == record_id, TrailEntry.verb.in_(verbs), TrailEntry.number > (act_number(seen) or 0)
    )
    if who is not None:
        acts = acts.where(TrailEntry.person_id.is_distinct_from(who.person_id))
    if session.scalar(acts.limit(1)) is not None:
        raise Refused(_changed(stands), field=field)


def _changed(stands: str) -> str:
    return f"It was changed since you opened this: {stands}. Please open it again."
