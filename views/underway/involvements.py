"""Cases of a cycle under way: the list, the form that changes one, and the summary of a withdrawn case."""

from audit.cases.summary import CaseView
from audit.underway.involvements import AGENCIES, STANDING, TAKING_PART, WITHDRAWN, CaseChange, CaseRow, CaseRows
from views.confirming import named, two_step_form
from views.pages import pages
from views.parts import (
    Block,
    Content,
    View,
    button,
    context,
    count_of,
    done,
    escape,
    header,
    modal,
    multi_select,
    paragraphs,
    radios,
    section,
)
from views.underway.change import following, sent
from views.underway.new_case import MOST_AGENCIES
from views.words import beside

LIST = "cases.list"
"""The button that lists a cycle's cases (value: the cycle's id)."""
PAGE = "cases.page"
OPEN = "case.open"
"""The button that opens a case's form from that list (value: the case's id)."""
CHANGE = "case.change"

TITLE = "Cases and agencies"
_STANDINGS = (
    (TAKING_PART, "In the audit"),
    (WITHDRAWN, "Withdrawn: nobody is asked about it"),
)

_BELOW = "compare those chosen below"


def view(cases: CaseRows, page: int = 0) -> View:
    """A page of a cycle's cases."""
    current = pages(("", [_row(each)]) for each in cases.rows).nearest(page)
    taking_part = sum(not each.withdrawn for each in cases.rows)
    top = f"*{escape(cases.title)}* · {count_of(taking_part, 'case')}{current.where}"
    return modal(TITLE, [section(top), *current.blocks, *current.turning(PAGE)], record_id=cases.cycle_id)


def _row(row: CaseRow) -> Block:
    name = beside(f"*{escape(row.reference)}*", row.area)
    changing = button("Change", OPEN, row.case_id, about=row.reference)
    if row.withdrawn:
        return section(f"{name}\nWithdrawn", changing)
    state = f"{row.sent} of {count_of(row.asked, 'agency', 'agencies')} answered"
    if row.ratified:
        return section(f"{name}\n{state} · ratified, so it can't be changed")
    return section(f"{name}\n{state}", changing)


def changing(change: CaseChange) -> View:
    """A case's form; after a change in it, it previews what follows."""
    about = [beside(f"*Case {escape(change.reference)}*", change.area), escape(change.title)]
    offered = sorted(change.offered, key=lambda each: each.id not in change.involved)[:MOST_AGENCIES]
    inputs = [
        radios(STANDING, "This case is", _STANDINGS, WITHDRAWN if change.withdraw else TAKING_PART),
        multi_select(
            AGENCIES, "Agencies involved", [(each.id, each.label) for each in offered],
            [each.id for each in offered if each.id in change.chosen], MOST_AGENCIES,
            hint="A case that is withdrawn keeps its agencies, whatever is chosen here.",
        ),
    ]  # fmt: skip
    return two_step_form(
        "Change a case", change.case_id, CHANGE, paragraphs(about), inputs, _preview(change), "Change it",
        change,
    )  # fmt: skip


def _preview(change: CaseChange) -> list[Block]:
    lines = []
    if change.withdrawing:
        lines.append("*The case is withdrawn:* it leaves lists, tally and sheet. What was answered is kept.")
    if change.restoring:
        lines.append("*The case is in the audit again,* with everything that was answered before.")
    if change.added:
        lines.append(f"*Asked from now on:* {named(change.added, _BELOW)}")
    if change.dropped:
        lines.append(f"*No longer asked:* {named(change.dropped, _BELOW)}")
    if change.kept:
        lines.append(f"What they answered is kept, out of sight: {named(change.kept, _BELOW)}")
    if change.follows and change.follows.sheet and (change.withdrawing or change.dropped):
        lines.append("Rows about it leave the sheet. Where people work on the tab, they stay and say Withdrawn.")
    if change.immediate and (change.withdrawing or change.dropped):
        open_ones = count_of(change.immediate, "immediate action stays", "immediate actions stay")
        lines.append(f"⚠️ *{open_ones} open until somebody closes it.*")
    return following(change.follows, *lines)


def changed(change: CaseChange) -> View:
    """The confirmation that a case was changed, withdrawn or restored."""
    state = "is withdrawn from the audit" if change.withdraw else "is changed"
    if change.restoring:
        state = "is in the audit again"
    lines = [f"✅ *Case {escape(change.reference)} {state}.*", *(sent(change.follows) if change.follows else ())]
    return done("Case changed", lines, clears=True)


def withdrawn(case: CaseView) -> Content:
    """What replaces a posted summary once its case is withdrawn."""
    state = "This case was withdrawn from the audit."
    top = beside(escape(case.cycle_name), case.area)
    return Content(
        f"Case {escape(case.reference)}. {state}",
        [header(f"Case {case.reference}"), section(f"*{state}*"), context(top)],
    )
