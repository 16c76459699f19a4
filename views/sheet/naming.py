"""Choosing the Google Sheet in which a cycle, or a part of it, is drawn."""

from audit.sheet.state import SheetView
from views.confirming import previewed
from views.parts import (
    Block,
    View,
    actions,
    button,
    context,
    done,
    escape,
    modal,
    paragraphs,
    radios,
    section,
    text_input,
)
from views.sheet import sheet_file

BIND = "sheet.bind"

FIELD, READERS, REFLECTIONS = "address", "unreleased", "reflections"
_WHO = (
    ("yes", "Coordinators only: it shows every grade once it is sent"),
    ("no", "Others too: “Sent” until the case's summary is out"),
)
_TEXTS = (("yes", "Grades, and what was written"), ("no", "Grades only"))
_LIMIT = 500


def form(sheet: SheetView, share_with: str) -> View:
    """The form for the sheet's address; `share_with`: the account to share it with, "" without Google."""
    if not share_with:
        return without_google(sheet.cycle_id, sheet.cycle_number)
    one_for = "one for each that is lent" if sheet.whose else "one for each audit"
    who = reflections(shown=sheet.reflections) if sheet.whose else readers(unreleased=sheet.unreleased)
    warnings = ["Whoever can open the sheet reads grades, and reflections unless they are left out."]
    if sheet.link:
        warnings.append("If you give another address, the present spreadsheet stays as it is: delete it in Google.")
    blocks = [*asking(share_with, sheet.link or "", one_for), who, *map(context, warnings)]
    return modal("The Google Sheet", previewed(blocks, sheet.mark), record_id=sheet.id, verb=BIND, submit="Save")


def without_google(cycle_id: str, number: int) -> View:
    """The view shown if this installation has no Google account: the sheet as an Excel workbook instead."""
    sentence = (
        "This installation has no Google account, so there is no sheet. Whoever runs it can set one "
        "(GOOGLE_SERVICE_ACCOUNT). The audit works without it: returns, summaries and tallies are in Slack, and what "
        "the sheet would show comes as an Excel workbook."
    )
    got = button(sheet_file.LABEL, sheet_file.EXPORT, cycle_id, about=f"audit {number}")
    return modal("The Google Sheet", [section(sentence), actions("got", got)], record_id=cycle_id)


def asking(share_with: str, address: str, one_for: str) -> list[Block]:
    """How to make and share a sheet, and the box for its address."""
    steps = [
        f"1. Make an empty Google Sheet: {one_for}.",
        f"2. Share it with `{escape(share_with)}` as Editor.",
        "3. Set General access to Restricted. A sheet that anyone with the link can open is refused.",
        "4. Copy its address from the browser, and paste it below.",
    ]
    box = text_input(FIELD, "Address", address, limit=_LIMIT, multiline=False, optional=False)
    return [*paragraphs(steps), box]


def reflections(*, shown: bool) -> Block:
    """The choice whether a lent sheet shows what agencies wrote."""
    hint = "Whatever was sent before stays in the sheet's version history, which can't be erased."
    return radios(REFLECTIONS, "What was written", _TEXTS, "yes" if shown else "no", hint=hint)


def readers(*, unreleased: bool) -> Block:
    """The choice of the sheet's readers, which decides whether it shows grades of cases that aren't released."""
    hint = "Whatever was sent before stays in the sheet's version history, which can't be erased."
    return radios(READERS, "Who reads the Google Sheet", _WHO, "yes" if unreleased else "no", hint=hint)


def saved(sheet: SheetView) -> View:
    """The confirmation of a sheet's address, which says that its access is still to be checked."""
    whose = f", {escape(sheet.whose)}," if sheet.whose else ""
    lines = [
        f"✅ *Audit {sheet.cycle_number}{whose} has its sheet:* {sheet.link}",
        "Before anything is written, Roundtable checks that it may edit the sheet, and who can open it.",
        "If something is wrong with it, the coordinators get a message.",
    ]
    return done("The Google Sheet", lines, clears=True)
