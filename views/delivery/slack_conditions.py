"""What coordinators should know of a channel, with its cure; and that it is over."""

from audit.delivery.slack_conditions import ChannelCondition
from views.delivery.channels import SHOW, TITLE
from views.parts import Content, actions, button, escape, fitted, paragraphs, section

_AGAIN = "messages can go there again, and what waited was sent."
_WAITS = "Until then nothing is posted there. What waits goes out by itself, once that is mended."


def message(told: ChannelCondition) -> Content:
    """Tells coordinators what is the matter with a channel, or that it is over."""
    name = f"#{escape(told.name)}" if told.name else f"<#{escape(told.channel)}>"
    audit = f"A channel of audit {told.cycle_number}"
    if told.over:
        now = "something else was the matter then, which was told by itself." if told.overtaken else _AGAIN
        return Content(f"{audit}: that is over.", [section(f"✅ *{name}:* {now}")])
    blocks = paragraphs([f"⚠️ *{name}*, a channel of audit {told.cycle_number}", fitted(told.error, 600), _WAITS])
    return Content(f"{audit} is to be looked at.", [*blocks, actions("looking", button(TITLE, SHOW, told.cycle_id))])
