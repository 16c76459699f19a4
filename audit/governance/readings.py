"""The register of readings: who opened whose texts, and when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.governance import export
from storage.actions import Action
from storage.cases import Case, Involvement
from storage.cycles import Cycle
from storage.immediate import ImmediateAction
from storage.people import Agency, Person
from storage.returns import Return
from storage.trail import TrailEntry

EVERY = "all agencies of the audit"
_Whose = tuple[str, str]
"""A case's reference, or "", and the agencies whose texts were opened, in words."""


@dataclass(frozen=True)
class ReadingEntry:
    """An entry of the register. `audit`: a cycle's number, None if it isn't about one audit. `what`: in words.

    `whose`: the agencies whose texts were opened, "" if that is no longer known.
    """

    number: int
    at: datetime
    who: str
    what: str
    audit: int | None
    case: str
    whose: str
    detail: str


def register(session: Session) -> tuple[ReadingEntry, ...]:
    """Every recorded reading of full text, oldest first."""
    entries = session.execute(
        select(TrailEntry, Cycle.number)
        .outerjoin(Cycle, Cycle.id == TrailEntry.cycle_id)
        .where(TrailEntry.verb.in_(trail.READINGS))
        .order_by(TrailEntry.number)
    ).all()
    whose = dict(_whose(session))
    return tuple(_reading(entry, audit, whose.get(entry.subject_id or "")) for entry, audit in entries)


def note(session: Session, by: str, count: int) -> None:
    """Record in the register that somebody, given by their role, has the register."""
    trail.reading(session, by, export.READINGS, detail=f"{count} entries")


def _reading(entry: TrailEntry, audit: int | None, about: _Whose | None) -> ReadingEntry:
    emptied = entry.salt is None
    case, whose = about or ("", "" if emptied or audit is None else EVERY)
    who = "(removed: its time was over)" if emptied else entry.actor
    what = trail.READINGS[entry.verb]
    return ReadingEntry(entry.number, entry.at, who, what, audit, case, whose, entry.detail)


def _whose(session: Session) -> Iterator[tuple[str, _Whose]]:
    """(id of what a reading is about, whose texts those are) for everything that can be read."""
    parts = (
        select(Return.id, Case.id, Case.reference, Agency.label, ImmediateAction.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .outerjoin(ImmediateAction, ImmediateAction.return_id == Return.id)
        .order_by(Case.id, Agency.label)
    )
    involved: dict[str, tuple[str, dict[str, None]]] = {}
    for return_id, case_id, reference, agency, immediate_id in session.execute(parts):
        yield return_id, (reference, agency)
        if immediate_id is not None:
            yield immediate_id, (reference, agency)
        involved.setdefault(case_id, (reference, {}))[1][agency] = None
    yield from ((case_id, (reference, ", ".join(agencies))) for case_id, (reference, agencies) in involved.items())
    actions = select(Action.id, Case.reference, Agency.label).outerjoin(Case, Case.id == Action.case_id)
    for action_id, reference, agency in session.execute(actions.outerjoin(Agency, Agency.id == Action.agency_id)):
        yield action_id, (reference or "", agency or "")
    yield from ((row_id, ("", label)) for row_id, label in session.execute(select(Person.id, Person.label)))
