"""Adding a case to a cycle under way."""

from audit.underway.involvements import AGENCIES
from audit.underway.new_case import AREA, REFERENCE, NewCase
from views.parts import Block, View, done, escape, multi_select, section, select, text_input
from views.preview import named, stepped
from views.underway.change import following, sent

NEW = "case.new"
"""The button that opens the form (value: the cycle's id)."""
ADD = "case.add"

MOST_AGENCIES = 100
_REFERENCE = 40


def adding(case: NewCase) -> View:
    """The form, with what follows once it was filled in."""
    inputs = [
        text_input(
            REFERENCE, "Reference", case.reference, limit=_REFERENCE, multiline=False, optional=False,
            hint="A pseudonym, such as T2-EAST-06. Nothing that tells who the child is.",
        ),
        select(AREA, "Area", [(each.id, each.label) for each in case.areas], case.area_id, optional=False),
        multi_select(
            AGENCIES, "Agencies involved", [(each.id, each.label) for each in case.offered],
            sorted(case.chosen), MOST_AGENCIES,
        ),
    ]  # fmt: skip
    return stepped(
        "Add a case", case.cycle_id, ADD, [section(f"*{escape(case.title)}*")], inputs, _preview(case), "Add it",
        case,
    )  # fmt: skip


def _preview(case: NewCase) -> list[Block]:
    if case.follows is None:
        return []
    agencies = [each.label for each in case.offered if each.id in case.chosen]
    area = next(each.label for each in case.areas if each.id == case.area_id)
    own = f"*Case {escape(case.reference)} ({escape(area)}) is asked of:* {named(agencies)}"
    return following(case.follows, own)


def added(case: NewCase) -> View:
    """Confirms a case that was added."""
    lines = [
        f"✅ *Case {escape(case.reference)} is in the audit.*",
        *(sent(case.follows) if case.follows else ()),
    ]
    return done("Case added", lines, clears=True)
