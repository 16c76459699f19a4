"""Agencies and areas: the list, adding several as lines of text, and renaming one."""

from audit.people.agencies import (
    LINES,
    LONG,
    MOST_AGENCIES,
    MOST_AREAS,
    SHORT,
    AgencyLine,
    AreaLine,
    Territory,
    mark_of,
)
from views.confirming import previewed
from views.pages import list_modal, pages
from views.parts import (
    ALL,
    Block,
    View,
    actions,
    button,
    context,
    divider,
    escape,
    header,
    modal,
    section,
    text_input,
)

SHOW = "agencies.show"
PAGE = "agencies.page"
ADD = "agencies.add"
SAVE = "agencies.save"
ADD_AREAS = "areas.add"
SAVE_AREAS = "areas.save"
EDIT = "agency.edit"
RENAME = "agency.rename"
EDIT_AREA = "area.edit"
RENAME_AREA = "area.rename"

TITLE = "Agencies"


def view(territory: Territory, page: int = 0, *, notice: str = "") -> View:
    """A page of all agencies and areas."""
    units = [("", _agencies_top(territory)), *(("Agencies", [_agency(each)]) for each in territory.agencies)]
    units += [("", _areas_top(territory)), *(("Areas", [_area(each)]) for each in territory.areas)]
    current = pages(units).nearest(page)
    at = [context(current.where.removeprefix(" · "))] if current.count > 1 else []
    return list_modal(TITLE, [*at, *current.blocks, *current.turning(PAGE)], record_id=ALL, notice=notice)


def _agencies_top(territory: Territory) -> list[Block]:
    none = [] if territory.agencies else [section("No agency takes part yet. Add them all at once, one a line.")]
    return [header("Agencies"), *none, actions("agencies", button("Add agencies", ADD, ALL, primary=not none))]


def _areas_top(territory: Territory) -> list[Block]:
    none = (
        []
        if territory.areas
        else [section("There are none. Only a partnership that divides its audits into areas needs them.")]
    )
    return [divider(), header("Areas"), *none, actions("areas", button("Add areas", ADD_AREAS, ALL))]


def _agency(agency: AgencyLine) -> Block:
    label, short = escape(agency.label), escape(agency.short_label)
    text = f"*{label}*" if short == label else f"*{label}* · in charts and the sheet: {short}"
    return section(text, button("Rename", EDIT, agency.id, about=agency.label))


def _area(area: AreaLine) -> Block:
    return section(f"*{escape(area.label)}*", button("Rename", EDIT_AREA, area.id, about=area.label))


def adding(territory: Territory) -> View:
    """The form that adds several agencies."""
    hint = (
        f"One agency a line: its name, a comma, its short name for charts (at most {SHORT} characters). Without a "
        f"short name, one is made up. At most {MOST_AGENCIES} agencies in all."
    )
    box = text_input(LINES, "Agencies", optional=False, hint=hint)
    example = "For example:\nChildren's Social Care, CSC\nPolice\nVCFS organisations, VCFS"
    shown = previewed([context(escape(example)), box], mark_of(territory.agencies))
    return modal("Add agencies", shown, record_id=ALL, verb=SAVE, submit="Add")


def adding_areas(territory: Territory) -> View:
    """The form that adds several areas."""
    hint = f"One area a line, each with at most {LONG} characters. At most {MOST_AREAS} areas in all."
    box = text_input(LINES, "Areas", optional=False, hint=hint)
    shown = previewed([box], mark_of(territory.areas))
    return modal("Add areas", shown, record_id=ALL, verb=SAVE_AREAS, submit="Add")


def renaming(agency: AgencyLine) -> View:
    """The form that renames an agency."""
    label = text_input("label", "Label", agency.label, limit=LONG, multiline=False, optional=False)
    hint = f"What charts show: at most {SHORT} characters."
    short = text_input(
        "short_label", "Short label", agency.short_label, limit=SHORT, multiline=False, optional=False, hint=hint
    )
    told = context("Charts, lists and the sheets of audits under way follow.")
    shown = previewed([label, short, told], agency.mark)
    return modal("Rename an agency", shown, record_id=agency.id, verb=RENAME, submit="Save")


def renaming_area(area: AreaLine) -> View:
    """The form that renames an area."""
    label = text_input("label", "Label", area.label, limit=LONG, multiline=False, optional=False)
    told = context("Charts, lists and the sheets of audits under way follow.")
    shown = previewed([label, told], area.mark)
    return modal("Rename an area", shown, record_id=area.id, verb=RENAME_AREA, submit="Save")
