"""A channel's problem for coordinators, with what to do about it; or that it is over."""

from audit.delivery.slack_conditions import ChannelCondition
from views.delivery.channels import SHOW, TITLE
from views.parts import Content, actions, button, escape, fitted, paragraphs, section

_AGAIN = "messages can go there again, and what was waiting has been sent."
_WAITS = "Until then nothing is posted there. Once that is put right, what is waiting is sent automatically."


def message(told: ChannelCondition) -> Content:
    """The message to coordinators about a problem with a channel, or that it is over."""
    name = f"#{escape(told.name)}" if told.name else f"<#{escape(told.channel)}>"
    audit = f"A channel of audit {told.cycle_number}"
    if told.over:
        now = "there was another problem by then, which has its own message." if told.overtaken else _AGAIN
        return Content(f"{audit}: that problem is over.", [section(f"✅ *{name}:* {now}")])
    blocks = paragraphs([f"⚠️ *{name}*, a channel of audit {told.cycle_number}", fitted(told.error, 600), _WAITS])
    return Content(f"{audit} needs your attention.", [*blocks, actions("looking", button(TITLE, SHOW, told.cycle_id))])
