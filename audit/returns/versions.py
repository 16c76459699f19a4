"""Versions of returns: finding what one is added to, whether it may be, also of a case opened again, and adding it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Row, String, bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from audit import moment as moment_rules
from audit import trail
from audit.access import Actor
from audit.calendar import deadline
from audit.errors import NotFound, Refused
from audit.returns import immediate
from audit.returns.answers import OWN, Answers, keep, only_asked, page_of
from audit.tools import IMPLIED, Section, Tool
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import AuditTool, Cycle, CycleArea, CycleState
from storage.faults import fault
from storage.immediate import ImmediateAction
from storage.meetings import IN_FORCE, Judgement, Meeting, Reopening
from storage.people import Agency, Area
from storage.promises import PromiseKind, promise
from storage.returns import Decline, Draft, Return, ReturnState, ReturnVersion
from storage.types import LOCK, change, plain_rows, put

AGAIN = exists().where(Reopening.case_id == Case.id).correlate(Case) & ~exists().where(
    Judgement.case_id == Case.id, IN_FORCE
).correlate(Case)
"""That a case was ratified and is open again."""


@dataclass(frozen=True)
class Party:
    """An agency and a case, by their labels: whose return of which case it is. `audit`: the number of the case's."""

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
"""A return with everything that it belongs to, in one query."""

ASKED = (Case.withdrawn_at.is_(None), Involvement.withdrawn_at.is_(None))
"""That a return is still asked for."""


def party_of(found: Found) -> Party:
    """The agency and the case of a return."""
    return Party(found.Case.reference, found.Area.label, found.Agency.label, found.Cycle.number)


_READ: dict[str, Tool] = {}
"""Tools that were read already, by their rows' ids: a version of a tool never changes."""


def tool_of(found: Found) -> Tool:
    """What the agency of a return is asked."""
    row = found.AuditTool
    tool = _READ.get(row.id) or _READ.setdefault(row.id, Tool.stored(row))
    return tool.asked_of(found.Agency.label)


def outdated(session: Session, found: Found, asked: Collection[str], said: Mapping[str, str]) -> Tool | None:
    """The earlier version of the tool by which a form with the fields `asked` was made; None if it was made by this.

    `said`: what was answered in it, by the questions' names.
    """
    if _made_by(tool_of(found), asked, said):
        return None
    return next((tool for tool in reversed(_earlier(session, found)) if _made_by(tool, asked, said)), None)


def fallen(session: Session, found: Found) -> tuple[Section, ...]:
    """The questions that the agency was asked by earlier versions of the tool, and is asked no longer."""
    asked = (section for tool in _earlier(session, found) for section in tool.sections)
    still = {section.key for section in tool_of(found).sections}
    gone = {section.key: section for section in asked if section.key not in still and IMPLIED not in section.key}
    return tuple(gone.values())


def _earlier(session: Session, found: Found) -> list[Tool]:
    """What the agency was asked by the tool's earlier versions, oldest first."""
    newest = found.AuditTool
    if newest.version == 1:
        return []
    rows = select(AuditTool).where(AuditTool.key == newest.key, AuditTool.version < newest.version)
    ordered = session.scalars(rows.order_by(AuditTool.version))
    return [Tool.stored(row).asked_of(found.Agency.label) for row in ordered]


def _made_by(tool: Tool, asked: Collection[str], said: Mapping[str, str]) -> bool:
    """Whether a form's fields are all on one page of the tool, which offers what was chosen there."""
    page = {part.key: part for part in tool.steps[page_of(tool, asked)]}
    there = {*asked} - {*OWN} <= page.keys()
    return there and not any(page[key].offered and page[key].fault(said.get(key, "")) for key in asked if key in page)


_ONE = FOUND.where(Return.id == bindparam("return_id"))
_LOCKED = _ONE.with_for_update(of=Return, **LOCK)


def find(session: Session, return_id: str, *, locked: bool = False) -> Found:
    """The return, perhaps locked so that nobody else changes it meanwhile; NotFound."""
    found = session.execute(_LOCKED if locked else _ONE, {"return_id": return_id}).one_or_none()
    if found is None:
        raise NotFound("This return isn't there any more.")
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
    """The return, locked, and the version number that a form with this record id was filled from."""
    found = session.execute(_FILLED_FROM, {"record_id": record_id}).one_or_none()
    if found is None:
        raise NotFound("This return isn't there any more.")
    if found.Return.id == record_id:
        return found, 0
    version = session.get(ReturnVersion, record_id)
    return found, version.number if version is not None else session.get_one(Draft, record_id).base


@dataclass(frozen=True)
class BesideReturn:
    """What there is beside a return that a version of it has to do with; of most returns nothing.

    `sent`: this window has sent something. `drafts` of it, a request not to answer that waits (`declining`), and an
    `immediate` action, ever.
    """

    sent: bool
    drafts: bool
    declining: bool
    immediate: bool


_BESIDE = select(
    exists().where(ReturnVersion.view_id == bindparam("view_id")),
    exists().where(Draft.return_id == bindparam("return_id")),
    exists().where(Decline.return_id == bindparam("return_id"), Decline.decided_at.is_(None)),
    exists().where(ImmediateAction.return_id == bindparam("return_id")),
)


def beside(session: Session, found: Found, view_id: str) -> BesideReturn:
    """What there is beside a return that was found locked.

    The statement that locks it can't be asked: what was committed while it waited would be missing.
    """
    return BesideReturn(*plain_rows(session, _BESIDE, {"return_id": found.Return.id, "view_id": view_id}).one())


def sent_before(session: Session, return_id: str, view_id: str, base: int) -> Sequence[ReturnVersion]:
    """The versions that this window brought about from `base` on, oldest first: almost always none."""
    sent = session.scalars(
        select(ReturnVersion)
        .where(ReturnVersion.view_id == view_id, ReturnVersion.base >= base)
        .order_by(ReturnVersion.base)
    ).all()
    if any(each.return_id != return_id for each in sent):
        raise Refused("This form was sent for another return already. Please close it and open it again.")
    return sent


def require_open(session: Session, found: Found) -> None:
    """Refuse, in words, to change a return that isn't asked for (yet, any more), is locked, or is being discussed."""
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
    again = moment >= starts_at and bool(reopened(session, Case.id == found.Case.id))  # most returns come before it
    if moment_rules.closed(state, starts_at, moment, ratified=locked, reopened=again):
        raise Refused(f"The meeting about {party.reference} has begun, so this return can't be changed any more.")


def newest_id(session: Session, found: Found) -> str:
    """What a form about the return as it stands is filled from: its newest version, or the return itself."""
    row = found.Return
    newest = select(ReturnVersion.id).where(ReturnVersion.return_id == row.id, ReturnVersion.number == row.version)
    return session.scalar(newest) or row.id


def repeated(session: Session, found: Found, base: int, view_id: str, state: ReturnState) -> ReturnVersion | None:
    """The version by which this window brought `state` about already, from the version `base` on.

    Refused if the return was changed since the window was opened, or can't be changed.
    """
    sent = sent_before(session, found.Return.id, view_id, base)
    if sent and sent[-1].state == state:
        return sent[-1]
    require_open(session, found)
    if found.Return.version != base:
        raise Refused(
            f"Somebody else changed the return for {party_of(found).reference} meanwhile, so nothing was done. Please"
            " close this and open it again."
        )
    return None


_VERBS = {
    ReturnState.SUBMITTED: "return.submit",
    ReturnState.NIL: "return.nil",
    ReturnState.DECLINED: "return.decline",
    ReturnState.REQUESTED: "return.withdraw",
}
"""What the trail calls a version, by the state that it brings about."""


def add_version(  # noqa: PLR0917  # what a version is made of
    session: Session,
    who: Actor,
    found: Found,
    view_id: str,
    answers: Answers,
    state: ReturnState = ReturnState.SUBMITTED,
    *,
    declining: bool = True,
) -> ReturnVersion:
    """The next version of a return that was found locked; whoever had asked not to answer has been overtaken by it.

    `declining`: whether somebody may have.
    """
    row, case, cycle = found.Return, found.Case, found.Cycle
    moment = now(session)
    answered = state in (ReturnState.SUBMITTED, ReturnState.NIL)
    version = ReturnVersion(
        return_id=row.id,
        number=row.version + 1,
        state=state,
        base=row.version,
        view_id=view_id,
        tool_id=cycle.tool_id,
        late=answered and moment > deadline(cycle.due_on),
        after_release=case.released_at is not None,
        by_id=who.person_id,
        submitted_at=moment,
    )
    keep(session, version, tool_of(found), answers)
    put(session, version)
    change(session, row, version=version.number, state=state)
    if declining:
        waiting = update(Decline).where(Decline.return_id == row.id, Decline.decided_at.is_(None))
        session.execute(waiting.values(decided_by_id=who.person_id, decided_at=moment))
    detail = f"{case.reference} version {version.number} {answers.grade or ''}".rstrip()
    verb = f"{_VERBS[state]}_for" if answers.source else _VERBS[state]
    trail.record(session, who, verb, subject_id=row.id, cycle_id=cycle.id, detail=detail)
    promise(session, PromiseKind.RETURN, row.id, moment)
    session.flush()
    if state == ReturnState.SUBMITTED:
        immediate.follow(session, who, row.id, cycle.id, version.number, only_asked(tool_of(found), answers))
    fault("submit.after_insert")
    return version


REOPENED = (
    select(Case.id, func.max(Reopening.at)).join(Reopening, Reopening.case_id == Case.id).where(AGAIN).group_by(Case.id)
)
"""The cases that are open again, and since when."""


def reopened(session: Session, scope: ColumnElement[bool]) -> dict[str, datetime]:
    """The cases in `scope` that are open again: id -> since when."""
    rows = plain_rows(session, REOPENED.where(scope))
    return {case_id: at for case_id, at in rows}  # noqa: C416  # a Row isn't typed as a pair
