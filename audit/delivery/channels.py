"""Where messages may go: not to a public channel, and to one shared outside only if a coordinator allows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.delivery import ledger, sharing, slack_conditions
from audit.delivery.sharing import Other
from audit.errors import NotFound, Refused
from audit.row_by_id import existing
from storage import conflicts
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.messages import Message
from storage.people import Area, Channel, Person
from storage.slack_conditions import SlackCondition, SlackConditionKind
from storage.types import LOCK, new_id

FRESH = timedelta(minutes=1)
"""How long the result of a look at a channel is valid for messages already there. A first post always looks afresh.

Slack announces that a channel was made public only to apps that are sent the channel's messages.
"""

_NAMED = 3
"""How many workspaces the sentence about a shared channel names."""
SUB_GROUP, SUMMARIES = "Sub-group", "Case summaries"
"""Words for what a channel is used for, besides an area's label."""


@dataclass(frozen=True)
class SlackChannel:
    """A channel as Slack describes it. `shared_with`: the ids of the other workspaces it is shared with."""

    name: str
    private: bool
    member: bool = True
    archived: bool = False
    shared: bool = False
    shared_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wrong:
    """Why nothing can be posted in a channel: the kind of problem, and a sentence with its remedy."""

    kind: SlackConditionKind
    sentence: str


@dataclass(frozen=True)
class ChannelFinding:
    """A channel of a cycle and the result of the last look at it, at `checked_at` (None if nobody has looked).

    `place_id` identifies its first use in this cycle. `uses`: labels of areas, SUMMARIES or SUB_GROUP. `error`: a
    sentence, why nothing can be posted there, or None. `allowed_by`, `allowed_at`: the coordinator who allowed posting
    although it is shared. `others`: the workspaces it is shared with, as far as Slack tells.
    """

    place_id: str
    channel: str
    name: str
    uses: tuple[str, ...]
    checked_at: datetime | None
    error: str | None
    shared: bool
    allowed_by: str | None
    allowed_at: datetime | None
    others: tuple[Other, ...] = ()


@dataclass(frozen=True)
class Channels:
    """A cycle's channels, for its coordinators."""

    cycle_id: str
    cycle_name: str
    now: datetime
    findings: tuple[ChannelFinding, ...]


def findings(session: Session, cycle_id: str) -> tuple[ChannelFinding, ...]:
    """The channels that a cycle's messages go to, areas first, with the result of the last look at each."""
    cycle = existing(session, Cycle, cycle_id)
    uses: dict[str, list[tuple[str, str]]] = {}
    for place_id, channel, area in session.execute(_of_areas(cycle_id)):
        uses.setdefault(channel, []).append((place_id, area or SUMMARIES))
    uses.setdefault(cycle.sub_group_channel, []).append((cycle.id, SUB_GROUP))
    rows = session.execute(
        select(Channel, Person.label)
        .outerjoin(Person, Person.id == Channel.shared_ok_by_id)
        .where(Channel.channel.in_(uses))
    )
    known = {row.channel: (row, allowed_by) for row, allowed_by in rows}
    theirs = sharing.agencies(session, {team_id for row, _ in known.values() for team_id in row.shared_with})
    return tuple(_finding(channel, named, known.get(channel, (None, None)), theirs) for channel, named in uses.items())


def _of_areas(cycle_id: str) -> Select[str, str, str]:
    return (
        select(CycleArea.id, CycleArea.channel, Area.label)
        .join(Area, Area.id == CycleArea.area_id)
        .where(CycleArea.cycle_id == cycle_id)
        .order_by(Area.label)
    )


def _finding(
    channel: str,
    named: Sequence[tuple[str, str]],
    found: tuple[Channel | None, str | None],
    theirs: Mapping[str, tuple[str, ...]],
) -> ChannelFinding:
    row, allowed_by = found
    return ChannelFinding(
        place_id=named[0][0],
        channel=channel,
        name=row.name if row else "",
        uses=tuple(dict.fromkeys(use for _, use in named)),
        checked_at=row.checked_at if row else None,
        error=row.error if row else None,
        shared=row.shared if row else False,
        allowed_by=allowed_by,
        allowed_at=row.shared_ok_at if row else None,
        others=tuple(Other(each, theirs.get(each, ())) for each in row.shared_with) if row and row.shared else (),
    )


def show(session: Session, who: Actor, cycle_id: str) -> Channels:
    """A cycle's channels, for a coordinator."""
    require_coordinator(who, "channels.read", cycle_id)
    channel_findings = findings(session, cycle_id)
    cycle = session.get_one(Cycle, cycle_id)
    return Channels(cycle.id, cycle.name, now(session), channel_findings)


def place(session: Session, who: Actor, place_id: str) -> tuple[str, str]:
    """(cycle id, Slack channel id) of a place, for a coordinator. NotFound if there is no such place."""
    require_coordinator(who, "channels.change", place_id)
    area = session.get(CycleArea, place_id)
    if area is not None:
        return area.cycle_id, area.channel
    cycle = session.get(Cycle, place_id)
    if cycle is None:
        raise NotFound("This channel isn't one of the audit's any more.")
    return cycle.id, cycle.sub_group_channel


def record(session: Session, channel: str, found: SlackChannel | str) -> str | None:
    """Store the result of a look at a channel, or the sentence why it couldn't be looked at.

    Returns why nothing can be posted there, or None. Permission to post in a shared channel ends if the channel is no
    longer shared, or is shared with another workspace. Coordinators are told of a new problem; when the last one ends,
    messages that were set aside are tried again.
    """
    row = locked_row(session, channel)
    before = (row.name, row.shared, row.error)
    if isinstance(found, str):
        wrong: Wrong | None = Wrong(SlackConditionKind.UNSEEN, found)
    else:
        if row.shared_ok_at is not None and not _still_allowed(row, found):
            row.shared_ok_at, row.shared_ok_by_id = None, None
            trail.record(session, None, "channel.forbid", subject_id=row.id, detail=channel)
        row.name, row.shared, row.shared_with = found.name[:100], found.shared, list(found.shared_with)
        wrong = _wrong(found, allowed=row.shared_ok_at is not None)
    row.error = wrong.sentence[:300] if wrong else None
    row.checked_at = now(session)
    slack_conditions.of_channel(session, row, wrong.kind if wrong else None, news=row.error != before[2])
    if wrong is None and before[2] is not None:
        slack_conditions.resume(session, channel)
    if (row.name, row.shared, row.error) != before:
        trail.record(session, None, "channel.found", subject_id=row.id, detail=channel)
    return row.error


def refusal(session: Session, channel: str, found: SlackChannel) -> str | None:
    """Why nothing can be posted in a channel that was just looked at, or None. Nothing is stored."""
    row = session.scalar(select(Channel).where(Channel.channel == channel))
    wrong = _wrong(found, allowed=row is not None and _still_allowed(row, found))
    return wrong.sentence if wrong else None


def _still_allowed(row: Channel, found: SlackChannel) -> bool:
    """Whether a coordinator allowed posting in the shared channel, and no other workspace has joined it since."""
    return row.shared_ok_at is not None and found.shared and set(found.shared_with) <= set(row.shared_with)


def used(session: Session, channel: str) -> bool:
    """Whether a STANDING audit (see audit.moment) sends messages to the channel."""
    return slack_conditions.newest(session, slack_conditions.using(channel)) is not None


def look_soon(session: Session, channel: str) -> None:
    """Have Slack asked about the channel soon, because something about it may have changed."""
    locked_row(session, channel).look_at = now(session)


def locked_row(session: Session, channel: str) -> Channel:
    """The channel's row, locked. It is added if it doesn't exist."""
    values = {"id": new_id(), "channel": channel, "name": "", "shared": False, "shared_with": []}
    conflicts.insert_unless_present(session, Channel, "channel", values)
    return session.scalars(select(Channel).where(Channel.channel == channel).with_for_update(**LOCK)).one()


def _wrong(found: SlackChannel, *, allowed: bool) -> Wrong | None:
    name = f"#{found.name[:80]}"
    if found.archived:
        sentence = f"{name} is archived: unarchive it in Slack, or choose another channel."
        return Wrong(SlackConditionKind.ARCHIVED, sentence)
    if not found.private:
        sentence = f"{name} is public: summaries and tallies go to private channels only. Make it private in Slack."
        return Wrong(SlackConditionKind.PUBLIC, sentence)
    if not found.member:
        sentence = f"The app isn't in {name}: open the channel in Slack and invite the app to it."
        return Wrong(SlackConditionKind.OUT, sentence)
    if found.shared and not allowed:
        return Wrong(SlackConditionKind.SHARED, _refusing(found.name, found.shared_with))
    return None


def _refusing(name: str, team_ids: Sequence[str]) -> str:
    """The sentence why nothing is posted in a shared channel."""
    whom = f" ({', '.join(team_ids[:_NAMED])}{', …' if len(team_ids) > _NAMED else ''})" if team_ids else ""
    return (
        f"#{name[:80]} is shared with another organisation or workspace{whom}, so nothing is posted there unless a"
        " coordinator allows it: look at the audit's channels."
    )


def recently_usable(session: Session, channel: str) -> bool:
    """Whether a look less than FRESH ago found that messages may go to the channel."""
    row = session.scalar(select(Channel).where(Channel.channel == channel))
    if row is None or row.checked_at is None:
        return False
    return row.error is None and abs(now(session) - row.checked_at) < FRESH


def checked(session: Session, who: Actor, place_id: str, found: SlackChannel | str) -> Channels:
    """Store the result of a look that a coordinator asked for. If all is well, messages set aside are tried again."""
    cycle_id, channel = place(session, who, place_id)
    trail.record(session, who, "channel.check", subject_id=place_id, cycle_id=cycle_id, detail=channel)
    if record(session, channel, found) is None:
        ledger.redeliver(session, who, Message.channel == channel)
    session.flush()
    return show(session, who, cycle_id)


def allow(session: Session, who: Actor, place_id: str) -> Channels:
    """Allow posting in a channel that is shared with another organisation. Messages set aside are tried again.

    Refused unless the last look found it shared. Allowing it twice changes nothing.
    """
    cycle_id, channel = place(session, who, place_id)
    row = locked_row(session, channel)
    if not row.shared:
        raise Refused("This channel isn't shared with another organisation, as far as we know. Press Check now first.")
    if row.shared_ok_at is None:
        row.shared_ok_at, row.shared_ok_by_id = now(session), who.person_id
        row.error = None if row.error == _refusing(row.name, row.shared_with) else row.error
        slack_conditions.end(
            session, SlackCondition.channel == channel, SlackCondition.kind == SlackConditionKind.SHARED
        )
        trail.record(session, who, "channel.allow", subject_id=row.id, cycle_id=cycle_id, detail=channel)
        ledger.redeliver(session, who, Message.channel == channel)
    session.flush()
    return show(session, who, cycle_id)


def forbid(session: Session, who: Actor, place_id: str) -> Channels:
    """Stop posting in a shared channel and changing messages there. Doing this twice changes nothing."""
    cycle_id, channel = place(session, who, place_id)
    row = locked_row(session, channel)
    if row.shared_ok_at is not None:
        row.shared_ok_at, row.shared_ok_by_id = None, None
        row.error = _refusing(row.name, row.shared_with) if row.shared else row.error
        trail.record(session, who, "channel.forbid", subject_id=row.id, cycle_id=cycle_id, detail=channel)
    session.flush()
    return show(session, who, cycle_id)
