"""Messages to coordinators about a person who has left Slack, and the roles that the person held."""

from collections.abc import Sequence

from audit.people.departures import Departure
from audit.people.people import HeldRole
from views.parts import ALL, Content, actions, button, count_of, escape, paragraphs, section
from views.people.people import SHOW, TITLE, in_words

_MOST = 20
_LOST = "The app can no longer see them in Slack. They keep their roles: if they have left, end those under *People*."


def message(told: Departure) -> Content:
    """The message that a person left, and which roles are now vacant; or that nothing is left to do about it."""
    name = f"*{escape(told.label)}*"
    if told.over:
        back = "Slack shows them again." if told.kind == "lost" else "somebody else now holds each of their roles."
        return Content("There is nothing left to do about somebody who left.", [section(f"✅ {name}: {back}")])
    if told.kind == "lost":
        lines = [f"⚠️ {name}", _LOST]
    else:
        left = "no longer has a Slack account, so their access has ended. Nobody now holds:"
        lines = [f"⚠️ {name} {left}", *_held(told.held), "Choose somebody under *People*."]
    blocks = [*paragraphs(lines), actions("choosing", button(TITLE, SHOW, ALL))]
    return Content("Somebody who takes part is no longer in Slack.", blocks)


def _held(held: Sequence[HeldRole]) -> list[str]:
    lines = [f"• {escape(in_words(each))}" for each in held[:_MOST]]
    left = len(held) - len(lines)
    return [*lines, *([f"and {count_of(left, 'more role')}"] if left else [])]
