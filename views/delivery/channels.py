"""The channels of a cycle for its coordinators: what was found there, and whether messages may go there."""

from collections.abc import Mapping
from datetime import datetime

from audit.delivery.channels import Channels, Finding, Found
from views.parts import Block, View, actions, button, confirmed, context, divider, escape, fitted, modal, section
from views.words import audit_name, stamp

SHOW = "channels.show"
CHECK = "channels.check"
ALLOW = "channel.allow"
FORBID = "channel.forbid"
TITLE = "Where messages go"

_SHARED = ("is_shared", "is_ext_shared", "is_org_shared", "is_pending_ext_shared")
_MOST = 30
"""How many channels are shown: three blocks each."""
_INTRO = "Case summaries and tallies go to private channels only. The app looks at a channel before each first message."
SHARED = "If it is shared, others read along: on their side it may be public, and kept for another time."
"""What is said where a channel is chosen."""
_WHO_READS = (
    "Others read this channel: on their side it may be public, and kept for another time. They will see the references "
    "of cases, agencies' grades, gaps and tallies. What agencies wrote stays behind a button."
)
_STOPS = "Nothing more is posted there, and what stands there is no longer changed. What was posted stays."


def found(channel: Mapping[str, object]) -> Found:
    """A channel as Slack's conversations.info describes it."""
    ids: list[object] = []
    within = ("internal_team_ids",) if channel.get("is_org_shared") else ()
    for name in ("connected_team_ids", "pending_connected_team_ids", "pending_shared", *within):
        given = channel.get(name)
        ids += given if isinstance(given, list) else []
    ours = channel.get("context_team_id")
    return Found(
        name=str(channel.get("name") or channel.get("id") or ""),
        private=bool(channel.get("is_private") or channel.get("is_im")),
        member=bool(channel.get("is_member", True)),
        archived=bool(channel.get("is_archived")),
        shared=any(channel.get(how) for how in _SHARED),
        shared_with=tuple(sorted({str(each) for each in ids if each != ours})),
    )


def listed(channels: Channels) -> View:
    """Every channel of the cycle with what was found there, and when."""
    top = audit_name(channels.cycle_title, channels.cycle_number)
    blocks = [section(top), context(_INTRO)]
    for each in channels.findings[:_MOST]:
        blocks += [divider(), section(_about(each, channels.now)), _buttons(each)]
    left = len(channels.findings) - _MOST
    blocks += [context(f"and {left} more.")] if left > 0 else []
    return modal(TITLE, blocks, record_id=channels.cycle_id)


def name(finding: Finding) -> str:
    """What a channel is called, as far as anybody looked: mrkdwn."""
    return f"#{escape(finding.name)}" if finding.name else f"<#{escape(finding.channel)}>"


def _about(finding: Finding, now: datetime) -> str:
    uses = fitted(", ".join(finding.uses), 300)
    when = f"Looked at {stamp(finding.checked_at, now)}." if finding.checked_at else ""
    return f"*{name(finding)}* · {uses}\n{state(finding, now)} {when}".rstrip()


def state(finding: Finding, now: datetime) -> str:
    """What was found, in words: mrkdwn."""
    if finding.checked_at is None:
        return "Nobody has looked there yet: press *Check now*."
    if finding.error is not None:
        return f"⚠️ {escape(finding.error)}"
    if finding.allowed_at is not None:
        by = escape(finding.allowed_by or "a coordinator")
        return f"✅ Shared with another organisation. {by} allowed posting there, {stamp(finding.allowed_at, now)}."
    return "✅ Private, and the app is in it."


def _buttons(finding: Finding) -> Block:
    about = finding.name or finding.uses[0]
    row = [button("Check now", CHECK, finding.place_id, about=about)]
    if finding.allowed_at is not None:
        stopping = button("Stop posting here", FORBID, finding.place_id, about=about)
        row.append(confirmed(stopping, "Stop posting here?", _STOPS, "Stop"))
    elif finding.shared:
        allowing = button("Allow posting here", ALLOW, finding.place_id, about=about)
        row.append(confirmed(allowing, "Allow posting here?", _WHO_READS, "Allow"))
    return actions(f"channel-{finding.place_id}", *row)
