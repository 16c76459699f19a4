"""Cases pasted from a spreadsheet: the form, the preview of what will be added, and every line that can't be used."""

from collections.abc import Sequence

from audit.pasted import Bad, sentence
from audit.setup.case_list import LINES, CaseList
from views.confirming import previewed
from views.parts import (
    Block,
    View,
    alert,
    context,
    count_of,
    divider,
    done,
    escape,
    modal,
    paragraphs,
    section,
    text_input,
)

PASTE = "cases.paste"
STORE = "cases.store"

_MOST_BAD = 500
_EXAMPLE = "For example: {}, CSC / Police / Education"
_HINT = (
    "One case a line: reference, {}agencies, as copied from a spreadsheet (or with commas). Several agencies: with "
    "/ between them, or a column each. If it doesn't fit, do it in several goes."
)


def form(listed: CaseList) -> View:
    """The form with the box for the cases; after a first check also the preview, with nothing stored yet."""
    hint = _HINT.format("area, " if listed.by_area else "")
    box = text_input(LINES, "Cases", listed.text, optional=False, hint=hint)
    if not listed.text:
        example = _EXAMPLE.format("T2-EAST-01, East" if listed.by_area else "T2-01")
        told = context(f"{example}\nOnly pseudonymous references: the key to them stays outside this app.")
        first = previewed([told, box], listed.mark)
        return modal("Paste cases", first, record_id=listed.cycle_id, verb=STORE, submit="Check")
    if not listed.storable:
        alone = sentence("nothing was saved, since some lines can't be used: please correct them in the box below")
        blocks = previewed([alert(alone), *bad_lines(listed.bad), *_understood(listed), divider(), box], listed.mark)
        return modal("Paste cases", blocks, record_id=listed.cycle_id, verb=STORE, submit="Check again")
    intro = section(f"*{count_of(listed.cases, 'case')} will be added to {escape(listed.name)}.*")
    blocks = previewed([intro, *_understood(listed), divider(), box], listed.mark)
    return modal("Paste cases", blocks, record_id=listed.cycle_id, verb=STORE, submit="Add these cases")


def bad_lines(bad: Sequence[Bad]) -> list[Block]:
    """Each line that can't be used by its number, with the reason; at most 500."""
    lines = [
        f"*Line {each.number}:* {escape(each.reason)}." if each.number else f"{escape(each.reason)}."
        for each in bad[:_MOST_BAD]
    ]
    left = len(bad) - len(lines)
    more = [f"and {count_of(left, 'more line')}: they are named once these are corrected."] if left else []
    return paragraphs([*lines, *more]) or [section("There is no case in it: write one a line.")]


def _understood(listed: CaseList) -> list[Block]:
    areas = [f"{escape(area)}: {count_of(count, 'case')}" for area, count in listed.areas]
    agencies = [f"• {escape(agency)}: {count_of(count, 'case')}" for agency, count in listed.agencies]
    return paragraphs([*areas, *(["Agencies involved:"] if agencies else []), *agencies])


def stored(listed: CaseList) -> View:
    """The confirmation of the cases that were stored from a pasted list."""
    top = f"✅ *{count_of(listed.cases, 'case')} are in {escape(listed.name)} now.*"
    lines = [f"{escape(area)}: {count_of(count, 'case')}" for area, count in listed.areas]
    return done("Cases added", [top if listed.cases != 1 else top.replace(" are ", " is "), *lines], clears=True)
