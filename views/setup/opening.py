"""Opening an audit cycle: whom it reaches, the button, and the confirmation."""

from audit.cycle_facts import CycleView
from audit.labels import about_areas
from audit.setup.opening import Opening, named
from views.parts import Block, View, button, confirmed, count_of, done, escape, fitted
from views.words import stamp

OPEN_CYCLE = "cycle.open"
MANAGE = "cycle.manage"
"""The button for everything that a coordinator can do with a cycle (value: the cycle's id)."""
LOOK = "archive.open"
"""The button that shows everything about an audit and all its cases (value: the cycle's id)."""

STATES = {
    "planned": "planned, not open yet",
    "collecting": "collecting returns",
    "meeting": "at its meetings",
    "ratified": "ratified",
    "reported": "reported",
    "closed": "closed",
    "cancelled": "cancelled",
}
"""A cycle's state -> its words."""


def reached(opening: Opening) -> str:
    """How many agencies have a lead who gets a request when the audit is opened; a sentence without its full stop."""
    if not opening.led:
        return "No agency has a lead yet, so nobody gets a request"
    whole = opening.led == opening.agencies
    agencies = count_of(opening.agencies, "agency", "agencies")
    return f"The leads of {agencies if whole else f'{opening.led} of {agencies}'} get their requests"


def unled(opening: Opening) -> list[str]:
    """A line that names the agencies in which nobody gets a request, if any: mrkdwn."""
    where = fitted(named(opening.leaderless), 300)
    return [f"Nobody leads {where}: choose a lead under *People*, or enter their returns yourself."] if where else []


def asking(cycle_id: str, number: int, opening: Opening) -> Block:
    """The button that opens a planned audit."""
    element = button("Open the audit", OPEN_CYCLE, cycle_id, about=f"audit {number}", primary=True)
    return confirmed(element, "Open this audit?", f"{reached(opening)}{' at once' if opening.led else ''}.", "Open it")


def opened(cycle: CycleView, opening: Opening) -> View:
    """The confirmation that the cycle is open, with those whom the opening reached."""
    lines = [
        f"✅ *{escape(cycle.name)} is open.*",
        f"{reached(opening)}{' in a message from this app' if opening.led else ''}.",
        *unled(opening),
        f"Deadline for returns: {stamp(cycle.due_at, cycle.due_at)}.",
    ]
    lines += [
        f"Meeting{about_areas(fitted(', '.join(each.areas), 500))}: {stamp(each.starts_at, cycle.due_at)}."
        for each in cycle.meetings
    ]
    return done("The audit is open", lines)
