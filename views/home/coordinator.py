"""A coordinator's Home outside any audit: what needs attention, the board's tasks, and pending deliveries."""

from collections.abc import Collection
from datetime import datetime

from audit.delivery.backlog import SheetStatus
from audit.home.home import Attention
from audit.whose_sheet import named
from views.delivery import log
from views.home import first_run
from views.letterhead import letterhead
from views.library import tools
from views.parts import ALL, Block, actions, button, context, count_of, header, section
from views.people import agencies, people
from views.returns import decline, immediate
from views.screening import denied
from views.setup import plan
from views.sheet import state
from views.sheet.links import linked
from views.themes import themes
from views.words import stamp

_MOST_IMMEDIATE = 4
_MOST_DECLINES = 3
_MOST_PROBLEMS = 4
_MOST_SHEETS = 4


def attention_blocks(attention: Attention, now: datetime) -> list[Block]:
    """Open immediate actions, requests to decline a return, and delivery problems; empty if there are none."""
    return [*_immediate(attention, now), *_declines(attention), *_trouble(attention, now)]


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
    blocks = [header("Requests not to answer"), *(decline.line(each) for each in waiting[:_MOST_DECLINES])]
    left = len(waiting) - _MOST_DECLINES
    return [*blocks, context(f"and {left} more: see your messages from this app.")] if left > 0 else blocks


def _trouble(attention: Attention, now: datetime) -> list[Block]:
    """Messages and sheets that failed, and why."""
    problems, failed = attention.problems, _failed(attention)
    if not (problems or failed):
        return []
    blocks = [
        header("⚠️ Problems with messages or sheets"),
        *(log.line(each, now) for each in problems[:_MOST_PROBLEMS]),
    ]
    left = len(problems) - _MOST_PROBLEMS
    blocks += (
        [context(f"and {count_of(left, 'more message')} with problems: press *Messages* below.")] if left > 0 else []
    )
    blocks += [block for each in failed[:_MOST_SHEETS] for block in _sheet(each, now)]
    left = len(failed) - _MOST_SHEETS
    blocks += [context(f"and {count_of(left, 'more sheet')}: `/audit sheet` lists them.")] if left > 0 else []
    return blocks


def _failed(attention: Attention) -> list[SheetStatus]:
    """The sheets that couldn't be drawn, the newest audit's first; a sheet without a spreadsheet isn't one of them."""
    failed = (each for each in attention.status.sheets if each.error and each.spreadsheet_id)
    return sorted(failed, key=lambda each: -each.cycle_number)


def board_blocks(
    attention: Attention, now: datetime, under_way: Collection[str], lacking: Collection[str]
) -> list[Block]:
    """The board's tasks, the state of deliveries, and the newest sheets, without those that failed.

    `under_way`: ids of the audits under way; without any, the tasks are shown elsewhere (`founding_blocks`).
    `lacking`: ids of the audits of which Home already says that they lack a sheet.
    """
    failed = _failed(attention)
    own = [each for each in attention.status.sheets if each.cycle_id in under_way and not each.whose]
    known_to_lack = [each for each in own if each.spreadsheet_id is None and each.cycle_id in lacking]
    shown = [each for each in own if each not in failed and each not in known_to_lack]
    newest = sorted(shown, key=lambda each: -each.cycle_number)[:_MOST_SHEETS]
    messages = button("Messages", log.SHOW, ALL)
    above = first_run.verbs(attention.first_run) if attention.first_run else ()
    tasks = [header("The board"), _tasks(but=above)] if under_way else []
    sheets = [block for each in newest for block in _sheet(each, now)]
    return [*tasks, section(_state(attention), messages), *sheets]


def _state(attention: Attention) -> str:
    """How many changes, messages and sheets are still to be delivered, whether in trouble or only pending."""
    status = attention.status
    behind = sum(each.behind for each in status.sheets)
    waiting = [
        *([f"{count_of(status.promises, 'change')} to pass on"] if status.promises else []),
        *([f"{count_of(status.messages_behind, 'message')} to deliver"] if status.messages_behind else []),
        *([f"{count_of(behind, 'sheet')} to update"] if behind else []),
    ]
    if waiting:
        return f"Pending: {', '.join(waiting)}."
    left = f", but for {count_of(len(attention.problems), 'message')} above" if attention.problems else ""
    return f"✅ Every change made here is passed on to Slack and the sheets{left}."


def _sheet(sheet: SheetStatus, now: datetime) -> list[Block]:
    """A line: if every change is in a sheet, and when the sheet was last read; people's edits are seen only then."""
    called = named(sheet.cycle_number, sheet.whose)
    name = linked(sheet.cycle_number, sheet.whose, sheet.spreadsheet_id)
    checked = f"last checked {stamp(sheet.drawn_at, now)}" if sheet.drawn_at else "not updated yet"
    text = f"{name}: {'changes still to come' if sheet.behind else 'every change is in it'}, {checked}"
    if sheet.spreadsheet_id is None:
        text = f"{name}: not set up yet. Set it under *Manage this audit*."
    elif sheet.error:
        text = "\n".join([f"{name}: {checked}", *state.trouble(sheet.error, sheet.next_try_at, now)])
    asking = button("About the sheet", state.SHOW, sheet.id, about=called)
    drawing = state.drawing(sheet.id, called, sheet.spreadsheet_id)
    return [section(text, asking), *([actions(f"drawing-{sheet.id}", *drawing)] if drawing else [])]


def founding_blocks(attention: Attention) -> list[Block]:
    """Home's first blocks without an audit under way: how to plan one or the first, and the board's tasks."""
    if attention.first_run is None:
        return [section("*Plan the next audit.* None is under way."), _tasks(plan.NEW)]
    return [*first_run.blocks(attention.first_run, primary=True), _tasks(but=first_run.verbs(attention.first_run))]


def _tasks(first: str = "", but: Collection[str] = ()) -> Block:
    """The buttons of the board's tasks. `first`: the verb to show in green; `but`: verbs that are left out."""
    tasks = {
        plan.NEW: plan.TITLE,
        people.SHOW: "People",
        agencies.SHOW: agencies.TITLE,
        themes.SHOW: "Learning themes",
        tools.LIST: tools.TITLE,
        letterhead.SHOW: letterhead.TITLE,
        denied.SHOW: denied.TITLE,
    }
    left = {verb: label for verb, label in tasks.items() if verb not in but}
    return actions("tasks", *(button(label, verb, ALL, primary=verb == first) for verb, label in left.items()))
