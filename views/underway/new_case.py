"""Adding a case to a cycle under way."""

from audit.labels import within
from audit.underway.involvements import AGENCIES
from audit.underway.new_case import PLACE, REFERENCE, NewCase, PlaceLine
from views.confirming import named, two_step_form
from views.parts import Block, View, done, escape, multi_select, section, select, shorten, text_input
from views.underway.change import following, sent
from views.words import stamp

NEW = "case.new"
"""The button that opens the form (value: the cycle's id)."""
ADD = "case.add"

MOST_AGENCIES = 100
_REFERENCE = 40
_AREA = 40


def adding(case: NewCase) -> View:
    """The form; after the first step it previews what follows."""
    inputs = [
        text_input(
            REFERENCE, "Reference", case.reference, limit=_REFERENCE, multiline=False, optional=False,
            hint="A pseudonym, such as T2-EAST-06. Nothing that identifies the child.",
        ),
        *_places(case),
        multi_select(
            AGENCIES, "Agencies involved", [(each.id, each.label) for each in case.offered],
            sorted(case.chosen), MOST_AGENCIES,
        ),
    ]  # fmt: skip
    return two_step_form(
        "Add a case", case.cycle_id, ADD, [section(f"*{escape(case.title)}*")], inputs, _preview(case), "Add it",
        case,
    )  # fmt: skip


def _places(case: NewCase) -> list[Block]:
    """The choice of an area or, without areas, of a meeting; with the meetings' times if an area has several."""
    if len(case.places) == 1:
        return []
    several = len({each.area for each in case.places}) < len(case.places)
    choices = [(each.id, _place(each) if several else each.area) for each in case.places]
    return [select(PLACE, "Area" if case.places[0].area else "Meeting", choices, case.place_id, optional=False)]


def _place(place: PlaceLine) -> str:
    at = stamp(place.starts_at)
    return f"{shorten(place.area, _AREA)}, meeting {at}" if place.area else at


def _preview(case: NewCase) -> list[Block]:
    if case.follows is None:
        return []
    agencies = [each.label for each in case.offered if each.id in case.chosen]
    area = next(each.area for each in case.places if each.id == case.place_id)
    own = f"*Case {escape(within(case.reference, area))} is asked of:* {named(agencies, 'those chosen below')}"
    return following(case.follows, own)


def added(case: NewCase) -> View:
    """The confirmation of a case that was added."""
    lines = [
        f"✅ *Case {escape(case.reference)} is in the audit.*",
        *(sent(case.follows) if case.follows else ()),
    ]
    return done("Case added", lines, clears=True)
