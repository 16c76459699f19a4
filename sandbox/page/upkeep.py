"""A workspace admin's changes: deactivate a person, archive or share a channel, remove the app from it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from sandbox.desk import Desk
from sandbox.page.html import el
from sandbox.page.where import Where
from sandbox.slack import admin
from sandbox.slack.answers import CannotDo
from sandbox.slack.model import Channel, Team

OTHER: Final = Team("T0OTHERORG", "Other organisation", "other-organisation")

VISITOR: Final = "U0VISITOR1"


@dataclass(frozen=True)
class Doing:
    """A button: its label, its action, and the sentence shown afterwards."""

    label: str
    do: Callable[[], None]
    said: str


def part(desk: Desk, where: Where) -> Markup:
    """Buttons that change the current person and channel."""
    buttons = [
        el("button", doing.label, type="button", data_upkeep=name, id=f"upkeep|{name}")
        for name, doing in _doings(desk, where).items()
    ]
    return el("details", el("summary", "Change the workspace", id="upkeep"), buttons, class_="story upkeep")


def do(desk: Desk, where: Where, name: str) -> str:
    """Do what the button `name` stands for, and return what to watch for. Raises CannotDo if it isn't offered."""
    doing = _doings(desk, where).get(name)
    if doing is None:
        raise CannotDo("That can't be done here.")
    doing.do()
    return doing.said


def well_again(desk: Desk) -> None:
    """Restore every person and channel to the state at the start."""
    workspace = desk.workspace
    for user in list(workspace.users.values()):
        admin.deactivate(workspace, user.id, deleted=False)
        admin.refuse_dms(workspace, user.id, "")
    for channel in [one for one in workspace.channels.values() if not one.is_im]:
        admin.to_channel(workspace, channel.id, "unarchive", {})
        admin.share(workspace, channel.id, "")
        if VISITOR in channel.members:
            admin.kick(workspace, channel.id, VISITOR)
        admin.to_channel(workspace, channel.id, "invite", {})


def changed(desk: Desk) -> bool:
    """Whether a person or a channel differs from the start."""
    workspace, bot = desk.workspace, desk.workspace.app.bot_user_id
    odd = any(one.deleted or one.dm_error for one in workspace.users.values())
    channels = [one for one in workspace.channels.values() if not one.is_im]
    return odd or any(one.is_archived or one.is_ext_shared or bot not in one.members for one in channels)


def _doings(desk: Desk, where: Where) -> dict[str, Doing]:
    found = _to_person(desk, where)
    channel = desk.workspace.channels.get(where.talk)
    return found if channel is None or channel.is_im else found | _to_channel(desk, channel)


def _to_person(desk: Desk, where: Where) -> dict[str, Doing]:
    workspace, user = desk.workspace, where.person(desk).user
    name = user.real_name
    if user.deleted:
        back = f"{name} is back in Slack. Whether they may do anything again is for a coordinator to say."
        let_in = Doing(f"Let {name} back in", lambda: admin.deactivate(workspace, user.id, deleted=False), back)
        return {"deactivate": let_in}
    gone = f"{name} is deactivated in Slack; the app was told, and they have lost what they could do."
    found = {"deactivate": Doing(f"Deactivate {name}", lambda: admin.deactivate(workspace, user.id), gone)}
    if user.dm_error:
        takes = f"{name} takes the app's messages again."
        found["dms"] = Doing(f"Take messages to {name}", lambda: admin.refuse_dms(workspace, user.id, ""), takes)
    else:
        refused = f"Slack now refuses the app's messages to {name}, as it does with people of other organisations."
        found["dms"] = Doing(f"Refuse messages to {name}", lambda: admin.refuse_dms(workspace, user.id), refused)
    return found


def _to_channel(desk: Desk, channel: Channel) -> dict[str, Doing]:
    workspace, name = desk.workspace, f"#{channel.name}"

    def to(doing: str) -> Callable[[], None]:
        return lambda: admin.to_channel(workspace, channel.id, doing, {})

    def share() -> None:
        workspace.teams[OTHER.id] = OTHER
        if VISITOR not in workspace.users:
            workspace.add_user(id=VISITOR, team_id=OTHER.id, name="visitor", real_name="Visitor from elsewhere")
        admin.share(workspace, channel.id, OTHER.id)
        admin.invite(workspace, channel.id, VISITOR)

    def stop_sharing() -> None:
        admin.share(workspace, channel.id, "")
        admin.kick(workspace, channel.id, VISITOR)

    archive = Doing(f"Archive {name}", to("archive"), f"{name} is archived: Slack refuses every message to it.")
    if channel.is_archived:
        archive = Doing(f"Unarchive {name}", to("unarchive"), f"{name} can be written to again.")
    shared = Doing(
        f"Share {name}", share, f"{name} is shared with another organisation now, one of whose people is in it."
    )
    if channel.is_ext_shared:
        shared = Doing(f"Stop sharing {name}", stop_sharing, f"{name} is this workspace's alone again.")
    app = Doing(f"Put the app into {name}", to("invite"), f"The app is in {name}.")
    if workspace.app.bot_user_id in channel.members:
        app = Doing(f"Take the app out of {name}", to("kick"), f"The app isn't in {name} any more.")
    return {"archive": archive, "share": shared, "app": app}
