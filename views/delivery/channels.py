"""A cycle's channels, for its coordinators: the results of the last check, and whether messages may go there."""

from collections.abc import Mapping
from datetime import datetime

from audit.delivery.channels import ChannelFinding, Channels, SlackChannel
from views.parts import (
    Block,
    View,
    actions,
    button,
    confirmed,
    context,
    divider,
    escape,
    fitted,
    modal,
    section,
    shorten,
)
from views.words import stamp

SHOW = "channels.show"
CHECK = "channels.check"
ALLOW = "channel.allow"
FORBID = "channel.forbid"
TITLE = "Where messages go"

_SHARED = ("is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared")
_SHARED_WITH = (
    "shared_team_ids", "connected_team_ids", "connected_limited_team_ids", "pending_connected_team_ids",
    "pending_shared",
)  # fmt: skip
_MOST = 30
"""The most channels shown, with three blocks each."""
_INTRO = "Case summaries and tallies go to private channels only. The app looks at a channel before each first message."
SHARED = "If it is shared, others read it too: on their side it may be public, and be kept for a different time."
"""The warning shown where a channel is chosen."""
_WHO_READS = (
    "{} read this channel: on their side it may be public, and be kept for a different time. They will see "
    "case references, agencies' grades, gaps and tallies. What agencies wrote stays behind a button."
)
_WHOM = 90
"""The most characters of who else reads a channel, in a confirmation dialog: Slack takes 300 in all."""
_STOPS = "Nothing more is posted there, and what is there stays, but is no longer updated."


def slack_channel(channel: Mapping[str, object]) -> SlackChannel:
    """Read a channel from Slack's conversations.info, which gives the workspaces sharing it in several lists."""
    ids: list[object] = []
    for name in (*_SHARED_WITH, *(("internal_team_ids",) if channel.get("is_org_shared") else ())):
        given = channel.get(name)
        ids += given if isinstance(given, list) else []
    ours = channel.get("context_team_id")
    return SlackChannel(
        name=str(channel.get("name") or channel.get("id") or ""),
        private=bool(channel.get("is_private") or channel.get("is_im")),
        member=bool(channel.get("is_member", True)),
        archived=bool(channel.get("is_archived")),
        shared=any(channel.get(how) for how in _SHARED),
        shared_with=tuple(sorted({str(each) for each in ids if each != ours})),
    )


def view(channels: Channels) -> View:
    """Every channel of the cycle with the result of its last check, and when that was."""
    top = f"*{escape(channels.cycle_name)}*"
    blocks = [section(top), context(_INTRO)]
    for each in channels.findings[:_MOST]:
        blocks += [divider(), section(_about(each, channels.now)), _buttons(each)]
    left = len(channels.findings) - _MOST
    blocks += [context(f"and {left} more, which `roundtable doctor` names.")] if left > 0 else []
    return modal(TITLE, blocks, record_id=channels.cycle_id)


def name(finding: ChannelFinding) -> str:
    """A channel's name, or its mention by id if it was never checked: mrkdwn."""
    return f"#{escape(finding.name)}" if finding.name else f"<#{escape(finding.channel)}>"


def _about(finding: ChannelFinding, now: datetime) -> str:
    uses = fitted(", ".join(finding.uses), 300)
    when = f"Checked {stamp(finding.checked_at, now)}." if finding.checked_at else ""
    return f"*{name(finding)}* · {uses}\n{state(finding, now)} {when}".rstrip()


def state(finding: ChannelFinding, now: datetime) -> str:
    """The result of a channel's last check, in words: mrkdwn."""
    if finding.checked_at is None:
        return "It hasn't been checked yet: press *Check now*."
    if finding.error is not None:
        known = finding.shared and any(each.agencies for each in finding.others)
        also = f" It is shared with {escape(fitted(others(finding), 600))}." if known else ""
        return f"⚠️ {escape(finding.error)}{also}"
    if finding.allowed_at is not None:
        by, whom = escape(finding.allowed_by or "a coordinator"), escape(fitted(others(finding), 600))
        return f"✅ Shared with {whom}. {by} allowed posting there, {stamp(finding.allowed_at, now)}."
    return "✅ Private, and the app is in it."


def others(finding: ChannelFinding) -> str:
    """The workspaces that share a channel, each with the agencies whose people belong to it."""
    each = (f"{one.team_id} ({', '.join(one.agencies)})" if one.agencies else one.team_id for one in finding.others)
    return ", ".join(each) or "another organisation"


def _buttons(finding: ChannelFinding) -> Block:
    about = finding.name or finding.uses[0]
    row = [button("Check now", CHECK, finding.place_id, about=about)]
    if finding.allowed_at is not None:
        stopping = button("Stop posting here", FORBID, finding.place_id, about=about)
        row.append(confirmed(stopping, "Stop posting here?", _STOPS, "Stop"))
    elif finding.shared:
        allowing = button("Allow posting here", ALLOW, finding.place_id, about=about)
        whom = shorten(f"The people of {others(finding)}" if finding.others else "Others", _WHOM)
        row.append(confirmed(allowing, "Allow posting here?", _WHO_READS.format(whom), "Allow"))
    return actions(f"channel-{finding.place_id}", *row)
