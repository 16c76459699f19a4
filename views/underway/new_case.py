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


def adding(found: NewCase) -> View:
    """The form, with what follows once it was filled in."""
    inputs = [
        text_input(
            REFERENCE, "Reference", found.reference, limit=_REFERENCE, multiline=False, optional=False,
            hint="A pseudonym, such as T2-EAST-06. Nothing that tells who the child is.",
        ),
        select(AREA, "Area", [(each.id, each.label) for each in found.areas], found.area_id, optional=False),
        multi_select(
            AGENCIES, "Agencies involved", [(each.id, each.label) for each in found.offered],
            sorted(found.chosen), MOST_AGENCIES,
        ),
    ]  # fmt: skip
    return stepped(
        "Add a case", found.cycle_id, ADD, [section(f"*{escape(found.title)}*")], inputs, _preview(found), "Add it",
        found,
    )  # fmt: skip


def _preview(found: NewCase) -> list[Block]:
    if found.follows is None:
        return []
    agencies = [each.label for each in found.offered if each.id in found.chosen]
    area = next(each.label for each in found.areas if each.id == found.area_id)
    own = f"*Case {escape(found.reference)} ({escape(area)}) is asked of:* {named(agencies)}"
    return following(found.follows, own)


def added(found: NewCase) -> View:
    """The word that a case was added."""
    lines = [
        f"✅ *Case {escape(found.reference)} is in the audit.*",
        *(sent(found.follows) if found.follows else ()),
    ]
    return done("Case added", lines, clears=True)
