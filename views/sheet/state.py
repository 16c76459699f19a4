"""The state of a cycle's sheet, for its coordinators: last update, problems, and who can open it."""

from collections.abc import Sequence
from datetime import datetime

from audit.sheet import cleared
from audit.sheet.state import SheetView, unbound
from audit.whose_sheet import named
from views.parts import (
    Block,
    Content,
    View,
    actions,
    button,
    context,
    count_of,
    divider,
    done,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    section,
)
from views.sheet import edits_for_coordinators, sheet_conditions, sheet_file
from views.sheet.links import linked
from views.words import stamp

SHOW = "sheet.show"
DRAW = "sheet.draw"
OTHERS = "sheet.others"
ADDRESS = "sheet.address"
LEAVING = "sheet.leaving"

_MOST_SHEETS, _MOST_READERS, _MOST_READERS_EACH = 5, 50, 8


def about(sheet: SheetView, now: datetime, readers: int = _MOST_READERS) -> list[Block]:
    """A sheet's last sync, pending changes, problems, people's changes, and (at most `readers`) who can open it."""
    name = f"*{linked(sheet.cycle_number, sheet.whose, sheet.spreadsheet_id)}*"
    if sheet.cleared:
        return [section(f"{name}\n{cleared.sentence(sheet.cycle_number)} Delete the spreadsheet in Google.")]
    if sheet.link is None:
        return [section(f"{name}\n{escape(unbound(sheet.cycle_number))}"), _buttons(sheet)]
    lines = [
        name,
        *sync_lines(sheet, now),
        f"In the last 7 days: {count_of(sheet.put_back, 'changed cell')} put back, {_aside(sheet.set_aside)}"
        + (f", {sheet.deleted} rows or tabs deleted" if sheet.deleted else ""),
        *_readers(sheet.readers, readers),
    ]
    return [*paragraphs(lines), _buttons(sheet)]


def sync_lines(sheet: SheetView, now: datetime) -> list[str]:
    """Last sync, pending changes, problems and conditions, a line each."""
    if sheet.leaving:
        failed = [f"⚠️ *That couldn't be done yet.* {fitted(sheet.error, 300)}"] if sheet.error else []
        return ["It is being taken back: what Roundtable wrote there is being removed.", *failed]
    return [
        f"Last sync: {stamp(sheet.drawn_at, now) if sheet.drawn_at else 'not yet'}",
        f"Up to date with Slack: {'no, changes are still to come' if sheet.behind else 'yes'}",
        *trouble(sheet.error, sheet.next_try_at, now),
        *(line for each in sheet.conditions for line in sheet_conditions.lines(each, now)),
    ]


def _buttons(sheet: SheetView) -> Block:
    """The buttons for a sheet."""
    called = named(sheet.cycle_number, sheet.whose)
    deciding = [sheet_conditions.asking(each) for each in sheet.conditions if each.decides]
    reading = [edits_for_coordinators.reading(sheet.id, called)] if sheet.put_back or sheet.deleted else []
    own = [] if sheet.whose else [
        button(sheet_file.LABEL, sheet_file.EXPORT, sheet.cycle_id, about=called),
        button("Sheets for others", OTHERS, sheet.cycle_id, about=called),
    ]  # fmt: skip
    lent = [
        *([button("Change it", ADDRESS, sheet.id, about=called)] if sheet.whose else []),
        *([button("Take it back", LEAVING, sheet.id, about=called)] if sheet.link else []),
    ]
    return actions(f"sheet-{sheet.id}", *deciding, *reading, *drawing(sheet.id, called, sheet.link), *own, *lent)


def drawing(sheet_id: str, called: str, url: str | None) -> list[Block]:
    """The button that updates a sheet now; empty if it has no spreadsheet."""
    return [button("Update now", DRAW, sheet_id, about=called)] if url else []


def drawn_now(sheet: SheetView) -> View:
    """The confirmation that a sheet is being updated."""
    lines = [
        f"🔄 *{linked(sheet.cycle_number, sheet.whose, sheet.spreadsheet_id)} is being updated.*",
        "All of it is checked. Within half a minute it shows every change, and what people changed is put back.",
    ]
    return done("The sheet", lines)


def _aside(rows: int) -> str:
    return f"{count_of(rows, 'row')} set aside" + (" on the tab Quarantine" if rows else "")


def trouble(error: str | None, next_try_at: datetime | None, now: datetime) -> list[str]:
    """Why a sheet couldn't be updated, and when that is tried again; empty if there is no error."""
    if not error:
        return []
    if next_try_at is None:  # it was updated, apart from what the error names
        return [f"⚠️ *Not all of it could be updated.* {fitted(error, 300)}"]
    return [f"⚠️ *It could not be updated.* {fitted(error, 300)} It will be tried again {stamp(next_try_at, now)}."]


def _readers(readers: Sequence[str], most: int) -> list[str]:
    if not readers:
        return ["Who can open it: not known yet"]
    left = len(readers) - most
    listed = [f"• {fitted(reader, 60)}" for reader in readers[:most]]
    return [
        "Who can open it:",
        *listed,
        *([f"• and {left} more: the sheet's tab Read me names them"] if left > 0 else []),
    ]


def view(sheet: SheetView, now: datetime) -> View:
    """The state of a sheet, in a modal opened from Home."""
    return modal("The sheet", about(sheet, now), record_id=sheet.id)


def answer(sheets: Sequence[SheetView], now: datetime) -> Content:
    """The answer to `/audit sheet`."""
    if not sheets:
        return Content("There is no audit yet.", [section("There is no audit yet.")])
    blocks = [header("Sheets")]
    for sheet in sheets[:_MOST_SHEETS]:
        blocks += [divider(), *about(sheet, now, _MOST_READERS_EACH)]
    left = len(sheets) - _MOST_SHEETS
    more = [context(f"and {count_of(left, 'older sheet')}: `roundtable sheet status` lists them.")] if left > 0 else []
    return Content("How the sheets are.", [*blocks, *more])
