"""Moving cases to another meeting, or to a new one."""

from audit.calendar import in_london
from audit.underway.case_meetings import CASES, CaseMove
from audit.underway.dates import AT, DAY
from views.confirming import named, two_step_form
from views.forms import Form
from views.parts import Block, View, count_of, datepicker, done, escape, modal, multi_select, paragraphs
from views.pickers import timepicker
from views.underway.change import following, sent
from views.underway.dates import meant
from views.words import meeting_on, on, stamp, when

CHOOSE = "cases.choose"
"""The button that opens the form (value: the cycle's id)."""
MOVE = "cases.move"

TITLE = "Cases' meetings"
_A_MENU = 100
_HOW = (
    "A case goes to the meeting that is at the time chosen below, or to a new one. Its summary, agenda and reminders go"
    " with it, but it is posted in the same channel. It can be moved until its summary is due."
)


def moving(move: CaseMove) -> View:
    """The form; after the first step it previews what follows."""
    about = [
        f"*{escape(move.title)}*",
        *(f"{meeting_on(starts_at, move.now)}: {count_of(number, 'case')}" for starts_at, number in move.meetings[:20]),
        _HOW,
        f"Returns are due {on(move.due_on, move.now)}: no meeting can be before that day.",
    ]
    if not move.can:
        return modal(TITLE, paragraphs([*about, "No case can be moved any more."]), record_id=move.cycle_id)
    choices = [(each.case_id, f"{each.reference} · {stamp(each.starts_at, move.now)}") for each in move.can]
    menus = [choices[start : start + _A_MENU] for start in range(0, len(choices), _A_MENU)]
    at = in_london(move.after or move.meetings[-1][0])
    inputs = [
        *(_menu(number, menu, move.chosen, only=len(menus) == 1) for number, menu in enumerate(menus)),
        datepicker(DAY, "Day of their meeting", str(at.date()), optional=False),
        timepicker(AT, "Time of their meeting", at.time(), hint="London time."),
    ]
    return two_step_form(TITLE, move.cycle_id, MOVE, paragraphs(about), inputs, _preview(move), "Move them", move)


def _menu(number: int, choices: list[tuple[str, str]], chosen: frozenset[str], *, only: bool) -> Block:
    here = [case_id for case_id, _ in choices if case_id in chosen]
    field, label = (CASES, "Cases") if only else (f"{CASES}_{number}", f"Cases, part {number + 1}")
    menu = multi_select(field, label, choices, here, _A_MENU)
    return menu | {"optional": not only}


def chosen(form: Form) -> frozenset[str]:
    """The ids of the cases that were chosen."""
    return frozenset(each for name, ticked in form.ticked.items() if name.startswith(CASES) for each in ticked)


def _preview(move: CaseMove) -> list[Block]:
    if move.after is None or move.summaries_at is None:
        return []
    references = [each.reference for each in move.can if each.case_id in move.chosen]
    posted = when(move.summaries_at, move.now) if move.summaries_at > move.now else "now"
    own = [
        f"*{named(references, 'those chosen below')}: discussed {when(move.after, move.now)}.*",
        f"Their summaries are posted {posted}.",
        *meant(in_london(move.after).date(), move.now),
    ]
    return following(move.follows, *own)


def moved(move: CaseMove) -> View:
    """The confirmation that cases were moved, with their meeting's time."""
    at = stamp(move.after, move.now) if move.after else ""
    lines = [f"✅ *The meeting about {count_of(len(move.chosen), 'case')} is {at}.*"]
    return done("Cases moved", [*lines, *(sent(move.follows) if move.follows else ())], clears=True)
