"""Moving cases to another meeting than the one at which their area's cases are discussed."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.calendar import summaries_due
from audit.errors import Refused
from audit.filled_form import Filled, newest_act
from audit.meeting import summaries_due as summaries_due_rules
from audit.moment import RATIFIED
from audit.pasted import fingerprint
from audit.row_by_id import existing
from audit.setup.load import place_at, require_after_deadline
from audit.setup.places import leave_no_idle, meeting_at, moment
from audit.underway.change import Follows, follows, under_way
from audit.underway.dates import DAY, utc
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.meetings import Attendance, Meeting
from storage.messages import Message, MessageKind
from storage.promises import PromiseKind, promise

CASES = "cases"
"""The form's field besides audit.underway.dates.DAY and AT."""
MOVE = "case.meeting"


@dataclass(frozen=True)
class Movable:
    """A case whose summary isn't due yet, and the time of its meeting."""

    case_id: str
    reference: str
    starts_at: datetime


@dataclass(frozen=True)
class CaseMove(Filled):
    """Cases to be moved to another meeting. `can`: those that can be moved; `chosen`: the ids of those to move.

    `meetings`: (time, number of cases). `after`: the time of the meeting to which they move, a new one or one at that
    time already; `summaries_at`: when their summaries will be posted.
    """

    cycle_id: str
    title: str
    now: datetime
    due_on: date
    can: tuple[Movable, ...]
    meetings: tuple[tuple[datetime, int], ...]
    chosen: frozenset[str] = frozenset()
    after: datetime | None = None
    summaries_at: datetime | None = None
    follows: Follows | None = None


def begin(session: Session, who: Actor, cycle_id: str) -> CaseMove:
    """The form, for a coordinator, while the cycle is planned or under way."""
    cycle = _changeable(session, who, cycle_id)
    return _moving(session, cycle, _standing(session, cycle_id))


def move(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, cycle_id: str, case_ids: Collection[str], answers: Mapping[str, str], seen: str = ""
) -> CaseMove:
    """Move these cases to the meeting on `day` at `at`, once `seen` proves that the consequences were displayed.

    If they are there already, nothing changes (`done`). Refused at its field if that is in the past or before the
    deadline, or if a case's summary is due.
    """
    cycle = _changeable(session, who, cycle_id, locked=True)
    standing = _standing(session, cycle_id)
    chosen = frozenset(case_ids)
    moving = replace(_moving(session, cycle, standing), chosen=chosen)
    if not chosen:
        raise Refused("Please choose at least one case.", CASES)
    starts_at = moment(answers)
    if {standing[each][1] for each in chosen if each in standing} == {starts_at}:
        if not seen:
            raise Refused("These cases are discussed at that time already. Please choose another.", DAY)
        return replace(moving, after=starts_at, done=True)
    if chosen - {each.case_id for each in moving.can}:
        raise Refused("The summary of one of these cases is due, or it was withdrawn. Please choose again.", CASES)
    if starts_at <= moving.now:
        raise Refused("That meeting would be in the past. Please choose a later day.", DAY)
    require_after_deadline(cycle.due_on, starts_at, DAY)
    following = follows(session, cycle, case_ids=chosen)
    before = sorted((each.case_id, each.starts_at) for each in moving.can if each.case_id in chosen)
    moving = replace(
        moving, after=starts_at, summaries_at=summaries_due(starts_at, cycle.summary_days), follows=following,
        mark=fingerprint(MOVE, before, starts_at, following, newest_act(session, chosen, MOVE)),
    )  # fmt: skip
    if seen != moving.mark:
        return replace(moving, again=bool(seen))
    _move(session, who, cycle, [standing[each][0] for each in sorted(chosen)], starts_at)
    return replace(moving, done=True)


def _changeable(session: Session, who: Actor, cycle_id: str, *, locked: bool = False) -> Cycle:
    require_coordinator(who, MOVE, cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    return cycle if cycle.state == CycleState.PLANNED else under_way(session, who, MOVE, cycle_id, locked=locked)


def _standing(session: Session, cycle_id: str) -> dict[str, tuple[Case, datetime]]:
    """Case id -> the case and the time of its meeting, sorted by reference, without withdrawn cases."""
    rows = session.execute(
        select(Case, Meeting.starts_at)
        .join(CycleArea, CycleArea.id == Case.place_id)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(Case.cycle_id == cycle_id, Case.withdrawn_at.is_(None))
        .order_by(Case.reference)
    )
    return {case.id: (case, starts_at) for case, starts_at in rows}


def _moving(session: Session, cycle: Cycle, standing: Mapping[str, tuple[Case, datetime]]) -> CaseMove:
    """The form. Cases can't be moved once their summary is due or posted, or once they are ratified."""
    out = exists().where(Message.kind == MessageKind.SUMMARY, Message.subject_id == Case.id, Message.ts.is_not(None))
    settled = set(session.scalars(select(Case.id).where(Case.cycle_id == cycle.id, out | RATIFIED)))
    at, planned = now(session), cycle.state == CycleState.PLANNED
    can = [
        Movable(case.id, case.reference, starts_at)
        for case, starts_at in standing.values()
        if case.id not in settled and (planned or summaries_due(starts_at, cycle.summary_days) > at)
    ]
    meetings = Counter(starts_at for _, starts_at in standing.values())
    return CaseMove(cycle.id, cycle.name, at, cycle.due_on, tuple(can), tuple(sorted(meetings.items())))


def _move(session: Session, who: Actor, cycle: Cycle, cases: Collection[Case], starts_at: datetime) -> None:
    meeting_id = meeting_at(session, cycle.id, starts_at)
    left = {case.place_id: session.get_one(CycleArea, case.place_id) for case in cases}
    for case in cases:
        case.place_id = place_at(session, left[case.place_id], meeting_id).id
        trail.record(session, who, MOVE, subject_id=case.id, cycle_id=cycle.id, detail=utc(starts_at))
    session.flush()
    for place in left.values():
        used = exists().where(Case.place_id == place.id) | exists().where(Attendance.meeting_id == place.meeting_id)
        if not session.scalar(select(used)):
            session.delete(place)
    leave_no_idle(session, cycle.id)
    summaries_due_rules.not_yet(session, cycle.id)
    promise(session, PromiseKind.CYCLE, cycle.id, now(session))
