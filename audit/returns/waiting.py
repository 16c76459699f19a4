"""The list of returns that an agency's leads and deputies see, with the state of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, select
from sqlalchemy.orm import Session, defer

from audit.access import ANSWERED, ANSWERING, Actor, answered_by, answering
from audit.calendar import deadline
from audit.moment import OPEN, REOPENED
from audit.returns import immediate_text
from audit.returns.found_return import FOUND, Found, Party, party_of
from audit.returns.immediate_text import Immediate
from storage.cases import ASKED, Case
from storage.cycles import AuditTool, Cycle
from storage.immediate import ImmediateAction
from storage.people import Agency, Area, Person
from storage.returns import Decline, Draft, Handover, Return, ReturnVersion
from storage.types import plain_rows

_ASKED = and_(*ASKED, Cycle.state.in_(OPEN))
_EVERY = FOUND.order_by(Cycle.number, Area.label, Case.reference, Agency.label).options(
    defer(AuditTool.sections), defer(Cycle.scale)
)
"""Returns with everything they belong to, without columns that lists don't need and that are slow to load."""
_COLLECTING = _EVERY.where(_ASKED)
_THEIRS = _COLLECTING.where(ANSWERED)
_IN_CYCLE = _THEIRS.where(Cycle.id == bindparam("cycle_id"))
_IDS: BindParameter[str] = bindparam("ids")
_VERSIONS = (
    select(Return.id, ReturnVersion.late, ReturnVersion.source)
    .join(ReturnVersion, and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version))
    .where(Return.id.in_(_IDS))
)
_UNDECIDED = select(Decline.return_id).where(Decline.return_id.in_(_IDS), Decline.decided_at.is_(None))
_DRAFTS = (
    select(Draft.return_id, Draft.saved_at)
    .where(Draft.return_id.in_(_IDS), Draft.by_id == bindparam("person_id"), Draft.answers.is_not(None))
    .order_by(Draft.saved_at)
)
_HANDED = (
    select(Handover.return_id, Person.label, Draft.id)
    .join(Person, Person.id == Handover.person_id)
    .outerjoin(
        Draft,
        and_(Draft.return_id == Handover.return_id, Draft.by_id == Handover.person_id, Draft.ready_at.is_not(None)),
    )
    .where(Handover.return_id.in_(_IDS), Handover.ended_at.is_(None))
)
_REOPENED = REOPENED.where(Case.id.in_(bindparam("case_ids")))


@dataclass(frozen=True)
class Waiting:
    """One line of an agency's list of returns.

    `late`: its newest version was sent after the deadline. `asked_not_to`: a request to decline it is undecided.
    `reopened`: its case was ratified and re-opened, so it can be changed although the meeting has begun. `over`:
    nothing more is requested, and it is listed only for its immediate action. `draft_saved_at`: when the reader last
    saved a draft of it, or None. `auditor`: the label of the auditor who has it, or None; `ready`: the auditor has
    marked it as ready for sign-off. `entered`: a coordinator entered what was sent. `immediate`: its newest immediate
    action, or None.
    """

    return_id: str
    party: Party
    state: str
    version: int
    due_at: datetime
    meeting_at: datetime
    late: bool = False
    locked: bool = False
    asked_not_to: bool = False
    draft_saved_at: datetime | None = None
    auditor: str | None = None
    ready: bool = False
    entered: bool = False
    reopened: bool = False
    immediate: Immediate | None = None
    over: bool = False
    cycle_name: str = ""

    def begun(self, moment: datetime) -> bool:
        """Whether its meeting has begun, so that it can't be changed any more."""
        return moment >= self.meeting_at and not self.reopened


def of_several(waiting: Sequence[Waiting]) -> bool:
    """Whether these belong to several audits, in which references may be the same."""
    return len({each.party.audit for each in waiting}) > 1


def waiting(session: Session, who: Actor, cycle_id: str | None = None) -> tuple[Waiting, ...]:
    """All returns that this person may answer, in all open cycles or in one, by audit, area and reference."""
    if not who.has(*ANSWERING):
        return ()
    if cycle_id is None:
        return _listed(session, who, session.execute(_THEIRS, answering(who)).all())
    return _listed(session, who, session.execute(_IN_CYCLE, {"cycle_id": cycle_id, **answering(who)}).all())


_URGENT = select(ImmediateAction.return_id).where(ImmediateAction.closed_at.is_(None))


def urgent(session: Session, who: Actor) -> tuple[Waiting, ...]:
    """The returns about which nothing more is requested, but whose immediate action is open."""
    ids = [return_id for (return_id,) in plain_rows(session, _URGENT)]
    if not ids or not who.has(*ANSWERING):
        return ()
    found = session.execute(_EVERY.where(answered_by(who), Return.id.in_(ids), ~_ASKED)).all()
    return tuple(replace(each, over=True) for each in _listed(session, who, found))


def returns_where(session: Session, who: Actor, *those: ColumnElement[bool]) -> tuple[Waiting, ...]:
    """The returns of open cycles for which `those` conditions hold, as this person sees them in a list."""
    return _listed(session, who, session.execute(_COLLECTING.where(*those)).all())


def _listed(session: Session, who: Actor, found_all: Sequence[Found]) -> tuple[Waiting, ...]:
    if not found_all:
        return ()
    beside = _Beside(session, who, found_all)
    return tuple(beside.line(found) for found in found_all)


class _Beside:
    """What a list shows besides the returns themselves, read at once for all of them."""

    def __init__(self, session: Session, who: Actor, found_all: Sequence[Found]) -> None:
        ids, case_ids = [found.Return.id for found in found_all], {found.Case.id for found in found_all}
        about = {"ids": ids}
        versions = plain_rows(session, _VERSIONS, about).all()
        self._late = {return_id for return_id, late, _ in versions if late}
        self._entered = {return_id for return_id, _, source in versions if source}
        self._asked_not_to = {return_id for (return_id,) in plain_rows(session, _UNDECIDED, about)}
        drafts = plain_rows(session, _DRAFTS, {**about, "person_id": who.person_id})
        self._saved_at = dict(drafts.all())
        handed = plain_rows(session, _HANDED, about).all()
        self._auditors = {return_id: label for return_id, label, _ in handed}
        self._ready = {return_id for return_id, _, ready in handed if ready}
        self._immediate = immediate_text.newest(session, ids)
        self._reopened = {case_id for case_id, _ in plain_rows(session, _REOPENED, {"case_ids": [*case_ids]})}

    def line(self, found: Found) -> Waiting:
        return_id = found.Return.id
        return Waiting(
            return_id,
            party_of(found),
            found.Return.state,
            found.Return.version,
            deadline(found.Cycle.due_on),
            found.Meeting.starts_at,
            late=return_id in self._late,
            locked=found.Return.locked_at is not None,
            asked_not_to=return_id in self._asked_not_to,
            draft_saved_at=self._saved_at.get(return_id),
            auditor=self._auditors.get(return_id),
            ready=return_id in self._ready,
            entered=return_id in self._entered,
            reopened=found.Case.id in self._reopened,
            immediate=self._immediate.get(return_id),
            cycle_name=found.Cycle.name,
        )
