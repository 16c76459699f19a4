"""The users and auth methods."""

import zlib
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.slack.api.args import Args
from sandbox.slack.api.method import TIER_2, TIER_3, TIER_4, Method, page
from sandbox.slack.errors import SlackError
from sandbox.slack.model import User
from sandbox.slack.shapes import Obj
from sandbox.slack.workspace import Workspace

_SIZES: Final = (24, 32, 48, 72, 192, 512)
_UNLIMITED: Final = 100_000


def user_json(workspace: Workspace, user: User) -> Obj:
    """A user object. A deactivated person lacks time zone and roles; one from outside has `is_stranger`."""
    colour = f"{zlib.crc32(user.id.encode()) & 0xFFFFFF:06x}"
    shown: Obj = {"id": user.id, "team_id": user.team_id, "name": user.name, "deleted": user.deleted}
    if not user.deleted:
        shown |= {"color": colour, "real_name": user.real_name, **_zone(user)}
    shown["profile"] = _profile(workspace, user)
    if not user.deleted:
        shown |= {
            "is_admin": user.is_admin,
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": user.is_restricted,
            "is_ultra_restricted": user.is_ultra_restricted,
        }
    shown |= {"is_bot": user.is_bot, "is_app_user": False, "updated": user.updated}
    if not user.deleted and not user.is_bot:
        shown |= {"is_email_confirmed": True, "who_can_share_contact_card": "EVERYONE"}
    if user.team_id != workspace.team.id:
        shown["is_stranger"] = not any(
            user.id in one.members and (app in one.members or not one.is_private)
            for app in [workspace.app.bot_user_id]
            for one in workspace.channels.values()
        )
    return shown


def _zone(user: User) -> Obj:
    if not user.tz:
        return {}
    now = datetime.now(ZoneInfo(user.tz))
    offset = now.utcoffset()
    return {"tz": user.tz, "tz_label": now.tzname() or "", "tz_offset": int(offset.total_seconds()) if offset else 0}


def _profile(workspace: Workspace, user: User) -> Obj:
    shown: Obj = {
        "title": user.title,
        "phone": "",
        "skype": "",
        "real_name": user.real_name,
        "real_name_normalized": user.real_name,
        "display_name": "" if user.is_bot else user.real_name,
        "display_name_normalized": "" if user.is_bot else user.real_name,
        "fields": None,
        "status_text": "",
        "status_emoji": "",
        "status_emoji_display_info": [],
        "status_expiration": 0,
        "avatar_hash": f"g{zlib.crc32(user.id.encode()):08x}",
    }
    scopes = workspace.app.scopes
    if user.email and not user.is_bot and (scopes is None or "users:read.email" in scopes):
        shown["email"] = user.email
    if user.is_bot:
        shown |= {"api_app_id": workspace.app.app_id, "always_active": False, "bot_id": workspace.app.bot_id}
    shown |= {f"image_{size}": f"https://a.slack-edge.com/80588/img/avatars/ava_{size}.png" for size in _SIZES}
    return {**shown, "status_text_canonical": "", "team": user.team_id}


def info(workspace: Workspace, args: Args) -> Obj:
    """users.info."""
    user = workspace.users.get(args.need("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": user_json(workspace, user)}


def list_users(workspace: Workspace, args: Args) -> Obj:
    """users.list: Slackbot and our team's people, including deactivated ones."""
    slackbot = User("USLACKBOT", workspace.team.id, "slackbot", "Slackbot", tz="America/Los_Angeles", updated=0)
    ours = [slackbot] + [user for user in workspace.users.values() if user.team_id == workspace.team.id]
    found, cursor = page(ours, args, default=1000)
    shown = [user_json(workspace, user) for user in found]
    stamp = int(workspace.clock())
    return {"ok": True, "members": shown, "cache_ts": stamp, "response_metadata": {"next_cursor": cursor}}


def by_email(workspace: Workspace, args: Args) -> Obj:
    """users.lookupByEmail, for active people only."""
    wanted = args.need("email", "users_not_found").lower()
    for user in workspace.users.values():
        if user.email.lower() == wanted and not user.deleted:
            return {"ok": True, "user": user_json(workspace, user)}
    raise SlackError("users_not_found")


def auth_test(workspace: Workspace, args: Args) -> Obj:
    """auth.test: the app that the token belongs to."""
    del args
    app = workspace.app
    return {
        "ok": True,
        "url": f"https://{workspace.team.domain}.slack.com/",
        "team": workspace.team.name,
        "user": workspace.users[app.bot_user_id].name,
        "team_id": workspace.team.id,
        "user_id": app.bot_user_id,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
    }


def team_info(workspace: Workspace, args: Args) -> Obj:
    """team.info."""
    del args
    team = workspace.team
    icon: Obj = {"image_default": True}
    return {
        "ok": True,
        "team": {
            "id": team.id,
            "name": team.name,
            "url": f"https://{team.domain}.slack.com/",
            "domain": team.domain,
            "email_domain": "",
            "icon": icon,
            "avatar_base_url": "https://ca.slack-edge.com/",
            "is_verified": False,
        },
    }


METHODS: Final = {
    "auth.test": Method(auth_test, (), _UNLIMITED),
    "team.info": Method(team_info, ("team:read",), TIER_3),
    "users.info": Method(info, ("users:read",), TIER_4),
    "users.list": Method(list_users, ("users:read",), TIER_2),
    "users.lookupByEmail": Method(by_email, ("users:read.email",), TIER_3),
}
