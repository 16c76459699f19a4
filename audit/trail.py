"""Write the trail: append-only, references and grades only. `forget` is the one door by which an entry is emptied."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import NotAllowed
from storage.clock import now
from storage.trail import TrailEntry, TrailForgotten, add

SYSTEM = "Roundtable"
FORGET = "trail.forget"
"""What the trail calls it when entries were emptied."""


def record(
    session: Session,
    who: Actor | None,
    verb: str,
    *,
    subject_id: str | None = None,
    cycle_id: str | None = None,
    detail: str = "",
) -> TrailEntry:
    """Record that `who` (None: the product itself) did `verb` ("return.submit") to `subject_id`."""
    return add(
        session,
        TrailEntry(
            at=now(session),
            person_id=who.person_id if who else None,
            actor=who.label if who else SYSTEM,
            verb=verb,
            cycle_id=cycle_id,
            subject_id=subject_id,
            detail=detail[:200],
        ),
    )


def record_denial(session: Session, denial: NotAllowed, slack_user: str) -> None:
    """Record what somebody was not allowed to do; `slack_user` is "team/user", registered or not."""
    add(
        session,
        TrailEntry(
            at=now(session),
            person_id=denial.person_id,
            actor=slack_user[:80],
            verb="denied",
            subject_id=denial.subject_id,
            detail=denial.verb,
        ),
    )


def forget(
    session: Session, who: Actor | None, which: ColumnElement[bool], why: str, *, cycle_id: str | None = None
) -> int:
    """Empty the entries that `which` is true of; how many. What was forgotten, an entry of its own says: `forgotten`.

    An emptied entry keeps when and what kind of thing was done, in which cycle, and its hashes, so its chain stays
    whole; who did it, to what, and its detail are gone. Entries that aren't sealed yet, and those that record this,
    stay. `why`: a few words without anybody's name. Says nothing about who may.
    """
    kept = (TrailEntry.link.is_not(None), TrailEntry.salt.is_not(None), TrailEntry.verb != FORGET)
    numbers = session.scalars(select(TrailEntry.number).where(which, *kept).order_by(TrailEntry.number)).all()
    if not numbers:
        return 0
    by = record(session, who, FORGET, cycle_id=cycle_id, detail=forgotten(numbers, why))
    session.flush()
    session.execute(insert(TrailForgotten), [{"number": number, "by_number": by.number} for number in numbers])
    emptied = TrailEntry.number.in_(select(TrailForgotten.number).where(TrailForgotten.by_number == by.number))
    nothing = {"person_id": None, "actor": "", "subject_id": None, "detail": "", "salt": None}
    session.execute(update(TrailEntry).where(emptied).values(nothing).execution_options(synchronize_session=False))
    return len(numbers)


def forgotten(numbers: Iterable[int], why: str = "") -> str:
    """How an entry says which others were forgotten, so that none can be added: how many, a hash of them, and why."""
    each = sorted(numbers)
    said = hashlib.sha256(",".join(map(str, each)).encode()).hexdigest()[:32]
    return f"{len(each)} {said} {why}".strip()
