"""The delivery log: every message with its subject and its destination, and whether it got there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, literal, select, union, union_all
from sqlalchemy.orm import Session

from audit import action_names
from audit.access import Actor, require_coordinator
from audit.delivery import ledger
from audit.delivery.channels import SUB_GROUP, SUMMARIES
from audit.labels import within
from audit.row_by_id import existing
from storage.actions import Action, Recommendation
from storage.cases import Case, Involvement
from storage.clock import now, wall
from storage.cycles import UNDER_WAY, Cycle, CycleArea
from storage.immediate import ImmediateAction
from storage.messages import LIVE, TROUBLED, Message, MessageState
from storage.people import Agency, Area, Channel, Person
from storage.returns import Decline, Handover, Return

ALL = "all"
"""Stands for all cycles where a cycle's id is expected."""

PAGE = 25
"""Messages on one page."""

_MOST_PROBLEMS = 200

SET_ASIDE, RETRYING, WAITING, DELIVERED, NOT_NEEDED = "set_aside", "retrying", "waiting", "delivered", "not_needed"
REMOVED = "removed"
STATES = (SET_ASIDE, RETRYING, WAITING, DELIVERED, NOT_NEEDED, REMOVED)
"""The states of a delivery, in the order of the log. set_aside: not tried again until somebody acts. retrying: tried
again by itself. waiting: new, or a change isn't passed on yet. delivered: in Slack. not_needed: there was nothing left
to say before it was sent. removed: taken out of Slack at the end of its time.
"""


@dataclass(frozen=True)
class Delivery:
    """One message. `about`: a case's reference, an area, an action, or the case, agency and area of a return; or "".

    `to`: a person or a channel, in words. Times are the product's. `error`: a sentence that says what is wrong and what
    to do; `next_try_at`: when it is tried again.
    """

    message_id: str
    kind: str
    cycle_number: int
    about: str
    to: str
    state: str
    created_at: datetime
    posted_at: datetime | None
    updated_at: datetime | None
    error: str | None
    next_try_at: datetime | None


@dataclass(frozen=True)
class Log:
    """A page of the delivery log of a cycle (or ALL). `counts`: state -> messages; `page`: from 0, of `pages`."""

    record_id: str
    title: str
    now: datetime
    counts: Mapping[str, int]
    page: int
    pages: int
    deliveries: tuple[Delivery, ...]


_BEHIND = Message.delivered < Message.wanted
_STATE = case(
    (Message.state == MessageState.SET_ASIDE, SET_ASIDE),
    (Message.state == MessageState.REMOVED, REMOVED),
    (and_(_BEHIND, Message.error.is_not(None)), RETRYING),
    (_BEHIND, WAITING),
    (Message.ts.is_not(None), DELIVERED),
    else_=NOT_NEEDED,
)
_RANK = case({state: rank for rank, state in enumerate(STATES)}, value=_STATE)


def show(session: Session, who: Actor, record_id: str, page: int = 0) -> Log:
    """A page of the log, for a coordinator: trouble first, then the newest. A page past the last becomes the last."""
    require_coordinator(who, "deliveries.read", None if record_id == ALL else record_id)
    title = "Audits under way, and all problems" if record_id == ALL else _cycle(session, record_id).name
    wanted = _of(record_id)
    counted = session.execute(select(_STATE, func.count()).where(wanted).group_by(_STATE))
    counts: dict[str, int] = dict(counted.all())
    pages = max(1, -(-sum(counts.values()) // PAGE))
    page = min(page, pages - 1)
    rows = select(Message, _STATE).where(wanted).order_by(_RANK, Message.created_at.desc(), Message.id.desc())
    page_rows = session.execute(rows.limit(PAGE).offset(page * PAGE)).all()
    in_order = {state: counts.get(state, 0) for state in STATES}
    return Log(record_id, title, now(session), in_order, page, pages, _deliveries(session, page_rows))


def problems(session: Session) -> tuple[Delivery, ...]:
    """Messages set aside, then those that failed and are tried again; the oldest first in each, 200 at most."""
    rows = select(Message, _STATE).where(TROUBLED, _STATE.in_((SET_ASIDE, RETRYING)))
    found = session.execute(rows.order_by(_RANK, Message.created_at, Message.id).limit(_MOST_PROBLEMS))
    return _deliveries(session, found.all())


def retry(session: Session, who: Actor, message_id: str) -> str:
    """Try a message in trouble again now. One that isn't in trouble stays unchanged. Returns its cycle's id."""
    require_coordinator(who, "delivery.again", message_id)
    message = existing(session, Message, message_id)
    ledger.redeliver(session, who, Message.id == message_id)
    session.flush()
    return message.cycle_id


def again_all(session: Session, who: Actor, record_id: str) -> None:
    """Try all messages in trouble of a cycle (or ALL) again now."""
    require_coordinator(who, "delivery.again", None if record_id == ALL else record_id)
    if record_id != ALL:
        _cycle(session, record_id)
    ledger.redeliver(session, who, _of(record_id))
    session.flush()


def _cycle(session: Session, cycle_id: str) -> Cycle:
    return existing(session, Cycle, cycle_id)


def _of(record_id: str) -> ColumnElement[bool]:
    """The messages of a log. ALL has those of audits under way, and any others that are in trouble or behind."""
    if record_id != ALL:
        return Message.cycle_id == record_id
    under_way = Message.cycle_id.in_(select(Cycle.id).where(Cycle.state.in_(UNDER_WAY)))
    behind = and_(_BEHIND, Message.state == LIVE)
    return Message.id.in_(union(*(select(Message.id).where(each) for each in (under_way, TROUBLED, behind))))


def _deliveries(session: Session, found: Sequence[tuple[Message, str]]) -> tuple[Delivery, ...]:
    if not found:  # almost always the case, and every coordinator's Home asks for problems
        return ()
    rows = [message for message, _ in found]
    about = _about(session, {row.subject_id for row in rows})
    people = dict(
        session.execute(select(Person.id, Person.label).where(Person.id.in_({row.person_id for row in rows}))).all()
    )
    channels = _channels(session, {row.channel for row in rows if row.channel})
    of_rows = Cycle.id.in_({row.cycle_id for row in rows})
    numbers = dict(session.execute(select(Cycle.id, Cycle.number).where(of_rows)).all())
    moved = now(session) - wall()  # so that all times are the product's
    return tuple(
        Delivery(
            message_id=row.id,
            kind=row.kind,
            cycle_number=numbers[row.cycle_id],
            about=about.get(row.subject_id, ""),
            to=channels.get(row.channel or "", "") or people.get(row.person_id or "", ""),
            state=state,
            created_at=row.created_at + moved,
            posted_at=row.posted_at,
            updated_at=row.updated_at,
            error=row.error,
            next_try_at=row.next_try_at + moved if state == RETRYING else None,
        )
        for row, state in found
    )


def _about(session: Session, subject_ids: Iterable[str]) -> dict[str, str]:
    """Subject's id -> what it is about: a case, an area, an action or a return. Cycles aren't included."""
    ids = list(subject_ids)
    cases = session.execute(select(Case.id, Case.reference).where(Case.id.in_(ids))).all()
    places = select(CycleArea.id, Area.label).join(Area, Area.id == CycleArea.area_id).where(CycleArea.id.in_(ids))
    subject = union_all(
        *(
            select(table.id.label("id"), of_return.label("return_id")).where(table.id.in_(ids))
            for table, of_return in (
                (Return, Return.id),
                (ImmediateAction, ImmediateAction.return_id),
                (Decline, Decline.return_id),
                (Handover, Handover.return_id),
            )
        )
    ).subquery()
    returns = session.execute(
        select(subject.c.id, Case.reference, Agency.label, Area.label)
        .join(Return, Return.id == subject.c.return_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .join(Agency, Agency.id == Involvement.agency_id)
        .join(Area, Area.id == Case.area_id)
    )
    by_area = dict(session.execute(places).all())
    actions = session.execute(
        select(Action.id, action_names.NUMBER, Case.reference, Recommendation.number)
        .outerjoin(Case, Case.id == Action.case_id)
        .outerjoin(Recommendation, Recommendation.id == Action.recommendation_id)
        .where(Action.id.in_(ids))
    )
    by_area |= {action_id: action_names.name(*rest) for action_id, *rest in actions}
    return (
        dict(cases)
        | by_area
        | {found: f"{reference}, {within(agency, area)}" for found, reference, agency, area in returns}
    )


def _channels(session: Session, channels: Iterable[str]) -> dict[str, str]:
    """Channel's id -> its name, if known, and what the audits use it for; otherwise the id."""
    ids = list(channels)
    names = dict(session.execute(select(Channel.channel, Channel.name).where(Channel.channel.in_(ids))).all())
    used = union_all(
        select(CycleArea.channel.label("channel"), Area.label.label("use"))
        .join(Area, Area.id == CycleArea.area_id)
        .where(CycleArea.channel.in_(ids)),
        select(Cycle.sub_group_channel, literal(SUB_GROUP)).where(Cycle.sub_group_channel.in_(ids)),
    )
    uses: dict[str, set[str]] = {channel: set() for channel in ids}
    for channel, use in session.execute(used):
        uses[channel].add(use or SUMMARIES)
    return {
        channel: " · ".join(part for part in (f"#{names[channel]}" if names.get(channel) else "", _joined(use)) if part)
        or channel
        for channel, use in uses.items()
    }


def _joined(uses: Iterable[str]) -> str:
    named = sorted(uses)
    return ", ".join(named[:3]) + (" and others" if len(named) > 3 else "")  # noqa: PLR2004  # a line's worth
