"""A cycle's sheet for its coordinators: how it is, the digest of what people changed, and what they had written."""

from collections.abc import Sequence
from datetime import datetime

from audit.sheet import cleared
from audit.sheet.edits_for_coordinators import MOST, Deleted, Edit, EditedRow, Edits, EditsDigest
from audit.sheet.state import SheetView, link, unbound
from audit.sheet.stops import Stop, Stopped
from audit.whose_sheet import named
from views.pages import Unit, pages, turning, where
from views.parts import (
    MESSAGE_CHARACTERS,
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
    verbatim,
)
from views.sheet import sheet_conditions, sheet_file
from views.words import stamp

SHOW = "sheet.show"
DRAW = "sheet.draw"
READ = "drift.read"
PAGE = "drift.page"
OTHERS = "sheet.others"
ADDRESS = "sheet.address"
LEAVING = "sheet.leaving"

_READING = "Read what they had written"
_MOST_SHEETS, _MOST_STOPPED, _MOST_CAUSES, _MOST_READERS, _MOST_READERS_EACH = 5, 12, 5, 50, 8
_PUT_BACK = (
    "Roundtable draws these cells from its database, so they have been put back. Change a return in Slack instead."
)
_DELETED = (
    "Somebody deleted these. What Roundtable draws there has been drawn again; what people had there of their own is "
    "kept as it was last seen."
)
_UNKNOWN = "It isn't known why: whoever looks after the server finds out with `roundtable doctor`."
_PARTLY = "The other tabs are drawn as always, and returns in Slack go on."
_STANDING = (
    "Returns in Slack go on as always, and nothing is lost. {} sheet is looked at again every quarter of an hour, and "
    "drawn in full as soon as it can be."
)


def linked(number: int, whose: str, spreadsheet_id: str | None) -> str:
    """The sheet's name, as a link where there is one."""
    name, url = f"Sheet of {escape(named(number, whose))}", link(spreadsheet_id)
    return f"<{url}|{name}>" if url else name


def about(sheet: SheetView, now: datetime, readers: int = _MOST_READERS) -> list[Block]:
    """How a sheet is: last sync, what is pending, trouble, what people changed, and (so many of) who can open it."""
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
    """Last sync, what is pending, trouble, and what is to be looked at: a line each."""
    if sheet.leaving:
        failed = [f"⚠️ *That couldn't be done yet.* {fitted(sheet.error, 300)}"] if sheet.error else []
        return ["It is being taken back: what was drawn there is removed.", *failed]
    return [
        f"Last sync: {stamp(sheet.drawn_at, now) if sheet.drawn_at else 'not yet'}",
        f"Pending: {'changes are still to be drawn' if sheet.behind else 'no change made in Slack'}",
        *trouble(sheet.error, sheet.next_try_at, now),
        *(line for each in sheet.conditions for line in sheet_conditions.lines(each, now)),
    ]


def _buttons(sheet: SheetView) -> Block:
    """What can be done about a sheet."""
    called = named(sheet.cycle_number, sheet.whose)
    deciding = [sheet_conditions.asking(each) for each in sheet.conditions if each.decides]
    reading = [button(_READING, READ, sheet.id, about=called)] if sheet.put_back or sheet.deleted else []
    own = [] if sheet.whose else [
        button(sheet_file.LABEL, sheet_file.EXPORT, sheet.cycle_id, about=called),
        button("Sheets of others", OTHERS, sheet.cycle_id, about=called),
    ]  # fmt: skip
    lent = [
        *([button("Change it", ADDRESS, sheet.id, about=called)] if sheet.whose else []),
        *([button("Take it back", LEAVING, sheet.id, about=called)] if sheet.link else []),
    ]
    return actions(f"sheet-{sheet.id}", *deciding, *reading, *drawing(sheet.id, called, sheet.link), *own, *lent)


def drawing(sheet_id: str, called: str, url: str | None) -> list[Block]:
    """The button that has a sheet drawn now, if there is one."""
    return [button("Draw now", DRAW, sheet_id, about=called)] if url else []


def drawn_now(sheet: SheetView) -> View:
    """Confirms that a sheet is drawn now."""
    lines = [
        f"🔄 *{linked(sheet.cycle_number, sheet.whose, sheet.spreadsheet_id)} is drawn now.*",
        "All of it is looked at. Within half a minute it shows every change, and what people changed is put back.",
    ]
    return done("The sheet", lines)


def _aside(rows: int) -> str:
    return f"{count_of(rows, 'row')} set aside" + (" on the tab Quarantine" if rows else "")


def trouble(error: str | None, next_try_at: datetime | None, now: datetime) -> list[str]:
    """Why a sheet couldn't be drawn, and when that is tried again; nothing if it could."""
    if not error:
        return []
    if next_try_at is None:  # it is drawn, but for what the sentence names
        return [f"⚠️ *Not all of it could be drawn.* {fitted(error, 300)}"]
    return [f"⚠️ *It could not be drawn.* {fitted(error, 300)} It is tried again {stamp(next_try_at, now)}."]


def _readers(readers: Sequence[str], most: int) -> list[str]:
    if not readers:
        return ["Who can open it: not known yet"]
    left = len(readers) - most
    named = [f"• {fitted(reader, 60)}" for reader in readers[:most]]
    return [
        "Who can open it:",
        *named,
        *([f"• and {left} more: the sheet's tab Read me names them"] if left > 0 else []),
    ]


def _reading(told: EditsDigest) -> Block:
    asking = button(_READING, READ, told.sheet_id, about=named(told.cycle_number, told.whose))
    return actions(f"reading-{told.sheet_id}", asking)


def view(sheet: SheetView, now: datetime) -> View:
    """How a sheet is, from Home."""
    return modal("The sheet", about(sheet, now), record_id=sheet.id)


def answer(sheets: Sequence[SheetView], now: datetime) -> Content:
    """What `/audit sheet` answers."""
    if not sheets:
        return Content("There is no audit yet.", [section("There is no audit yet.")])
    blocks = [header("Sheets")]
    for sheet in sheets[:_MOST_SHEETS]:
        blocks += [divider(), *about(sheet, now, _MOST_READERS_EACH)]
    left = len(sheets) - _MOST_SHEETS
    more = (
        [context(f"and {count_of(left, 'older sheet')}: `roundtable sheet status` tells of them.")] if left > 0 else []
    )
    return Content("How the sheets are.", [*blocks, *more])


def digest(told: EditsDigest) -> Content:
    """The day's one message about what people changed: where and how much, nothing of what they wrote."""
    called, name = named(told.cycle_number, told.whose), linked(told.cycle_number, told.whose, told.spreadsheet_id)
    aside = sum(each.count for each in told.aside)
    counts = [f"{count_of(told.cells, 'cell')} put back"] if told.cells else []
    counts += [f"{count_of(aside, 'row')} set aside"] if aside else []
    counts += _how_many_deleted(told)
    blocks = [
        header(f"Changes in the sheet of {called}"),
        section(f"*{name}*: {', '.join(counts) or 'nothing any more'}."),
    ]
    if told.deleted:
        blocks += [section(_DELETED), *paragraphs(_fitting([_named(each) for each in told.deleted], "tab"))]
    if told.cells:
        blocks += [section(_PUT_BACK), *paragraphs(_fitting([_changed(row) for row in told.rows], "row"))]
    if told.cells or told.deleted:
        blocks += [_reading(told)]
    if told.aside:
        blocks += paragraphs([
            "What these rows held stands on the tab Quarantine:",
            *(
                f"*{escape(each.tab)}*: {count_of(each.count, 'row')}. {escape(each.why)}."
                for each in told.aside[:10]
            ),
        ])  # fmt: skip
    return Content(f"Sheet of {called}: {', '.join(counts) or 'nothing any more'}.", blocks)


def _changed(row: EditedRow) -> str:
    """A row in which cells were put back."""
    columns = fitted(", ".join(row.columns), 200)
    return f"*{escape(row.tab)}* · {escape(row.about) or 'a row'}: {columns}"


def _named(gone: Deleted) -> str:
    """A deleted tab by its name, or its deleted rows by theirs: mrkdwn."""
    if not gone.rows:
        return f"The tab *{escape(gone.tab)}*"
    return f"*{escape(gone.tab)}*, {count_of(len(gone.rows), 'row')}: {fitted('; '.join(gone.rows), 1000)}"


def _how_many_deleted(told: EditsDigest) -> list[str]:
    rows = sum(len(each.rows) for each in told.deleted)
    tabs = sum(not each.rows for each in told.deleted)
    counts = (*([count_of(rows, "row")] if rows else []), *([count_of(tabs, "tab")] if tabs else []))
    return [f"{' and '.join(counts)} deleted"] if counts else []


def _fitting(lines: Sequence[str], what: str) -> list[str]:
    """As many of these lines, one for each `what`, as half of a message holds."""
    room = (MESSAGE_CHARACTERS - 3000) // 2
    for place, line in enumerate(lines):
        room -= len(line)
        if room < 0:
            return [*lines[:place], f"and {count_of(len(lines) - place, f'more {what}')}: press *{_READING}*."]
    return list(lines)


def stopped(told: Stop, now: datetime) -> Content:
    """Tells coordinators that sheets can't be drawn until somebody does something, or that they can again."""
    if told.over:
        return _over(told)
    first, many = told.sheets[0], len(told.sheets) > 1
    partly = all(sheet.partly for sheet in told.sheets)
    what = f"{'a part of it' if partly else 'they' if many else 'it'} can't be drawn"
    called = f"{len(told.sheets)} sheets" if many else f"Sheet of {named(first.cycle_number, first.whose)}"
    errors = dict.fromkeys(fitted(sheet.error, 300) or _UNKNOWN for sheet in told.sheets)
    lines = [
        f"⚠️ *{called if many else _linked(first)}: {what}.*",
        *([_each(told.sheets)] if many else []),
        *([f"{'Behind' if many else 'It has been behind'} since {stamp(told.since, now)}."] if told.since else []),
        *[*errors][:_MOST_CAUSES],
        _PARTLY if partly else _STANDING.format("Each" if many else "The"),
    ]
    asking = button("About the sheet", SHOW, first.sheet_id, about=named(first.cycle_number, first.whose))
    return Content(f"{called}: {what}.", [*paragraphs(lines), actions("about", asking)])


def _each(sheets: Sequence[Stopped]) -> str:
    left = len(sheets) - _MOST_STOPPED
    more = [f"and {left} more: `/audit sheet` names them"] if left > 0 else []
    return " · ".join([*map(_linked, sheets[:_MOST_STOPPED]), *more])


def _linked(sheet: Stopped) -> str:
    return linked(sheet.cycle_number, sheet.whose, sheet.spreadsheet_id)


def _over(told: Stop) -> Content:
    first = told.first
    said = "it is drawn again" if first.spreadsheet_id else "it isn't drawn there any more"
    others = [] if told.alone else [context("So is any other sheet that was named here.")]
    return Content(
        f"Sheet of {named(first.cycle_number, first.whose)}: {said}.",
        [section(f"✅ *{_linked(first)}*: {said}."), *others],
    )


def edits(read: Edits, now: datetime, page: int = 0) -> View:
    """A page of what people had written; a page that isn't there becomes the nearest that is."""
    made = pages(unit for each in read.edits for unit in _edit(each, now))
    page = min(max(page, 0), len(made) - 1)
    top = f"*Sheet of {escape(named(read.cycle_number, read.whose))}*, the newest first{where(page, len(made))}"
    most = [context(f"Only the newest {MOST} are shown.")] if len(read.edits) == MOST else []
    nothing = [] if read.edits else [section("Nobody has changed anything that Roundtable draws.")]
    shown = [section(top), *most, *nothing, *made[page], *turning(PAGE, page, len(made))]
    return modal("What people wrote", shown, record_id=read.sheet_id)


def _edit(edit: Edit, now: datetime) -> list[Unit]:
    """One edit, in as many units as its text needs."""
    name, nothing = _what(edit)
    said = [section(f"*{fitted(name, 400)}*"), context(f"Found {stamp(edit.found_at, now)}")]
    if not edit.found.strip():
        return [("", [*said, section(f"_{nothing}_")])]
    first, *rest = verbatim(edit.found)
    return [("", [*said, first]), *((name, [piece]) for piece in rest)]


def _what(edit: Edit) -> tuple[str, str]:
    """What was edited or deleted, and what to say where nothing stood there."""
    nothing = "Nothing of people's own was seen there."
    if edit.kind == "row":
        return f"{edit.tab}, {edit.about or 'a row'}: the row was deleted", nothing
    if edit.kind == "tab":
        return f"The tab “{edit.tab}” was deleted", nothing
    return f"{edit.tab}, {edit.about or 'a row'}, {edit.column}", "Emptied."
