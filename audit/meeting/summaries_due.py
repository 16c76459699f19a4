"""What is posted before a meeting: its cases' summaries and the cycle's tally, a set number of working days ahead."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import and_, bindparam, delete, exists, or_, select
from sqlalchemy.orm import Session

from audit.calendar import summaries_due
from audit.delivery.ledger import Due
from audit.moment import OPEN
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.meetings import IN_FORCE, Judgement, Meeting
from storage.messages import Message, MessageKind
from storage.people import Area
from storage.types import plain_rows

GRACE = timedelta(days=1)
"""How long after a meeting's start its summaries are still posted, if they couldn't be before."""


def due(session: Session) -> tuple[Due, ...]:
    """The summaries and tallies that are due and not yet in the ledger, in the order in which to post them."""
    due_by_key: dict[tuple[str, str], Due] = {}
    for cycle, area in preparing(session):
        for case_id in _unsummarised(session, area):
            due_by_key[MessageKind.SUMMARY, case_id] = Due(cycle.id, MessageKind.SUMMARY, case_id, area.channel)
        if not session.scalar(select(exists().where(Message.key == f"{MessageKind.TALLY}:{cycle.id}"))):
            tally = Due(cycle.id, MessageKind.TALLY, cycle.id, cycle.sub_group_channel)
            due_by_key.setdefault((MessageKind.TALLY, cycle.id), tally)
    for late in _late(session):
        due_by_key.setdefault((MessageKind.SUMMARY, late.subject_id), late)
    return tuple(due_by_key.values())


_LATE = (
    select(Case.cycle_id, Case.id, CycleArea.channel)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(CycleArea, CycleArea.id == Case.place_id)
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .join(Judgement, and_(Judgement.case_id == Case.id, IN_FORCE))
    .where(
        Cycle.state.in_((*OPEN, CycleState.RATIFIED, CycleState.REPORTED)),
        Meeting.starts_at <= bindparam("begun_by"),
        Case.released_at.is_(None),
        Case.withdrawn_at.is_(None),
        ~exists().where(Message.kind == MessageKind.SUMMARY, Message.subject_id == Case.id),
    )
    .order_by(Case.reference)
)


def _late(session: Session) -> Iterable[Due]:
    """The summaries of cases ratified after their meeting's GRACE: until they are released, no figures count them."""
    rows = plain_rows(session, _LATE, {"begun_by": now(session) - GRACE})
    return (Due(cycle_id, MessageKind.SUMMARY, case_id, channel) for cycle_id, case_id, channel in rows)


_OPEN_PLACES = (
    select(Cycle, Meeting, CycleArea)
    .join(CycleArea, CycleArea.cycle_id == Cycle.id)
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .join(Area, Area.id == CycleArea.area_id)
    .where(Cycle.state.in_(OPEN))
    .order_by(Meeting.starts_at, Area.label)
)


def preparing(session: Session) -> list[tuple[Cycle, CycleArea]]:
    """The areas of open cycles whose summaries and agenda should be posted now, in the order of the meetings."""
    moment = now(session)
    return [
        (cycle, area)
        for cycle, meeting, area in session.execute(_OPEN_PLACES)
        if summaries_due(meeting.starts_at, cycle.summary_days) <= moment < meeting.starts_at + GRACE
    ]


def not_yet(session: Session, cycle_id: str) -> None:
    """After a meeting was moved, remove from the ledger what isn't due any more and hasn't been attempted.

    It is added again when it is due.
    """
    cycle, moment = session.get_one(Cycle, cycle_id), now(session)
    meetings = session.execute(
        select(CycleArea.id, Meeting.starts_at)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id == cycle_id)
    ).all()
    early = [place_id for place_id, starts_at in meetings if summaries_due(starts_at, cycle.summary_days) > moment]
    cases = select(Case.id).where(Case.place_id.in_(early))
    subjects = [
        and_(Message.kind == MessageKind.SUMMARY, Message.subject_id.in_(cases)),
        and_(Message.kind == MessageKind.AGENDA, Message.subject_id.in_(early)),
    ]
    if len(early) == len(meetings):
        subjects.append(Message.kind == MessageKind.TALLY)
    untouched = (Message.ts.is_(None), Message.intended_at.is_(None), Message.claim.is_(None))
    session.execute(delete(Message).where(Message.cycle_id == cycle_id, or_(*subjects), *untouched))


def _unsummarised(session: Session, area: CycleArea) -> Iterable[str]:
    posted = select(Message.subject_id).where(Message.cycle_id == area.cycle_id, Message.kind == MessageKind.SUMMARY)
    return session.scalars(
        select(Case.id)
        .where(Case.place_id == area.id, Case.withdrawn_at.is_(None), Case.id.not_in(posted))
        .order_by(Case.reference)
    )
