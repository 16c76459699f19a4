"""When each channel in use, and each person with a role, is next looked up in Slack: every night.

Slack's events only bring a lookup forward. Their content isn't relied on, since they may be late, repeated, out of
order or lost. A worker that makes a lookup reserves it for a while, so that two workers don't make the same one, and
one that was lost with its worker is made again.
"""

import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, CursorResult, exists, or_, select, union, update
from sqlalchemy.orm import Session

from audit.calendar import at, in_london
from audit.delivery import channels, slack_conditions
from audit.role_in_force import in_force
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.people import Channel, Cover, Person, Role, Workspace

FROM, SPREAD = time(3), timedelta(hours=2)
"""The hour (London) at which the nightly lookups begin, and the time over which they are spread."""
_TAKEN = timedelta(minutes=10)
"""For how long a lookup is reserved. If Slack doesn't answer, it is made again after that."""


@dataclass(frozen=True)
class DueLookup:
    """A lookup that is due, of a channel or a person. `slack_id`: the channel's or the user's id in Slack.

    `at`: when it became due; once it is reserved, until when. `team_id`: a person's workspace.
    """

    table: type[Channel] | type[Person]
    row_id: str
    slack_id: str
    at: datetime
    team_id: str = ""


def active_ids(session: Session, teams: Collection[str], user_id: str) -> tuple[str, ...]:
    """The ids of the active people with this Slack user id in these workspaces."""
    of_teams = select(Workspace.id).where(Workspace.team_id.in_(teams))
    theirs = (Person.user_id == user_id, Person.workspace_id.in_(of_teams), Person.active)
    return tuple(session.scalars(select(Person.id).where(*theirs)))


def bring_forward(session: Session, people: Collection[str]) -> None:
    """Bring forward the lookup of these people, since something may have changed."""
    session.execute(update(Person).where(Person.id.in_(people)).values(look_at=now(session)))


def plan(session: Session) -> None:
    """Schedule a nightly lookup for every channel in use and every person with a role that have none."""
    moment = now(session)
    for channel in _channels(session):
        channels.locked_row(session, channel).look_at = _tonight(moment, channel)
    for person in session.scalars(select(Person).where(Person.look_at.is_(None), Person.active, _holding(moment))):
        person.look_at = _tonight(moment, person.id)


def unplanned(session: Session) -> bool:
    """Whether `plan` has anything to do."""
    people = exists().where(Person.look_at.is_(None), Person.active, _holding(now(session)))
    return bool(_channels(session)) or bool(session.scalar(select(people)))


def _channels(session: Session) -> tuple[str, ...]:
    """The channels in use that have no lookup scheduled."""
    open_ = slack_conditions.using()
    areas = select(CycleArea.channel).join(Cycle, Cycle.id == CycleArea.cycle_id).where(open_)
    used = union(areas, select(Cycle.sub_group_channel).where(open_)).subquery()
    channel = used.c[0]
    planned = exists().where(Channel.channel == channel, Channel.look_at.is_not(None))
    return tuple(session.scalars(select(channel).where(channel != "", ~planned).order_by(channel)))


def _holding(moment: datetime) -> ColumnElement[bool]:
    role = exists().where(Role.person_id == Person.id, in_force(moment))
    return or_(role, exists().where(Cover.person_id == Person.id, Cover.until > moment))


def _tonight(moment: datetime, name: str) -> datetime:
    """The next nightly lookup of the channel or person with this id, spread by a hash, so always at the same time."""
    share = zlib.crc32(name.encode()) / 0xFFFFFFFF
    today = in_london(moment).date()
    nights = (at(today + timedelta(days=days), FROM) + SPREAD * share for days in (0, 1))
    return next(each for each in nights if each > moment)


def due(session: Session) -> DueLookup | None:
    """A lookup that is due (channels before people, then the one due longest), or None."""
    moment = now(session)
    channel = session.execute(
        select(Channel.id, Channel.channel, Channel.look_at)
        .where(Channel.look_at <= moment).order_by(Channel.look_at).limit(1)
    ).one_or_none()  # fmt: skip
    if channel is not None and channel.look_at is not None:
        return DueLookup(Channel, channel.id, channel.channel, channel.look_at)
    person = session.execute(
        select(Person.id, Person.user_id, Person.look_at, Workspace.team_id)
        .join(Workspace, Workspace.id == Person.workspace_id)
        .where(Person.look_at <= moment).order_by(Person.look_at).limit(1)
    ).one_or_none()  # fmt: skip
    if person is not None and person.look_at is not None:
        return DueLookup(Person, person.id, person.user_id, person.look_at, person.team_id)
    return None


def reserve(session: Session, look: DueLookup) -> DueLookup | None:
    """Reserve a lookup. None if another worker has, or if it isn't needed any more, in which case it is unscheduled."""
    moment = now(session)
    until = moment + _TAKEN if _needed(session, look) else None
    taken = _put(session, look, until)
    return DueLookup(look.table, look.row_id, look.slack_id, until, look.team_id) if taken and until else None


def _needed(session: Session, look: DueLookup) -> bool:
    if look.table is Channel:
        return channels.used(session, look.slack_id)
    needed = select(Person.id).where(Person.id == look.row_id, Person.active, _holding(now(session)))
    return session.scalar(needed) is not None


def reschedule(session: Session, look: DueLookup) -> None:
    """Schedule the next nightly lookup after this one was made, unless an event has brought it forward meanwhile."""
    _put(session, look, _tonight(now(session), look.slack_id if look.table is Channel else look.row_id))


def _put(session: Session, look: DueLookup, moment: datetime | None) -> bool:
    mine = (look.table.id == look.row_id, look.table.look_at == look.at)
    result = session.execute(update(look.table).where(*mine).values(look_at=moment))
    assert isinstance(result, CursorResult)  # noqa: S101  # the result of an UPDATE
    return result.rowcount == 1
