"""Write the trail: append-only, with references and grades only. Only `forget` empties entries."""

import hashlib
from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import NotAllowed
from storage.clock import now
from storage.trail import TrailEntry, TrailForgotten, add

SYSTEM = "Roundtable"
FORGET = "trail.forget"
"""The verb of an entry that records that others were emptied."""
CAN_BE_EMPTIED = (TrailEntry.link.is_not(None), TrailEntry.salt.is_not(None), TrailEntry.verb != FORGET)
"""Conditions for entries that are sealed, not emptied yet, and don't record an emptying themselves."""
READINGS: Mapping[str, str] = {
    "action.read": "an action with all its steps",
    "case.discuss": "the discussion of a case",
    "case.judge": "the discussion of a case, to ratify it",
    "decline.read": "why an agency asks not to answer",
    "draft.take": "a draft, to go on from it",
    "drift.read": "what people had put into the sheet, and had beside rows that were deleted",
    "export.audit": "the texts about an audit as a whole, as a file",
    "export.case": "everything about a case, as a file",
    "export.person": "everything about a person's acts, as a file",
    "export.readings": "the register of readings, as a file",
    "findings.read": "the findings of an audit, or those about a learning theme",
    "history.read": "a version of a return, in full",
    "immediate.read": "an immediate action",
    "pack.ask": "a meeting's pack",
    "report.read": "a report, as a file",
    "return.read": "an agency's return, in the form with which a coordinator answers for it",
    "sheet.export": "what the sheet shows, as a file",
    "summary.read": "the summary of a case, in full",
    "trail.export": "the whole trail, as a file",
}
"""The register of readings: the trail's verb for reading a full text -> what was read."""


def record(
    session: Session,
    who: Actor | str | None,
    verb: str,
    *,
    subject_id: str | None = None,
    cycle_id: str | None = None,
    detail: str = "",
) -> TrailEntry:
    """Record that `who` did `verb` ("return.submit") to `subject_id`.

    `who` is a string for somebody outside Slack: the role for whom a command was run. It is None for the product
    itself, or for a command that doesn't ask for whom it is run.
    """
    return add(
        session,
        TrailEntry(
            at=now(session),
            person_id=who.person_id if isinstance(who, Actor) else None,
            actor=who.label if isinstance(who, Actor) else who or SYSTEM,
            verb=verb,
            cycle_id=cycle_id,
            subject_id=subject_id,
            detail=detail[:200],
        ),
    )


def reading(
    session: Session,
    who: Actor | str | None,
    verb: str,
    *,
    subject_id: str | None = None,
    cycle_id: str | None = None,
    detail: str = "",
) -> None:
    """Record in the register of readings that `who` read a full text. ValueError unless `verb` is one of READINGS."""
    if verb not in READINGS:
        raise ValueError(f"the register of readings has no words for {verb}")
    record(session, who, verb, subject_id=subject_id, cycle_id=cycle_id, detail=detail)


def record_denial(session: Session, denial: NotAllowed, slack_user: str) -> None:
    """Record what somebody was not allowed to do. `slack_user` is "team/user", whether registered or not."""
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


def forget(session: Session, which: ColumnElement[bool], why: str, *, cycle_id: str | None = None) -> int:
    """Empty the entries that fulfil the condition `which`, and record it in an entry of its own. Returns how many.

    An emptied entry keeps its time, verb, cycle and hashes, so its chain stays whole; its person, subject and detail
    are gone. Only entries that are CAN_BE_EMPTIED are emptied. `why`: a few words without anybody's name.
    """
    numbers = session.scalars(select(TrailEntry.number).where(which, *CAN_BE_EMPTIED).order_by(TrailEntry.number)).all()
    if not numbers:
        return 0
    by = record(session, None, FORGET, cycle_id=cycle_id, detail=forgotten(numbers, why))
    session.flush()
    session.execute(insert(TrailForgotten), [{"number": number, "by_number": by.number} for number in numbers])
    emptied = TrailEntry.number.in_(select(TrailForgotten.number).where(TrailForgotten.by_number == by.number))
    nothing = {"person_id": None, "actor": "", "subject_id": None, "detail": "", "salt": None}
    session.execute(update(TrailEntry).where(emptied).values(nothing).execution_options(synchronize_session=False))
    return len(numbers)


def forgotten(numbers: Iterable[int], why: str = "") -> str:
    """The detail of an entry that records an emptying: how many entries, a hash of their numbers, and why.

    The hash prevents that other entries are passed off as emptied by it.
    """
    in_order = sorted(numbers)
    digest = hashlib.sha256(",".join(map(str, in_order)).encode()).hexdigest()[:32]
    return f"{len(in_order)} {digest} {why}".strip()
