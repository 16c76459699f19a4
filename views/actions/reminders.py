"""Messages about open actions: to an owner, an owner's reminders, and the sub-group's digest; references only."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from audit.actions.actions import STATES, ActionView
from audit.actions.reminders import ActionMessage, ActionsStanding, Owing
from audit.calendar import deadline, in_london
from views.actions.actions import LABEL, SHOW, about, name, state, summary
from views.actions.recommendations import SHOW as RECOMMENDATIONS
from views.parts import Block, Content, actions, button, context, count_of, escape, header, paragraphs, section
from views.words import when

_MOST = 20
_ROOM, _ROOM_FOR_AGENCIES = 5000, 2000
"""The most characters in a digest: for its list of actions, and for the count of each agency's actions."""
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def owner_message(action: ActionView, now: datetime) -> Content:
    """The message to an action's owner, which is kept up to date: the action's references, due date and state."""
    agency = escape(action.agency) if action.agency else "The partnership itself"
    lines = [
        name(action),
        agency,
        f"Due: {when(deadline(action.due_on), now)}",
        f"*{state(action, now)}*",
        *([] if action.closed else ["Press *Look at it* to read what needs to be done and to update progress."]),
    ]
    opening = button(LABEL, SHOW, action.id, about=about(action), primary=not action.closed)
    title = f"{escape(action.title)} (audit {action.cycle_number})"
    text = f"{title}: {state(action, now)}. Due {when(deadline(action.due_on), now)}"
    return Content(text, [header("An action that is yours"), section("\n".join(lines), opening)])


def passed(told: ActionMessage) -> Content:
    """An owner's message after a newer one replaced it, or after the action got another owner: references only."""
    action = told.action
    title = f"{escape(action.title)} (audit {action.cycle_number})"
    sentence = "A newer message here is about it." if told.newer else "Somebody else owns this action now."
    lines = [name(action), f"*{sentence}*"]
    return Content(f"{title}: {sentence}", [header("An action"), section("\n".join(lines))])


def reminder(owing: Owing) -> Content:
    """The reminder of all the open actions that somebody owns, kept up to date until the next reminder."""
    owed, now = owing.actions, owing.now
    if not owed:
        sentence = "✅ You have nothing left to do here. Thank you."
        return Content(f"Your actions: {sentence}", [header("Your actions"), section(sentence)])
    late = sum(each.overdue(in_london(now).date()) for each in owed)
    counts = f"{count_of(len(owed), 'action')} to be done{f', {late} of them overdue' if late else ''}."
    blocks = [header("Your actions"), section(f"*{counts}*"), *(_owed(each, now) for each in owed[:_MOST])]
    left = len(owed) - _MOST
    more = [context(f"and {left} more: see Home.")] if left > 0 else []
    return Content(f"Your actions: {counts}", [*blocks, *more])


def _owed(action: ActionView, now: datetime) -> Block:
    due = when(deadline(action.due_on), now)
    text = f"{name(action)}\nDue: {due} · {state(action, now)}"
    return section(text, button(LABEL, SHOW, action.id, about=about(action)))


def digest(standing: ActionsStanding) -> Content:
    """The sub-group's monthly message about the actions of its audits that aren't closed."""
    open_ones, now = standing.actions, standing.now
    late = [each for each in open_ones if each.overdue(in_london(now).date())]
    title = f"Actions, {_MONTHS[standing.month.month - 1]} {standing.month.year}"
    total = f"{count_of(len(open_ones), 'action')} not closed, {len(late)} overdue"
    states = Counter(each.state for each in open_ones)
    counts = " · ".join(f"{label} {states[key]}" for key, label in STATES.items() if states[key])
    lines = [
        f"*{total}*",
        counts,
        *_agencies(open_ones, late),
        "",
        *_within(_ROOM, [f"• {summary(each, now)}" for each in open_ones]),
    ]
    opening = button("See the recommendations", RECOMMENDATIONS, standing.cycle_id, primary=True)
    return Content(f"{title}: {total}", [header(title), *paragraphs(lines), actions("digest", opening)])


def _agencies(open_ones: Sequence[ActionView], late: Sequence[ActionView]) -> list[str]:
    """How many open actions each agency has; the agencies with most overdue actions first."""
    owed = Counter(each.agency or "" for each in open_ones)
    overdue = Counter(each.agency or "" for each in late)
    ranked = sorted(owed, key=lambda agency: (-overdue[agency], -owed[agency], agency))
    return _within(_ROOM_FOR_AGENCIES, [
        f"• {escape(agency) or 'The partnership itself'}: {owed[agency]}"
        + (f", {overdue[agency]} overdue" if overdue[agency] else "")
        for agency in ranked
    ])  # fmt: skip


def _within(room: int, lines: Sequence[str]) -> list[str]:
    """The lines that fit in `room` characters, then the number of those left out."""
    kept: list[str] = []
    for line in lines:
        room -= len(line)
        if room < 0:
            return [*kept, f"and {len(lines) - len(kept)} more: press *See the recommendations*"]
        kept.append(line)
    return kept
