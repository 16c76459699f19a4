"""What waits for an agency: its leads' and deputies' list of returns, and what stands beside each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, defer

from audit.access import ANSWERING, Actor, answered_by
from audit.calendar import deadline
from audit.moment import OPEN
from audit.returns import immediate_text
from audit.returns import versions as versions_rules
from audit.returns.immediate_text import Immediate
from audit.returns.versions import ASKED, FOUND, Found, Party, party_of
from storage.cases import Case
from storage.cycles import AuditTool, Cycle
from storage.immediate import ImmediateAction
from storage.people import Agency, Area, Person
from storage.returns import Decline, Draft, Handover, Return, ReturnVersion

_ASKED = and_(*ASKED, Cycle.state.in_(OPEN))
_NOT_LISTED = (defer(AuditTool.sections), defer(Cycle.scale))
"""What a list doesn't say, and what would be read anew for each of its lines."""


@dataclass(frozen=True)
class Waiting:
    """One line of an agency lead's list.

    `late`: its newest version came after the deadline. `asked_not_to`: a coordinator decides whether it is declined.
    `reopened`: its case was ratified and opened again, so it can be changed though the meeting has begun.
    `over`: nothing more is asked about it, and it is listed for its immediate action alone.
    `draft_saved_at`: when who looks last saved a draft of theirs. `auditor`: with whom it is (a label); `ready`: who
    says that it can be signed off. `entered`: a coordinator entered what was sent. `immediate`: the immediate action
    that it raised last.
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
    """Whether these are of several audits, in which references may be the same."""
    return len({each.party.audit for each in waiting}) > 1


def waiting(session: Session, who: Actor, cycle_id: str | None = None) -> tuple[Waiting, ...]:
    """Every return that `who` may answer in cycles that are collecting (or in one cycle), by area and reference."""
    if not who.has(*ANSWERING):
        return ()
    return returns_where(session, who, answered_by(who), *([Cycle.id == cycle_id] if cycle_id is not None else []))


def urgent(session: Session, who: Actor) -> tuple[Waiting, ...]:
    """The returns about which nothing more is asked, but whose immediate action is open."""
    ids = session.scalars(select(ImmediateAction.return_id).where(ImmediateAction.closed_at.is_(None))).all()
    if not ids or not who.has(*ANSWERING):
        return ()
    found = _listed(session, who, answered_by(who), Return.id.in_(ids), ~_ASKED)
    return tuple(replace(each, over=True) for each in found)


def returns_where(session: Session, who: Actor, *those: ColumnElement[bool]) -> tuple[Waiting, ...]:
    """The returns for which `those` conditions hold, of cycles that are collecting, as `who` sees them in a list."""
    return _listed(session, who, *those, _ASKED)


def _listed(session: Session, who: Actor, *those: ColumnElement[bool]) -> tuple[Waiting, ...]:
    wanted = FOUND.where(*those).order_by(Cycle.number, Area.label, Case.reference, Agency.label)
    found_all = session.execute(wanted.options(*_NOT_LISTED)).all()
    if not found_all:
        return ()
    beside = _Beside(session, who, found_all)
    return tuple(beside.line(found) for found in found_all)


class _Beside:
    """What a list says of each return beside the return itself, read at once for all."""

    def __init__(self, session: Session, who: Actor, found_all: Sequence[Found]) -> None:
        ids, case_ids = [found.Return.id for found in found_all], {found.Case.id for found in found_all}
        newest = and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version)
        versions = session.execute(
            select(Return.id, ReturnVersion.late, ReturnVersion.source)
            .join(ReturnVersion, newest)
            .where(Return.id.in_(ids))
        ).all()
        self._late = {return_id for return_id, late, _ in versions if late}
        self._entered = {return_id for return_id, _, source in versions if source}
        undecided = select(Decline.return_id).where(Decline.return_id.in_(ids), Decline.decided_at.is_(None))
        self._asked_not_to = set(session.scalars(undecided))
        kept_ones = select(Draft).where(Draft.return_id.in_(ids), Draft.answers.is_not(None)).order_by(Draft.saved_at)
        mine = [draft for draft in session.scalars(kept_ones) if draft.by_id == who.person_id]
        self._saved_at = {draft.return_id: draft.saved_at for draft in mine}
        self._auditors, self._ready = _handed(session, ids)
        self._immediate = immediate_text.newest(session, ids)
        self._reopened = versions_rules.reopened(session, Case.id.in_(case_ids))

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


def _handed(session: Session, ids: list[str]) -> tuple[dict[str, str], set[str]]:
    """Which of these returns are with an auditor (return id -> their label), and which of those are ready."""
    rows = session.execute(
        select(Handover.return_id, Person.label, Draft.id)
        .join(Person, Person.id == Handover.person_id)
        .outerjoin(
            Draft,
            and_(Draft.return_id == Handover.return_id, Draft.by_id == Handover.person_id, Draft.ready_at.is_not(None)),
        )
        .where(Handover.return_id.in_(ids), Handover.ended_at.is_(None))
    ).all()
    return {return_id: label for return_id, label, _ in rows}, {return_id for return_id, _, ready in rows if ready}
