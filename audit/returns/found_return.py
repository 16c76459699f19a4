"""Finding a return with everything it belongs to, by its id or a form's record id; and whether it can be changed."""

from dataclasses import dataclass

from sqlalchemy import Row, String, bindparam, func, select
from sqlalchemy.orm import Session

from audit.errors import NotFound, Refused
from audit.moment import cannot_be_sent, reopened
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import AuditTool, Cycle, CycleArea, CycleState
from storage.meetings import Meeting
from storage.people import Agency, Area
from storage.returns import Draft, Return, ReturnVersion
from storage.types import LOCK


@dataclass(frozen=True)
class Party:
    """The labels of a return's case, area and agency, and the number of its audit."""

    reference: str
    area: str
    agency: str
    audit: int


Found = Row[Return, Involvement, Case, Agency, Area, Cycle, Meeting, AuditTool]

FOUND = (
    select(Return, Involvement, Case, Agency, Area, Cycle, Meeting, AuditTool)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .join(Area, Area.id == Case.area_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(CycleArea, CycleArea.id == Case.place_id)
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .join(AuditTool, AuditTool.id == Cycle.tool_id)
)
"""A return with everything it belongs to, in one query."""


def party_of(found: Found) -> Party:
    """The labels of a return's agency and case."""
    return Party(found.Case.reference, found.Area.label, found.Agency.label, found.Cycle.number)


_ONE = FOUND.where(Return.id == bindparam("return_id"))
_LOCKED = _ONE.with_for_update(of=Return, **LOCK)


def find(session: Session, return_id: str, *, locked: bool = False) -> Found:
    """The return; `locked` against changes by others until the transaction ends. NotFound."""
    found = session.execute(_LOCKED if locked else _ONE, {"return_id": return_id}).one_or_none()
    if found is None:
        raise NotFound("This return no longer exists.")
    return found


_RECORD = bindparam("record_id", type_=String)
_FILLED_FROM = FOUND.where(
    Return.id
    == func.coalesce(
        select(ReturnVersion.return_id).where(ReturnVersion.id == _RECORD).scalar_subquery(),
        select(Draft.return_id).where(Draft.id == _RECORD).scalar_subquery(),
        _RECORD,
    )
).with_for_update(of=Return, **LOCK)


def filled_from(session: Session, record_id: str) -> tuple[Found, int]:
    """The return, locked, and the number of the version that a form with this record id was filled from (0: none)."""
    found = session.execute(_FILLED_FROM, {"record_id": record_id}).one_or_none()
    if found is None:
        raise NotFound("This return no longer exists.")
    if found.Return.id == record_id:
        return found, 0
    version = session.get(ReturnVersion, record_id)
    return found, version.number if version is not None else session.get_one(Draft, record_id).base


def newest_id(session: Session, found: Found) -> str:
    """The record id of a form that is filled now: the newest version's id, or the return's own."""
    row = found.Return
    newest = select(ReturnVersion.id).where(ReturnVersion.return_id == row.id, ReturnVersion.number == row.version)
    return session.scalar(newest) or row.id


def require_open(session: Session, found: Found) -> None:
    """Refuse to change a return that isn't requested (yet, or any more), is locked, or is being discussed."""
    party, state, locked = party_of(found), found.Cycle.state, found.Return.locked_at is not None
    if state == CycleState.PLANNED:
        raise Refused("This audit hasn't been opened yet.")
    if state == CycleState.CANCELLED:
        raise Refused("This audit was cancelled, so nothing more is asked. Nothing was changed.")
    if state in (CycleState.RATIFIED, CycleState.REPORTED, CycleState.CLOSED):
        raise Refused("This audit's judgements have been ratified, so its returns stay as they are.")
    if found.Case.withdrawn_at is not None or found.Involvement.withdrawn_at is not None:
        raise Refused(f"{party.reference} is no longer asked of your agency. Nothing was changed.")
    if locked:
        raise Refused(f"{party.reference} has been ratified, so its returns are locked. Nothing was changed.")
    moment, starts_at = now(session), found.Meeting.starts_at
    again = moment >= starts_at and bool(reopened(session, Case.id == found.Case.id))  # most returns come in before
    if cannot_be_sent(state, starts_at, moment, ratified=locked, reopened=again):
        raise Refused(f"The meeting about {party.reference} has begun, so this return can't be changed any more.")
