"""A coordinator's part of Home that comes first: what to look at, how things are, and the tasks of the whole board."""

from datetime import datetime

from audit.home import Attention
from audit.status import SheetStatus
from views import agencies, declines, deliveries, immediate, names, people, setup, sheets, themes
from views.parts import ALL, Block, actions, button, context, count_of, header, section
from views.words import stamp

_MOST_IMMEDIATE = 4
_MOST_DECLINES = 3
_MOST_PROBLEMS = 4
_MOST_SHEETS = 4


def attention_blocks(attention: Attention, now: datetime) -> list[Block]:
    """Immediate actions and requests that wait for a coordinator, trouble, the sheets, and the board's tasks."""
    return [*_immediate(attention, now), *_declines(attention), *_status(attention, now), _tasks()]


def _immediate(attention: Attention, now: datetime) -> list[Block]:
    open_ones = attention.immediate
    if not open_ones:
        return []
    blocks = [header(f"⚠️ {count_of(len(open_ones), 'immediate action')} open"), context(immediate.NOT_THE_ROUTE)]
    blocks += [immediate.line(each, now) for each in open_ones[:_MOST_IMMEDIATE]]
    left = len(open_ones) - _MOST_IMMEDIATE
    return [*blocks, context(f"and {left} more: see your messages from this app.")] if left > 0 else blocks


def _declines(attention: Attention) -> list[Block]:
    waiting = attention.declines
    if not waiting:
        return []
    blocks = [header("Requests not to answer"), *(declines.line(each) for each in waiting[:_MOST_DECLINES])]
    left = len(waiting) - _MOST_DECLINES
    return [*blocks, context(f"and {left} more: see your messages from this app.")] if left > 0 else blocks


def _status(attention: Attention, now: datetime) -> list[Block]:
    """What is pending, what failed and why, and how the sheets are."""
    status, problems = attention.status, attention.problems
    if status.settled and not problems:
        state = "✅ Messages and sheets are up to date."
    else:
        changes, messages = count_of(status.promises, "change"), count_of(status.messages_behind, "message")
        state = f"Pending: {changes} to pass on, {messages} to deliver."
    blocks = [header("How things are"), section(f"*{state}*", button("Messages", deliveries.SHOW, ALL))]
    blocks += [deliveries.line(each, now) for each in problems[:_MOST_PROBLEMS]]
    left = len(problems) - _MOST_PROBLEMS
    blocks += [context(f"and {count_of(left, 'more message')} in trouble.")] if left > 0 else []
    newest = sorted(status.sheets, key=lambda each: (each.error is None, -each.cycle_number))[:_MOST_SHEETS]
    return [*blocks, *(_sheet(each, now) for each in newest)]


def _sheet(sheet: SheetStatus, now: datetime) -> Block:
    name = sheets.linked(sheet.cycle_number, sheet.spreadsheet_id)
    drawn = f"last drawn {stamp(sheet.drawn_at, now)}" if sheet.drawn_at else "not drawn yet"
    said = f"{name}: {'changes are pending' if sheet.behind else '✅ up to date'}, {drawn}"
    if sheet.error:
        said = "\n".join([f"{name}: {drawn}", *sheets.trouble(sheet.error, sheet.next_try_at, now)])
    asking = button("About the sheet", sheets.SHOW, sheet.cycle_id, about=f"audit {sheet.cycle_number}")
    return section(said, asking)


def _tasks() -> Block:
    """What belongs to no one audit."""
    return actions(
        "tasks",
        button("New audit", setup.NEW, ALL),
        button("People", people.SHOW, ALL),
        button("Agencies and areas", agencies.SHOW, ALL),
        button("Learning themes", themes.SHOW, ALL),
        button(names.TITLE, names.SHOW, ALL),
    )
