"""People's changes in a cycle's sheet, for its coordinators: the daily digest, and what people had written."""

from collections.abc import Sequence
from datetime import datetime

from audit.sheet.edits_for_coordinators import MOST, Deleted, Edit, EditedRow, Edits, EditsDigest
from audit.whose_sheet import named
from views.pages import Unit, pages
from views.parts import (
    MESSAGE_CHARACTERS,
    Block,
    Content,
    View,
    actions,
    button,
    context,
    count_of,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    section,
    verbatim,
)
from views.sheet.links import linked
from views.words import stamp

READ = "drift.read"
PAGE = "drift.page"
_READING = "Read what they had written"

_PUT_BACK = (
    "Roundtable fills these cells from its database, so they have been put back. Change a return in Slack instead."
)
_DELETED = (
    "Somebody deleted these. What Roundtable wrote there is back; what people had there of their own is "
    "kept as it was last seen."
)


def reading(sheet_id: str, called: str) -> Block:
    """The button that shows what people had written."""
    return button(_READING, READ, sheet_id, about=called)


def digest(told: EditsDigest) -> Content:
    """The day's only message about people's changes: where and how many, without what they wrote."""
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
        blocks += [actions(f"reading-{told.sheet_id}", reading(told.sheet_id, called))]
    if told.aside:
        blocks += paragraphs([
            "What was in these rows is on the tab Quarantine:",
            *(
                f"*{escape(each.tab)}*: {count_of(each.count, 'row')}. {escape(each.why)}."
                for each in told.aside[:10]
            ),
        ])  # fmt: skip
    return Content(f"Sheet of {called}: {', '.join(counts) or 'nothing any more'}.", blocks)


def _changed(row: EditedRow) -> str:
    """The cells of a row that were put back."""
    columns = fitted(", ".join(row.columns), 200)
    return f"*{escape(row.tab)}* · {escape(row.about) or 'a row'}: {columns}"


def _named(gone: Deleted) -> str:
    """A deleted tab or the deleted rows of a tab, by name: mrkdwn."""
    if not gone.rows:
        return f"The tab *{escape(gone.tab)}*"
    return f"*{escape(gone.tab)}*, {count_of(len(gone.rows), 'row')}: {fitted('; '.join(gone.rows), 1000)}"


def _how_many_deleted(told: EditsDigest) -> list[str]:
    rows = sum(len(each.rows) for each in told.deleted)
    tabs = sum(not each.rows for each in told.deleted)
    counts = (*([count_of(rows, "row")] if rows else []), *([count_of(tabs, "tab")] if tabs else []))
    return [f"{' and '.join(counts)} deleted"] if counts else []


def _fitting(lines: Sequence[str], what: str) -> list[str]:
    """As many lines as fit in half a message; `what`: what each of them is about."""
    room = (MESSAGE_CHARACTERS - 3000) // 2
    for place, line in enumerate(lines):
        room -= len(line)
        if room < 0:
            return [*lines[:place], f"and {count_of(len(lines) - place, f'more {what}')}: press *{_READING}*."]
    return list(lines)


def edits(read: Edits, now: datetime, page: int = 0) -> View:
    """A page of what people had written."""
    current = pages(unit for each in read.edits for unit in _edit(each, now)).nearest(page)
    top = f"*Sheet of {escape(named(read.cycle_number, read.whose))}*, the newest first{current.where}"
    most = [context(f"Only the newest {MOST} are shown.")] if len(read.edits) == MOST else []
    nothing = [] if read.edits else [section("Nobody has changed anything that Roundtable wrote.")]
    shown = [section(top), *most, *nothing, *current.blocks, *current.turning(PAGE)]
    return modal("What people wrote", shown, record_id=read.sheet_id)


def _edit(edit: Edit, now: datetime) -> list[Unit]:
    """One edit, in as many units as its text needs."""
    name, nothing = _what(edit)
    top = [section(f"*{fitted(name, 400)}*"), context(f"Found {stamp(edit.found_at, now)}")]
    if not edit.found.strip():
        return [("", [*top, section(f"_{nothing}_")])]
    first, *rest = verbatim(edit.found)
    return [("", [*top, first]), *((name, [piece]) for piece in rest)]


def _what(edit: Edit) -> tuple[str, str]:
    """What was edited or deleted, and the words shown if no text was there."""
    nothing = "Nothing of people's own was seen there."
    if edit.kind == "row":
        return f"{edit.tab}, {edit.about or 'a row'}: the row was deleted", nothing
    if edit.kind == "tab":
        return f"The tab “{edit.tab}” was deleted", nothing
    return f"{edit.tab}, {edit.about or 'a row'}, {edit.column}", "Emptied."
