"""Where somebody is on the page: who they are, which conversation and which tab they look at."""

from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from sandbox.desk import Desk
from sandbox.page.mrkdwn import Names
from sandbox.slack.person import Person

HOME = "home"
START = "U0EDUEAST"


@dataclass(frozen=True)
class Where:
    """`talk` is a channel's id or `home`; `tab` a sheetId, as text."""

    me: str
    talk: str
    tab: str

    @classmethod
    def read(cls, desk: Desk, me: str, talk: str, tab: str) -> Self:
        """What an address says, put right where it names what isn't there."""
        users = desk.workspace.users
        me = me if me in users and not users[me].is_bot else START if START in users else next(iter(users))
        person = desk.workspace.person(me)
        mine = {seen.channel.id for seen in person.channels()} | {person.dm, HOME}
        return cls(me, talk if talk in mine else person.dm, tab)

    def to(self, **changes: str) -> str:
        """The address of another place."""
        there = replace(self, **changes)
        return "/?" + urlencode({"as": there.me, "in": there.talk, "tab": there.tab})

    def person(self, desk: Desk) -> Person:
        """Who it is."""
        return desk.workspace.person(self.me)


def names(desk: Desk) -> Names:
    """What everybody and everything is called."""
    with desk.workspace.lock:
        users = {one.id: one.real_name for one in desk.workspace.users.values()}
        channels = {one.id: one.name for one in desk.workspace.channels.values() if one.name}
    return Names(users, channels)
