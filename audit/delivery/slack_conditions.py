"""Problems in the Slack workspace: coordinators are told once of each while it lasts, and again when it is over.

This module has the conditions of channels, and those for whoever runs the app (RUNNERS). Conditions of people are in
audit.people.departures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.access import coordinators
from audit.delivery import ledger
from audit.moment import STANDING
from storage.clock import now, wall
from storage.conflicts import insert
from storage.cycles import Cycle, CycleArea
from storage.messages import Message, MessageKind, MessageState
from storage.people import Channel, Person
from storage.people_lists import PeopleList
from storage.slack_conditions import STANDING as UNTIL_OVER
from storage.slack_conditions import SlackCondition, SlackConditionKind
from storage.types import LOCK, new_id

RUNNERS = (SlackConditionKind.REFUSED, SlackConditionKind.CROWDED)
"""Kinds of condition for whoever runs the app: `roundtable doctor` reports them; nobody is told in Slack."""
SHUT = exists().where(SlackCondition.kind == SlackConditionKind.REFUSED, SlackCondition.over_at.is_(None))
"""A condition: Slack rejects the app's token. Until Slack accepts it again, nothing is asked of Slack."""

OVERTAKEN = "overtaken"
_CROWDED = (SlackCondition.kind == SlackConditionKind.CROWDED, SlackCondition.over_at.is_(None))


@dataclass(frozen=True)
class ChannelCondition:
    """A problem with a channel that an audit uses. `error`: a sentence with its remedy, "" once it is `over`.

    `overtaken`: it is over because another problem replaced it, which has a message of its own.
    """

    kind: SlackConditionKind
    cycle_id: str
    cycle_number: int
    channel: str
    name: str
    error: str
    over: bool
    overtaken: bool


@dataclass(frozen=True)
class Refusal:
    """Slack has rejected the app's token since `since` (the product's time); `sentence` repeats its answer."""

    sentence: str
    since: datetime


def begin(
    session: Session,
    kind: SlackConditionKind,
    *,
    channel: str | None = None,
    person_id: str | None = None,
    said: str | None = None,
    at: datetime | None = None,
) -> str | None:
    """Record a condition found at `at` (or now). Returns its id, or None if it is already recorded."""
    values = {
        "id": new_id(), "key": _key(kind, channel or person_id), "kind": kind, "channel": channel,
        "person_id": person_id, "said": said[:300] if said else None, "found_at": at or now(session),
        "tried_at": wall(),
    }  # fmt: skip
    statement = insert(session, SlackCondition).values(values)
    statement = statement.on_conflict_do_nothing(index_elements=["key"], index_where=UNTIL_OVER)
    condition_id: str | None = session.scalar(statement.returning(SlackCondition.id))
    if condition_id is not None:
        trail.record(session, None, "slack.condition", subject_id=condition_id, detail=kind)
    return condition_id


def _key(kind: SlackConditionKind, about: str | None) -> str:
    return f"{kind}:{about}" if about else str(kind)


def end(session: Session, *which: ColumnElement[bool]) -> list[SlackCondition]:
    """End the conditions in `which` that aren't over, and update the messages about them. Returns the ended ones."""
    rows = list(session.scalars(select(SlackCondition).where(SlackCondition.over_at.is_(None), *which)))
    for row in rows:
        row.over_at = now(session)
        trail.record(session, None, "slack.condition_over", subject_id=row.id, detail=row.kind)
        again(session, row.id)
    return rows


def again(session: Session, condition_id: str) -> None:
    """Draw again the messages about a condition."""
    kinds = Message.kind.in_((MessageKind.CHANNEL_CONDITION, MessageKind.PERSON_CONDITION))
    about = (kinds, Message.subject_id == condition_id)
    session.execute(update(Message).where(*about).values(wanted=Message.wanted + 1))


def using(channel: str | None = None) -> ColumnElement[bool]:
    """A condition on Cycle: the audit is STANDING and, if a channel is given, sends messages to it."""
    areas = exists().where(CycleArea.cycle_id == Cycle.id, CycleArea.channel == channel)
    uses = or_(Cycle.sub_group_channel == channel, areas)
    return Cycle.state.in_(STANDING) & uses if channel else Cycle.state.in_(STANDING)


def newest(session: Session, which: ColumnElement[bool]) -> str | None:
    """The id of the newest of these audits, or None. A message about more than one audit belongs to the newest."""
    return session.scalar(select(Cycle.id).where(which).order_by(Cycle.number.desc()).limit(1))


def tell(session: Session, condition_id: str) -> None:
    """Tell the coordinators of a condition. Without coordinators or audits, `tell_late` does it later."""
    row = session.get_one(SlackCondition, condition_id)
    open_ones = newest(session, using(row.channel)) or newest(session, using())
    cycle_id = open_ones or newest(session, Cycle.id.is_not(None))
    kind = MessageKind.CHANNEL_CONDITION if row.channel else MessageKind.PERSON_CONDITION
    if cycle_id:
        ledger.tell(session, kind, cycle_id, condition_id, coordinators(session))


def untold(session: Session) -> Sequence[SlackCondition]:
    """Conditions of channels and people that last, and of which no present coordinator has been told."""
    told = exists().where(Message.subject_id == SlackCondition.id, Message.person_id.in_(coordinators(session)))
    standing = (SlackCondition.over_at.is_(None), SlackCondition.kind.not_in(RUNNERS))
    return session.scalars(select(SlackCondition).where(*standing, ~told).order_by(SlackCondition.id)).all()


def tell_late(session: Session) -> None:
    """Tell the present coordinators of conditions of which nobody could be told before."""
    for row in untold(session):
        tell(session, row.id)


def without_audience(session: Session) -> tuple[str, ...]:
    """Sentences about conditions that can be reported to nobody, since there is no coordinator or no audit."""
    if coordinators(session) and newest(session, Cycle.id.is_not(None)):
        return ()
    return tuple(_sentence(session, row) for row in untold(session))


def _sentence(session: Session, row: SlackCondition) -> str:
    if row.person_id:
        return f"{session.get_one(Person, row.person_id).label} isn't in Slack any more."
    known = session.scalar(select(Channel).where(Channel.channel == row.channel))
    return known.error if known and known.error else f"There is a problem with the channel {row.channel}."


def of_channel(session: Session, row: Channel, kind: SlackConditionKind | None, *, news: bool) -> None:
    """Make `kind` (None: no problem) a channel's only condition. `news`: the sentence differs from the last look's.

    Only news begins a condition: a coordinator who stops posting in a shared channel needn't be told that it is shared.
    """
    about = SlackCondition.channel == row.channel
    for over in end(session, about, *([SlackCondition.kind != kind] if kind else [])):
        over.said = OVERTAKEN if kind else None
    in_use = kind and news and newest(session, using(row.channel))
    begun = begin(session, kind, channel=row.channel) if kind and in_use else None
    if begun:
        tell(session, begun)
    elif kind and news:  # the condition lasts, and its sentence has changed
        for each in session.scalars(select(SlackCondition.id).where(about, SlackCondition.over_at.is_(None))):
            again(session, each)


def change_channel(session: Session, old: str, new: str) -> None:
    """Store a channel's new id in the conditions about it."""
    for row in session.scalars(select(SlackCondition).where(SlackCondition.channel == old)):
        row.channel, row.key = new, _key(SlackConditionKind(row.kind), new)


def channel(session: Session, condition_id: str, cycle_id: str) -> ChannelCondition:
    """A channel's condition, for a message that belongs to that audit."""
    row, cycle = session.get_one(SlackCondition, condition_id), session.get_one(Cycle, cycle_id)
    channel_row = session.scalars(select(Channel).where(Channel.channel == row.channel)).one()
    over = row.over_at is not None
    error = "" if over else channel_row.error or ""
    return ChannelCondition(
        SlackConditionKind(row.kind), cycle.id, cycle.number, channel_row.channel, channel_row.name, error, over,
        row.said == OVERTAKEN,
    )  # fmt: skip


def refusal(session: Session) -> Refusal | None:
    """Slack's rejection of the app's token, if that lasts; otherwise None."""
    shut = (SlackCondition.kind == SlackConditionKind.REFUSED, SlackCondition.over_at.is_(None))
    row = session.scalar(select(SlackCondition).where(*shut))
    return Refusal(row.said or "", row.found_at) if row else None


def token_refused(session: Session, sentence: str) -> bool:
    """Record that Slack rejects the app's token, so that nothing is sent. Returns whether it was accepted before."""
    return begin(session, SlackConditionKind.REFUSED, said=sentence) is not None


def token_accepted(session: Session) -> None:
    """Record that Slack accepts the app's token, and try what waited for it."""
    for row in end(session, SlackCondition.kind == SlackConditionKind.REFUSED):
        ledger.redeliver(session, None, Message.error == row.said)
        session.execute(update(PeopleList).where(PeopleList.error == row.said).values(next_try_at=wall()))


@dataclass(frozen=True)
class Crowd:
    """Slack counted more connections of the app than this deployment has, at the wall time `at`."""

    sentence: str
    at: datetime


def too_many_connections(session: Session, sentence: str, at: datetime) -> None:
    """Record that Slack counted more connections than this deployment's, at the wall time `at`."""
    begin(session, SlackConditionKind.CROWDED)
    counted = {"said": sentence, "tried_at": at}
    session.execute(update(SlackCondition).where(*_CROWDED).values(counted))


def connections_fit(session: Session) -> None:
    """Record that Slack counts no more connections than this deployment has."""
    end(session, SlackCondition.kind == SlackConditionKind.CROWDED)


def connection_excess(session: Session) -> Crowd | None:
    """Slack's latest count, if it was larger than this deployment's; otherwise None."""
    row = session.scalar(select(SlackCondition).where(*_CROWDED))
    return Crowd(row.said or "", row.tried_at or row.found_at) if row else None


def resume(session: Session, channel_id: str) -> None:
    """Try messages again that were set aside for this channel, which can be posted to again."""
    ledger.redeliver(session, None, Message.channel == channel_id, Message.state == MessageState.SET_ASIDE)


def claim_token_attempt(session: Session, pause: float) -> bool:
    """Claim an attempt with the rejected token; False if it isn't rejected, or was tried less than `pause` seconds ago.

    Until the transaction ends, the row stays locked.
    """
    row = session.scalar(
        select(SlackCondition)
        .where(SlackCondition.kind == SlackConditionKind.REFUSED, SlackCondition.over_at.is_(None))
        .with_for_update(**LOCK)
    )
    if row is None or (row.tried_at is not None and abs(wall() - row.tried_at).total_seconds() < pause):
        return False
    row.tried_at = wall()
    return True
