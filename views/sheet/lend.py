"""Lending a sheet to an agency or for an area; the list of lent sheets; taking one back."""

from datetime import datetime

from audit.sheet.lend import AREA, Borrower, Lending, Others
from audit.sheet.state import SheetView
from audit.whose_sheet import named
from views.confirming import marked, previewed
from views.parts import (
    Block,
    View,
    actions,
    button,
    context,
    count_of,
    done,
    escape,
    header,
    modal,
    paragraphs,
    section,
    select,
)
from views.sheet import naming, state
from views.sheet.links import linked

ABOUT = "sheet.about"
LENDING = "sheet.lending"
LEND = "sheet.lend"
TAKE_BACK = "sheet.take_back"
LET_GO = "sheet.let_go"
TO = "to"
TITLE = "Sheets for others"

_MOST = 30
_MOST_CHOICES = 100
_AGENCYS = "An *agency's* sheet shows its own returns and actions, and nothing of any other agency."
_AREAS = "An *area's* sheet shows its cases whose summaries are out, and no others."
_STAYS = "The spreadsheet stays, and Google keeps its earlier versions. To get rid of these, delete it in Google."


def others(lent: Others, now: datetime) -> View:
    """The sheets lent to others, each with its state, and the button to lend another."""
    lending = button("Lend a sheet", LENDING, lent.cycle_id, about=f"audit {lent.cycle_number}", primary=True)
    shown = lent.sheets[:_MOST]
    left = len(lent.sheets) - len(shown)
    blocks = [
        header(f"Audit {lent.cycle_number}: sheets for others"),
        section(_shown(areas=lent.areas)),
        actions("lending", lending),
        *([] if lent.sheets else [section("None is lent yet.")]),
        *(_line(each, now) for each in shown),
        *([context(f"and {count_of(left, 'more sheet')}: `roundtable sheet status` lists them.")] if left else []),
    ]
    return modal(TITLE, blocks, record_id=lent.cycle_id)


def _shown(*, areas: bool) -> str:
    """What an agency's sheet shows and, with `areas`, what an area's sheet shows."""
    return f"{_AGENCYS} {_AREAS}" if areas else _AGENCYS


def _line(sheet: SheetView, now: datetime) -> Block:
    asking = button("About the sheet", ABOUT, sheet.id, about=named(sheet.cycle_number, sheet.whose))
    lines = [f"*{linked(sheet.cycle_number, sheet.whose, sheet.spreadsheet_id)}*", *state.sync_lines(sheet, now)]
    return section("\n".join(lines), asking)


def form(lending: Lending, share_with: str) -> View:
    """The form that lends a sheet: for whom, and its address; or why no sheet can be lent."""
    if not share_with:
        return naming.without_google(lending.cycle_id, lending.cycle_number)
    if not lending.borrowers:
        return modal(TITLE, [section("Everybody in this audit to whom a sheet can be lent has one.")])
    choices = [(each.id, _named(each)) for each in lending.borrowers[:_MOST_CHOICES]]
    blocks = [
        section(_shown(areas=lending.areas)),
        select(TO, "For whom", choices, None, optional=False),
        *naming.asking(share_with, "", "one for each that is lent"),
        naming.reflections(shown=lending.reflections),
        context("You decide in Google who can open it: share it with that agency's people only."),
    ]
    shown = previewed(blocks, lending.mark)
    return modal(TITLE, shown, record_id=lending.cycle_id, verb=LEND, submit="Lend")


def _named(borrower: Borrower) -> str:
    return f"{borrower.label} (area)" if borrower.kind == AREA else borrower.label


def leaving(sheet: SheetView) -> View:
    """The form that asks whether a sheet is to be taken back."""
    called, record_id = escape(named(sheet.cycle_number, sheet.whose)), marked(sheet.id, sheet.mark)
    if sheet.leaving and sheet.error:
        lines = [
            f"⚠️ *What Roundtable wrote couldn't be removed.* {escape(sheet.error)}",
            "If you go on, Roundtable lets the spreadsheet go as it is: what it wrote stays until somebody deletes it.",
            _STAYS,
        ]
        return modal("Take back the sheet", paragraphs(lines), record_id=record_id, verb=LET_GO, submit="Let it go")
    lines = [
        f"*The sheet of {called} is no longer updated,* and every tab that Roundtable made there is removed.",
        "Tabs of people's own stay. What they put beside Roundtable's rows goes with these.",
        _STAYS,
    ]
    return modal("Take back the sheet", paragraphs(lines), record_id=record_id, verb=TAKE_BACK, submit="Take back")


def taken(sheet: SheetView) -> View:
    """The confirmation that a sheet is taken back."""
    called = escape(named(sheet.cycle_number, sheet.whose))
    if sheet.leaving:
        lines = [
            f"✅ *The sheet of {called} is taken back.*",
            "What Roundtable wrote there is removed within half a minute.",
        ]
    else:
        lines = [f"✅ *The sheet of {called} was let go as it is.*"]
    return done("Take back the sheet", [*lines, _STAYS], clears=True)
