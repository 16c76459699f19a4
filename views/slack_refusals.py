"""Slack's errors: which pass by themselves, and for the others in words what is wrong and what to do about it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException

TRANSIENT = frozenset({
    "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error", "service_unavailable",
    "request_timeout", "update_failed", "file_update_failed", "team_added_to_org", "external_channel_migrating",
})  # fmt: skip
"""Slack's errors that pass by themselves. Every other error lasts until a person does something about it."""

EVERYWHERE = (
    "This app is installed for a whole organisation, and it is made for one workspace: a Slack administrator installs"
    " it in the workspace where the audit channels are, and nowhere else."
)
TOKEN_REFUSED = frozenset({"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"})
"""Slack's errors which mean that the app's token isn't accepted, so that every call is refused."""
_REINSTALL = (
    "Slack doesn't accept the app's token any more: whoever runs the app installs it again and sets the new one."
)

REFUSALS = {
    "channel_not_found": (
        "Slack doesn't find the channel, or the app isn't in it: open the channel in Slack and invite the app to it."
    ),
    "not_in_channel": "The app isn't in the channel: open the channel in Slack and invite the app to it.",
    "is_archived": "The channel is archived: unarchive it in Slack, or choose another channel.",
    "user_not_found": "Slack doesn't know this person any more: give their role to somebody else.",
    "user_disabled": (
        "This person's Slack account has been deactivated: give their role to somebody else, or have it activated."
    ),
    "cannot_dm_bot": "This is a bot, not a person: give the role to a person.",
    "user_not_visible": (
        "Slack doesn't let the app write to this person, who is probably of another organisation: they can answer with"
        " the button in the audit channel."
    ),
    "messages_tab_disabled": "The app's Messages tab is switched off: switch it on in the app's settings in Slack.",
    "restricted_action": "A workspace setting keeps the app from posting in this channel: ask a Slack administrator.",
    "ekm_access_denied": "A workspace setting keeps the app from posting now: ask a Slack administrator.",
    "msg_blocks_too_long": "The message is too long for Slack: please tell whoever runs this app.",
    "msg_too_long": "The message is too long for Slack: please tell whoever runs this app.",
    "invalid_blocks": "Slack doesn't accept the message's form: please tell whoever runs this app.",
    "restricted_action_read_only_channel": "Only some people may post in this channel: ask a Slack administrator.",
    "is_inactive": "The channel is frozen: ask a Slack administrator, or choose another channel.",
    "cant_update_message": "Slack doesn't let the app change this message: it stays as it is.",
    "edit_window_closed": (
        "A workspace setting forbids changing messages after a while, so this one stays as it is: ask a Slack"
        " administrator to let apps change theirs."
    ),
    "access_denied": "Slack doesn't let the app write to this person: they can answer with the button in the channel.",
    "no_permission": "The app may not do this in this workspace: ask a Slack administrator.",
    "invalid_users": "Slack doesn't know this person: give their role to somebody else.",
    "team_access_not_granted": "The app isn't allowed in this workspace: ask a Slack administrator to approve it.",
    "org_login_required": "The workspace is being moved into an organisation: ask a Slack administrator.",
    "invalid_cursor": "Slack lost its place in its list of members: send the list again.",
    "not_enabled": "What the app asks for is switched off in this workspace: ask a Slack administrator.",
    **dict.fromkeys(TOKEN_REFUSED, _REINSTALL),
}
"""Slack's error code -> a sentence for coordinators."""


_WORD = re.compile(r"[a-z0-9_:.,-]{1,100}")


@contextmanager
def answered_by_slack() -> Iterator[None]:
    """Turn what slack_sdk raises if something else answered (a proxy's page, say) into an HTTPException."""
    try:
        yield
    except (AttributeError, LookupError, RecursionError, UnicodeError) as error:
        raise HTTPException("not an answer of Slack's") from error


def word(answer: object, key: str) -> str:
    """A word in an answer as slack_sdk returns it, such as the scope that is needed; "" if there is none."""
    data = getattr(answer, "data", None)
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def error_code(answer: object) -> str:
    """Slack's error code in an answer; for any other answer (a proxy's page, say) only the HTTP status.

    Where Slack has none, slack_sdk puts the beginning of what came in its place.
    """
    return word(answer, "error") or f"status {getattr(answer, 'status_code', '?')}"


def passes(code: str) -> bool:
    """Whether an error passes by itself: in TRANSIENT, or an HTTP status from something between the app and Slack."""
    return code in TRANSIENT or code.startswith("status ")


def outcome(code: str | None) -> str:
    """One word for how a call to Slack ended. `code` is Slack's error code, or None if Slack didn't answer."""
    if code is None:
        return "unreachable"
    return "later" if passes(code) else "refused"


def refusal(code: str, needed: str = "") -> str:
    """The sentence for an error that a person must put right. `needed`: the missing scope, if Slack names one."""
    if code == "missing_scope":
        scope = f" “{needed}”" if needed else ""
        return (
            f"The app lacks the permission{scope} in Slack: whoever runs it adds that to its scopes, as in"
            " manifest.json, and installs it again."
        )
    return REFUSALS.get(code) or f"Slack refuses it (“{code}”): ask whoever runs this app, or a Slack administrator."
