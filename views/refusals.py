"""What Slack refuses and only a person can mend, in words: what is wrong, and what to do about it."""

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
}
"""Slack's name of an error -> a sentence for coordinators."""
