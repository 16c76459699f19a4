"""A person's place on the page: who they are, and which conversation and tab they look at."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urlencode

from sandbox.desk import Desk
from sandbox.page.mrkdwn import Names
from sandbox.page.place import Menu, Place, Surface
from sandbox.slack import pickers
from sandbox.slack.model import Channel, User, View
from sandbox.slack.person import Person
from sandbox.slack.shapes import Obj, text

HOME = "home"


@dataclass(frozen=True)
class Where:
    """`me`: a user id. `talk`: a channel's id or `home`. `tab`: a sheetId, as text. `book`: the spreadsheet's id."""

    me: str
    talk: str
    tab: str
    book: str = ""

    @classmethod
    def read(cls, desk: Desk, me: str, talk: str, tab: str, book: str) -> Self:
        """The place in a URL's arguments, with defaults for what doesn't exist."""
        users = desk.workspace.users
        me = me if me in users and not users[me].is_bot else desk.scene.me
        person = desk.workspace.person(me)
        mine = {seen.channel.id for seen in person.channels()} | {person.dm, HOME}
        book = book if book in desk.drive.files else desk.spreadsheet
        return cls(me, talk if talk in mine else desk.scene.talk or person.dm, tab, book)

    def to(self, **changes: str) -> str:
        """The URL of this place with `changes`."""
        place = replace(self, **changes)
        return "/?" + urlencode({"as": place.me, "in": place.talk, "tab": place.tab, "book": place.book})

    def person(self, desk: Desk) -> Person:
        """The person at this place."""
        return desk.workspace.person(self.me)


def names(desk: Desk) -> Names:
    """The names of all people and channels."""
    with desk.workspace.lock:
        users = {one.id: one.real_name for one in desk.workspace.users.values()}
        channels = {one.id: one.name for one in desk.workspace.channels.values() if one.name}
    return Names(users, channels)


def in_view(desk: Desk, where: Where, view: View) -> Place:
    """A modal or Home as a place for blocks."""
    files = frozenset(desk.workspace.files)
    surface: Surface = "home" if view.type == "home" else "modal"
    return Place(surface, view.id, names(desk), view.values, view.field_errors, files, _menu(desk, where))


def in_message(desk: Desk, where: Where, ts: str) -> Place:
    """A message of the conversation in view as a place for blocks."""
    kept = desk.workspace.message(where.talk, ts)
    values = kept.values.get(where.me, {}) if kept else {}
    files = frozenset(desk.workspace.files)
    return Place("message", f"{where.talk}|{ts}", names(desk), values, {}, files, _menu(desk, where))


def _menu(desk: Desk, where: Where) -> Callable[[Obj], Menu]:
    workspace = desk.workspace

    def offered(element: Obj) -> Menu:
        if "users_select" in text(element.get("type")):
            return [(one.id, _called(desk, one)) for one in pickers.people(workspace, where.me)]
        return [(one.id, _named(desk, one)) for one in pickers.conversations(workspace, where.me, element)]

    return offered


def _called(desk: Desk, user: User) -> str:
    if user.is_bot:
        return f"{user.real_name} (app)"
    outside = user.team_id != desk.workspace.team.id
    return f"{user.real_name} ({desk.workspace.team_of(user).name})" if outside else user.real_name


def _named(desk: Desk, channel: Channel) -> str:
    if channel.is_im:
        return f"{desk.workspace.app.name} (app)"
    return f"🔒 {channel.name}" if channel.is_private else f"#{channel.name}"
