"""An audit cycle: the word that it is open."""

from audit.cycles import CycleView
from views.parts import View, count_of, done, escape, shorten
from views.words import stamp

OPEN_CYCLE = "cycle.open"
MANAGE = "cycle.manage"
"""The button with everything that a coordinator can do with a cycle (value: its id)."""

STATES = {
    "planned": "planned, not open yet",
    "collecting": "collecting returns",
    "meeting": "at its meetings",
    "ratified": "ratified",
    "reported": "reported",
    "closed": "closed",
    "cancelled": "cancelled",
}
"""How far a cycle has come, in words."""


def opened(cycle: CycleView) -> View:
    """What opening the cycle has set going."""
    agencies = count_of(len(cycle.agencies), "agency", "agencies")
    lines = [
        f"✅ *{escape(cycle.title)} is open.*",
        f"The leads of {agencies} get their requests in a message from this app.",
        f"Deadline for returns: {stamp(cycle.due_at, cycle.due_at)}.",
    ]
    lines += [
        f"Meeting about {escape(shorten(', '.join(each.areas), 500))}: {stamp(each.starts_at, cycle.due_at)}."
        for each in cycle.meetings
    ]
    return done("The audit is open", lines)
