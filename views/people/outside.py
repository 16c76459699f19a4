"""The warning shown when a role is given to a person from outside: what they would see, and who ends their access."""

from collections.abc import Mapping

from audit.access import ANSWERING
from audit.people.outside import Outsider
from views.parts import escape
from views.people.people import STANDINGS

FROM_OUTSIDE = "You are giving a role to somebody who isn't a member of this workspace. Please check below, then save."
_GUEST = "The app can write to them; their account ends when the workspace ends it."
_WHERE = {
    "outside": (
        "The app may not be able to write to them, nor Slack show them its Home: they answer with the button in the "
        "audit channel. Try that with them first. If they leave, only their own organisation's Slack knows: end their "
        "access here when they do."
    ),
    "guest": _GUEST,
    "single": _GUEST,
}
_SEES: Mapping[str, str] = {
    **dict.fromkeys(ANSWERING, "They will see what their agency is asked, and the summaries of its cases."),
    "coordinator": "*As a coordinator they will see everything that every agency wrote, and run the audits.*",
    "chair": "They will see every case summary.",
    "sub_group_member": "They will see tallies and every case summary.",
}
_READS_REPORTS = "They will read reports in full."
"""Of all others, who sign reports."""


def outsider(one: Outsider) -> str:
    """A person from outside who would get a role: mrkdwn."""
    sees = _SEES.get(one.kind, _READS_REPORTS)
    return f"• *{escape(one.label)}* {STANDINGS[one.standing]}. {_WHERE[one.standing]} {sees}"
