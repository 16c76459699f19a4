"""The payloads of the requests that Slack sends to an app."""

from sandbox.slack import messages, modals
from sandbox.slack.answers import KEPT, Values, answered, options
from sandbox.slack.api.people import user_json
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Message, User, View
from sandbox.slack.shapes import Obj, obj, text
from sandbox.slack.workspace import Workspace


def channel_name(channel: Channel) -> str:
    """A channel's name in payloads, which don't name private channels and direct messages."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def base(workspace: Workspace, user: User, kind: str) -> Obj:
    """The fields that every interactivity payload has."""
    team = workspace.team_of(user)
    return {
        "type": kind,
        "team": {"id": team.id, "domain": team.domain},
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": workspace.app.app_id,
        "token": workspace.app.verification_token,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def in_message(workspace: Workspace, user: User, message: Message) -> Obj:
    """The place of an interaction in a message: container, channel, state, and the message unless it is ephemeral."""
    channel = workspace.channels[message.channel]
    container: Obj = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": bool(message.ephemeral_to),
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    shown: Obj = {"container": container, "channel": {"id": channel.id, "name": channel_name(channel)}}
    if not message.ephemeral_to:
        shown["message"] = messages.rendered(workspace, message)
    shown["state"] = {"values": message.values.get(user.id, {})}
    address = workspace.new_response_url(
        channel.id, user.id, message_ts=message.ts, ephemeral=bool(message.ephemeral_to)
    )
    return {**shown, "response_url": address}


def in_view(workspace: Workspace, view: View) -> Obj:
    """The place of an interaction in a modal or in Home."""
    shown = modals.rendered(workspace, view, values=True)
    return {"container": {"type": "view", "view_id": view.id}, "view": shown}


def action(block: Obj, element: Obj, answer: object, ts: str) -> tuple[Obj, Obj | None]:
    """The entry in a block_actions payload's `actions`, and the element's new state (None if it has no state)."""
    kind = text(element.get("type"))
    done: Obj = {"type": kind, "action_id": element.get("action_id"), "block_id": block.get("block_id")}
    state = None
    if kind in KEPT:
        state = answered(element, answer)
        done |= {name: item for name, item in state.items() if name != "type"}
    elif kind == "overflow":
        chosen = [one for one in options(element) if one.get("value") == answer]
        done["selected_option"] = chosen[0] if chosen else {"value": answer}
    else:
        given = element.get("value") if answer is None else answer
        done |= {"text": element.get("text")} if "text" in element else {}
        done |= {"value": given} if given is not None else {}
    shown = ("style", "confirm", "placeholder", "initial_option", "initial_date", "initial_time", "initial_user")
    done |= {name: element[name] for name in shown if name in element}
    return {**done, "action_ts": ts}, state


def command(workspace: Workspace, user: User, channel: Channel, name: str, said: str) -> dict[str, str]:
    """The form of a slash command."""
    team = workspace.team_of(user)
    return {
        "token": workspace.app.verification_token,
        "team_id": team.id,
        "team_domain": team.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": said,
        "api_app_id": workspace.app.app_id,
        "is_enterprise_install": "false",
        "response_url": workspace.new_response_url(channel.id, user.id),
        "trigger_id": workspace.new_trigger(user.id),
    }


def response_urls(workspace: Workspace, user: User, view: View) -> list[Obj]:
    """A URL for each conversation chosen in a select that has response_url_enabled."""
    found: list[Obj] = []
    for block in view.content["blocks"] if isinstance(view.content["blocks"], list) else []:
        element = obj(block.get("element"))
        if not element.get("response_url_enabled"):
            continue
        block_id, action_id = text(block.get("block_id")), text(element.get("action_id"))
        value = view.values.get(block_id, {}).get(action_id, {})
        chosen = text(value.get("selected_conversation")) or text(value.get("selected_channel"))
        if chosen:
            address = workspace.new_response_url(chosen, user.id)
            named: Obj = {"block_id": block_id, "action_id": action_id, "channel_id": chosen}
            found.append({**named, "response_url": address})
    return found


def home_opened(workspace: Workspace, user: User, tab: str) -> Obj:
    """The event app_home_opened."""
    channel = workspace.direct(user.id)
    event: Obj = {"type": "app_home_opened", "user": user.id, "channel": channel.id, "tab": tab}
    view = workspace.views.get(workspace.homes.get(user.id, ""))
    if tab == "home" and view is not None:
        event["view"] = modals.rendered(workspace, view, values=True)
    return {**event, "event_ts": f"{workspace.clock():.6f}"}


def member_event(workspace: Workspace, kind: str, user: User, channel: Channel, inviter: str = "") -> Obj:
    """member_joined_channel or member_left_channel."""
    event: Obj = {"type": kind, "user": user.id, "channel": channel.id, "channel_type": channel.id[:1]}
    event |= {"team": user.team_id, "event_ts": f"{workspace.clock():.6f}"}
    return {**event, "inviter": inviter} if inviter else event


def channel_event(workspace: Workspace, kind: str, channel: Channel, **beside: object) -> Obj:
    """channel_archive or a similar event; after a renaming, with the new name."""
    renamed = kind.endswith("_rename")
    which = {"id": channel.id, "name": channel.name, "created": channel.created} if renamed else channel.id
    return {"type": kind, "channel": which, **beside, "event_ts": f"{workspace.clock():.6f}"}


def user_change(workspace: Workspace, user: User) -> Obj:
    """The event user_change, with the whole user as in users.info."""
    stamp = workspace.clock()
    shown = user_json(workspace, user)
    return {"type": "user_change", "user": shown, "cache_ts": int(stamp), "event_ts": f"{stamp:.6f}"}


def message_event(workspace: Workspace, channel: Channel, message: Message) -> Obj:
    """The event of a person's message."""
    kinds = {"im": "im", "groups": "group", "channels": "channel"}
    shown = messages.rendered(workspace, message)
    return {**shown, "channel": channel.id, "event_ts": message.ts, "channel_type": kinds[channel.kind]}


def merged(values: Values, block: Obj, element: Obj, state: Obj) -> None:
    """Set an element's new state in `values`."""
    values.setdefault(text(block.get("block_id")), {})[text(element.get("action_id"))] = state


def reachable(workspace: Workspace, channel_id: str) -> Channel:
    """A channel by id, even if the app doesn't know it. Raises channel_not_found."""
    if channel_id not in workspace.channels:
        raise SlackError("channel_not_found")
    return workspace.channels[channel_id]
