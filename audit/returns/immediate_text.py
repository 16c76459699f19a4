"""The texts of immediate actions: their types, how they are stored, and actions as shown without their texts."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.orm import Session, aliased

from audit.calendar import chosen, in_london
from audit.returns.answers import Answers
from audit.tools import IMMEDIATE, IMMEDIATE_DETAILS
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle
from storage.immediate import ImmediateAction
from storage.people import Agency, Area, Person
from storage.returns import Return, ReturnState

Due = Literal["", "due", "overdue"]
"""How a date compares with today: "" if it is to come, "due" if it is today, "overdue" after it."""


@dataclass(frozen=True)
class NeededNow:
    """What must happen now, who owns it (a role), and by when (an ISO date or "")."""

    what: str
    owner: str
    by: str


@dataclass(frozen=True)
class Noted:
    """A coordinator's note on acknowledging. `dealing`: the role that deals with it; `at`: an ISO time."""

    person_id: str
    label: str
    at: str
    dealing: str
    note: str


@dataclass(frozen=True)
class ImmediateTexts:
    """The sealed texts of a row."""

    asked: NeededNow
    notes: tuple[Noted, ...] = ()
    done: str = ""


@dataclass(frozen=True)
class Immediate:
    """An immediate action without its texts, as messages and lists show it.

    `standing`: what the return says about it now ("yes", "no", "taken back", "nil", "declined", or "withdrawn" if it is
    no longer requested). `changed`: what it asks for has changed since it was acknowledged. `due`: how the day by which
    it should be done compares with today; the day itself isn't shown. `audit`: the audit's number.
    """

    id: str
    cycle_id: str
    return_id: str
    reference: str
    area: str
    agency: str
    audit: int
    raised_at: datetime
    standing: str
    changed: bool
    due: Due
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    closed_at: datetime | None
    closed_by: str | None


def asked_for(answers: Answers) -> NeededNow | None:
    """The immediate action that this return asks for; None if it asks for none."""
    if answers.sections.get(IMMEDIATE) != "yes":
        return None
    return NeededNow(*(answers.sections.get(field, "") for field in IMMEDIATE_DETAILS))


def keep(session: Session, row: ImmediateAction, text: ImmediateTexts) -> None:
    """Store the texts, sealed."""
    seal(session, row, "text", json.dumps(asdict(text)))


def kept(session: Session, row: ImmediateAction) -> ImmediateTexts:
    """The stored texts."""
    stored = json.loads(unseal(session, row, "text"))
    return ImmediateTexts(
        NeededNow(**stored["asked"]), tuple(Noted(**each) for each in stored["notes"]), stored["done"]
    )


_Row = Row[ImmediateAction, Return, Involvement, Case, Agency, Area, int, str, str]
_READER, _CLOSER = aliased(Person), aliased(Person)
_FOUND = (
    select(ImmediateAction, Return, Involvement, Case, Agency, Area, Cycle.number, _READER.label, _CLOSER.label)
    .join(Return, Return.id == ImmediateAction.return_id)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .join(Area, Area.id == Case.area_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .outerjoin(_READER, _READER.id == ImmediateAction.acknowledged_by_id)
    .outerjoin(_CLOSER, _CLOSER.id == ImmediateAction.closed_by_id)
)
"""Immediate actions with what they are about, who acknowledged them and who closed them."""


def actions_where(session: Session, wanted: ColumnElement[bool]) -> list[Immediate]:
    """The actions that `wanted` selects, without their texts."""
    return _shown(session, session.execute(_FOUND.where(wanted)))


def _shown(session: Session, rows: Iterable[_Row]) -> list[Immediate]:
    today = in_london(now(session)).date()
    actions = []
    for row, returned, involvement, case, agency, area, audit, acknowledged_by, closed_by in rows:
        text = kept(session, row)
        withdrawn = case.withdrawn_at is not None or involvement.withdrawn_at is not None
        actions.append(
            Immediate(
                id=row.id,
                cycle_id=row.cycle_id,
                return_id=row.return_id,
                reference=case.reference,
                area=area.label,
                agency=agency.label,
                audit=audit,
                raised_at=row.raised_at,
                standing="withdrawn" if withdrawn else _standing(row, returned),
                changed=bool(text.notes) and row.acknowledged_at is None,
                due=to_day(text.asked.by, today),
                acknowledged_at=row.acknowledged_at,
                acknowledged_by=acknowledged_by,
                closed_at=row.closed_at,
                closed_by=closed_by,
            )
        )
    return actions


_OF_RETURNS = _FOUND.where(ImmediateAction.return_id.in_(bindparam("return_ids")))


def newest(session: Session, return_ids: Collection[str]) -> dict[str, Immediate]:
    """Return id -> its newest immediate action, for returns that ever had one; without texts."""
    every = _shown(session, session.execute(_OF_RETURNS, {"return_ids": [*return_ids]})) if return_ids else []
    return {each.return_id: each for each in sorted(every, key=lambda each: (each.raised_at, each.id))}


_AFTERWARDS = {ReturnState.SUBMITTED: "no", ReturnState.NIL: "nil", ReturnState.DECLINED: "declined"}


def _standing(row: ImmediateAction, returned: Return) -> str:
    if returned.version <= row.version:
        return "yes"
    return _AFTERWARDS.get(ReturnState(returned.state), "taken back")


def to_day(by: str, today: date) -> Due:
    """How the day `by` (an ISO date or "") compares with today; "" also if it isn't a date."""
    day = chosen(by)
    if day is None or today < day:
        return ""
    return "due" if today == day else "overdue"
