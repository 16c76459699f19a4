"""Pausing a person's reminders."""

from datetime import date, datetime

from audit.chasing.snooze import UNTIL, SnoozeChoice
from views.parts import View, datepicker, done, escape, modal, section
from views.words import on, when

CHOOSE = "snooze.choose"
"""The button "Remind me later" (value: the cycle's id)."""
REST = "snooze.rest"
"""The callback id of the form that the button opens."""


def choosing(choice: SnoozeChoice) -> View:
    """The form that asks for the day from which a person is reminded again."""
    now = choice.now
    lines = [
        f"*{escape(choice.cycle_name)}*",
        f"Deadline: {when(choice.due_at, now)}",
        "You get no reminder before the day you choose, and one that morning if there is still something to send.",
    ]
    if choice.until:
        lines.append(f"You have already asked to be reminded on {on(choice.until, now)}.")
    what = "deadline" if choice.before_deadline else "meeting"
    hint = f"A working day before the {what}, from {on(choice.first, now)} to {on(choice.last, now)}."
    day = datepicker(UNTIL, "Remind me again on", (choice.until or choice.first).isoformat(), optional=False, hint=hint)
    blocks = [section("\n".join(lines)), day]
    return modal("Remind me later", blocks, record_id=choice.cycle_id, verb=REST, submit="Remind me then")


def snoozed(until: date, now: datetime) -> View:
    """The confirmation of a person's snooze date."""
    return done("Remind me later", [f"✅ *You will be reminded on {on(until, now)}*, and not before."])
