"""Agendas: a cycle's meetings with their cases in order, and the agenda posted in an area's audit channel."""

from collections.abc import Iterator, Sequence

from audit.cases import graded_sections
from audit.cases.outline import CaseOutline
from audit.cycle.tally import Count
from audit.labels import about_areas, within
from audit.meeting.agenda import Agenda, AgendaItem, Agendas, AreaAgenda
from audit.meeting.attendance import AttendanceView, is_open
from audit.scales import NOT_GRADED_LABEL
from audit.tools import Section
from views.cases.summary import DISCUSS, READ
from views.cycle.charts import grade_chart, grade_picture, image
from views.cycle.tally import rows
from views.meeting import attendance
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
    shorten,
    verbatim,
)
from views.returns import calendar_file
from views.returns.grades import grade_words
from views.words import beside, meeting_on, stamp

SHOW = "agenda.show"
"""The button that shows a cycle's meetings (value: the cycle's id)."""
PAGE = "agenda.page"
PACK = "pack.ask"

_MOST_NAMED = 8
_MOST_SECTIONS = 3
_LABEL = 80
"""The most characters of a section's label in a line about a case."""
_MOST_COUNTED = 15
_MEETINGS = "press Meetings, on Home"
_MOST_ITEMS = 36
_ITEMS = MESSAGE_CHARACTERS - 3_500
"""The most characters for cases in a message; the rest is for the text around them."""
_REASON_LIMIT = 250
_NOTHING = "All returns are in, and their grades don't differ."
_ORDER = (
    "Order: open immediate actions, then cases that an agency gave the lowest grade, then the widest disagreement, then"
    " missing returns. Agencies grade their own involvement; the meeting ratifies a judgement of its own."
)


def reasons(item: AgendaItem, most: int | None = None) -> list[str]:
    """The reasons for a case's place on the agenda, in words (not escaped); empty if nothing sets it apart.

    If the tool requires an overall grade, the section with the widest disagreement is added.
    `most`: the most agencies named in one reason, if a button shows the rest; None: all of them.
    """
    why = []
    if item.immediate:
        why.append("Open immediate action" if item.immediate == 1 else f"{item.immediate} open immediate actions")
    why += [
        f"{_of(item, each.section)}{each.scale.lowest.label} by {_some(each.lowest, most)}"
        for each in item.lowest[:_MOST_SECTIONS]
    ]
    if left := len(item.lowest) - _MOST_SECTIONS:
        why += [f"The lowest grade in {count_of(left, 'more section')}"] if left > 0 else []
    apart = graded_sections.apart(item.case)[:1] if item.case.tool.needs_overall else []
    for spread in [*([item.widest] if item.widest else []), *apart]:
        between = " to ".join(grade.label for grade in spread.ends or ())
        why.append(f"{_of(item, spread.section)}{between}: {count_of(spread.steps_apart, 'grade')} apart")
    if item.case.concealed:
        why.append("Its summary isn't out yet")
    if item.missing:
        over = any(line.closed for line in item.case.unanswered)
        how = "Returns that didn't come:" if over else "No return yet from"
        why.append(f"{how} {_some(item.missing, most)}")
    return why


def _of(item: AgendaItem, section: Section | None) -> str:
    """The section's name as a prefix, "Planning: "; "" for the overall grade."""
    return f"{shorten(graded_sections.names(item.case.tool)[section.key], _LABEL)}: " if section else ""


def _some(names: Sequence[str], most: int | None, where: str = "press Read") -> str:
    left = 0 if most is None else len(names) - most
    return ", ".join(names[:most]) + (f" and {left} more ({where})" if left > 0 else "")


def view(agendas: Agendas, page: int = 0) -> View:
    """A page of a cycle's meetings."""
    current = pages(_units(agendas)).nearest(page)
    name = f"*{escape(agendas.title)}*{current.where}"
    to_come = any(each.starts_at > agendas.now for each in agendas.agendas)
    dates = button(calendar_file.LABEL, calendar_file.ASK, agendas.cycle_id) if to_come and agendas.dates else None
    top = section(name, dates)
    return modal("Meetings", [top, *current.blocks, *current.turning(PAGE)], record_id=agendas.cycle_id)


def view_at(agendas: Agendas, meeting_id: str) -> View:
    """The page on which a meeting's agenda begins; the first page if the meeting isn't there."""
    begins = f"meeting-{meeting_id}"
    made = pages(_units(agendas))
    at = (n for n, blocks in enumerate(made) if any(block.get("block_id") == begins for block in blocks))
    return view(agendas, next(at, 0))


def _units(agendas: Agendas) -> Iterator[Unit]:
    if not agendas.agendas:
        yield "", [section("This audit has no meeting yet.")]
    for agenda in agendas.agendas:
        name = f"Meeting{about_areas(_some(agenda.areas, _MOST_NAMED, 'below'))}"
        yield name, [header(name), *_about(agenda, coordinates=agendas.coordinates), *_doings(agenda, agendas)]
        yield from ((name, [_item(place, item, agenda)]) for place, item in enumerate(agenda.items, 1))
        if not agenda.items:
            yield name, [context("No case is discussed at it.")]
    yield "", [context(_ORDER)]


def _about(agenda: Agenda, *, coordinates: bool) -> list[Block]:
    """A meeting's time, chair, number of cases ratified, and attendance."""
    hidden = sum(item.case.concealed for item in agenda.items)
    of = f" of the {len(agenda.items) - hidden} whose summaries are out" if hidden else ""
    cases = f"{count_of(len(agenda.items), 'case')}, {agenda.ratified} ratified{of}"
    chair = [f"Chair: {escape(agenda.chair)}"] if agenda.chair else []
    areas = [f"Areas: {', '.join(agenda.areas)}"] if len(agenda.areas) > _MOST_NAMED else []
    attended = [block for line in _attended(agenda.attendance, coordinates=coordinates) for block in verbatim(line)]
    area_blocks = [block for line in areas for block in verbatim(line)]
    return [*paragraphs([meeting_on(agenda.starts_at, agenda.now), *chair, cases]), *area_blocks, *attended]


def _attended(attendance: Sequence[AttendanceView], *, coordinates: bool) -> list[str]:
    if all(each.present is None for each in attendance):
        return [f"Who came isn't recorded yet{'' if coordinates else ': a coordinator does that'}."]
    came = [f"{each.agency} ({each.who})" if each.who else each.agency for each in attendance if each.present]
    groups = (
        ("Came", came),
        ("Not there", [each.agency for each in attendance if each.present is False]),
        ("Not said", [each.agency for each in attendance if each.present is None]),
    )
    return [f"{group}: {', '.join(names)}" for group, names in groups if names]


def _doings(agenda: Agenda, agendas: Agendas) -> list[Block]:
    named = f"meeting{about_areas(', '.join(agenda.areas))}"
    recorded = any(each.present is not None for each in agenda.attendance)
    record = button(
        "Change who came" if recorded else "Record who came", attendance.EDIT, agenda.meeting_id, about=named
    )
    pack = button("Meeting pack", PACK, agenda.meeting_id, about=named)
    records = agendas.records and is_open(agenda.starts_at, agenda.now)
    offered = [*([record] if records else []), *([pack] if agendas.packs else [])]
    return [actions(f"meeting-{agenda.meeting_id}", *offered)] if offered else []


def _item(place: int, item: AgendaItem, agenda: Agenda) -> Block:
    area = f" ({escape(item.case.area)})" if len(agenda.areas) > 1 else ""
    text = f"*{place}. {escape(item.case.reference)}*{area}{_ratified(item.case)}\n{_why(item, 700)}"
    return section(text, button("Discuss", DISCUSS, item.case.id, about=item.case.reference))


def _why(item: AgendaItem, limit: int, most: int | None = None) -> str:
    return " · ".join(fitted(each, limit) for each in reasons(item, most)) or _NOTHING


def _ratified(case: CaseOutline) -> str:
    if case.judgement is None:
        return ""
    return f" · ✅ Ratified: {escape(grade_words(case.scale, case.judgement.grade, case.judgement.not_graded_reason))}"


def posted(area_agenda: AreaAgenda) -> Content:
    """The message in an area's audit channel: references, grades and reasons, no text that anybody wrote.

    `plain` has a picture in place of Slack's chart.
    """
    agenda, area = area_agenda.agenda, area_agenda.agenda.areas[0]
    of_area = f" of {area}" if area else ""
    of = f"{agenda.ratified} of {count_of(len(agenda.items) + len(area_agenda.later), 'case')} ratified"
    over = bool(agenda.items) and agenda.ratified == len(agenda.items) and not area_agenda.later
    state = f"✅ Final: {of}" if over else of
    lines = [beside(escape(agenda.title), area), f"Meeting: {meeting_on(agenda.starts_at, agenda.now)}"]
    lines += [f"Chair: {escape(agenda.chair)}"] if agenda.chair else []
    lines += _counted(agenda)
    top = [header(f"Agenda: {area}" if area else "Agenda"), *paragraphs([*lines, f"*{state}*"]), *_listed(agenda)]
    if area_agenda.later:
        top.append(
            context(f"Their summaries aren't posted yet: {escape(_some(area_agenda.later, _MOST_NAMED, _MEETINGS))}")
        )
    title, parts = f"Self-grades{of_area}", {area or "All cases": area_agenda.self_grades}
    graded = grade_picture(title, agenda.title, agenda.scale, parts, returns=True)
    chart = grade_chart(title, agenda.scale, parts)
    counted = rows(agenda.scale, area_agenda.self_grades, returns=True)
    below = [
        section(f"*Self-grades by the agencies* · {count_of(area_agenda.self_grades.total, 'return')}"),
        *(paragraphs(_by_section(area_agenda.sections)) or paragraphs([" · ".join(counted)])),
        context(_ORDER),
    ]
    text = f"{within('Agenda', escape(area))}: meeting {stamp(agenda.starts_at, agenda.now)}. {of}."
    drawn = [chart] if chart else image(graded)
    return Content(text, [*top, *drawn, *below], [*top, *image(graded), *below], (graded,) if graded else ())


def _by_section(counted: Sequence[tuple[Section, Count]]) -> list[str]:
    """A line for each graded section with the count of each grade; empty if there is an overall grade."""
    lines = []
    for each, count in counted[:_MOST_COUNTED]:
        grades = {grade.label: count.grades[grade.key] for grade in each.graded_on.grades}
        others = {each.graded_on.inapplicable: count.not_applicable, NOT_GRADED_LABEL: count.not_graded_in_all}
        counts = " · ".join(f"{label} {number}" for label, number in (grades | others).items() if number)
        lines.append(f"*{fitted(each.label, _LABEL)}*: {escape(counts) or 'nobody has graded it yet'}")
    left = len(counted) - len(lines)
    return [*lines, *([f"and {left} more sections: they are in each case's summary."] if left > 0 else [])]


def _counted(agenda: Agenda) -> list[str]:
    answered = [each for each in agenda.attendance if each.present is not None]
    came = sum(each.present is True for each in answered)
    return [f"Came: {came} of {count_of(len(answered), 'agency', 'agencies')}"] if answered else []


def _listed(agenda: Agenda) -> list[Block]:
    """The cases in order, as many as fit in a message."""
    blocks: list[Block] = []
    room = _ITEMS
    for place, item in enumerate(agenda.items, 1):
        why = _why(item, _REASON_LIMIT, _MOST_NAMED)
        text = f"*{place}. {escape(item.case.reference)}*{_ratified(item.case)}\n{why}"
        room -= len(text) + len(item.case.id)
        if room < 0 or len(blocks) == _MOST_ITEMS:
            left = context(f"and {len(agenda.items) - len(blocks)} more: press *Meetings*.")
            return [*blocks, left, actions("meetings", button("Meetings", SHOW, agenda.cycle_id, about=agenda.title))]
        blocks.append(section(text, button("Read", READ, item.case.id, about=item.case.reference)))
    return blocks
