"""The cycle's tally for the sub-group: ratified judgements and self-grades, apart."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.cases import graded_sections
from audit.cycle.answered import countable
from audit.cycle.tally import AS_RELEASED, CAVEAT, Count, Tally
from audit.cycle_facts import CycleView
from audit.findings.findings import ThemeCount
from audit.scales import REASONS, Scale, grouped_by_scale
from audit.tools import Section
from views.cycle import answered
from views.cycle.charts import absences, grade_chart, grade_picture, image
from views.pages import Unit
from views.parts import (
    Block,
    Content,
    actions,
    button,
    context,
    count_of,
    divider,
    escape,
    fitted,
    header,
    paragraphs,
    section,
    trimmed,
)
from views.pictures import Picture
from views.returns.grades import BY_SECTION
from views.themes.merge import of_cases
from views.words import in_message, meeting_noted, period_line

FIGURES = "figures.show"
"""The button that shows all of a cycle's figures, including the tally's (value: the cycle's id)."""

RATIFIED, OWN = "Ratified judgements", "Self-grades"
_CUT = "The rest doesn't fit here: press *Every figure*."
_LABEL = 150
"""The most characters of a line's name."""
_THEMES = 1300
"""The most characters of learning themes in the message."""


Graded = Sequence[tuple[Section, Tally]]
"""Each graded section with its numbers (audit.cycle.board.Board.graded)."""


def tally(  # everything that the message shows
    cycle: CycleView, tally: Tally, now: datetime, themes: Sequence[ThemeCount] = (), graded: Graded = (),
    *, of: int | None = None, stands_out: Sequence[str] = (),
) -> Content:  # fmt: skip
    """The message: charts, or (`plain`) pictures of them, and a line for each area, agency and graded section.

    It has no table, since one with a column for each grade is too wide for a channel or a phone.
    `of`: the cycle's number of cases, if not all are counted yet. `stands_out`: sentences on what stands out, mrkdwn.
    """
    state, drawing = final(tally.ratified, of), _drawing(cycle, tally, graded)
    (judging, judged), (giving, given) = (_chart(cycle, drawing, returns=returns) for returns in (False, True))
    head = section(f"*Ratified judgements* · {count_of(tally.ratified.total, 'case')}\n{state}")
    before, after = _self_grades(cycle, tally, graded)
    top, middle = [*_top(cycle, now), *_bullets(stands_out), head], [*_found(themes), *before]
    if tally.ratified.total > tally.ratified.awaiting:
        top += paragraphs(rows(_scale(cycle), tally.ratified, returns=False))
        by_area = _count_lines(cycle.scale, "Ratified judgements by area", tally.by_area, returns=False)
        middle = [*(by_area if cycle.tool.asks_overall else []), *_sections(cycle, graded, returns=False), *middle]
    else:
        top.append(section("No case has been ratified yet."))
        judging, judged = [], None
    rich, plain = (
        [*top, *one, *middle, *two, *after] for one, two in ((judging, giving), (image(judged), image(given)))
    )
    text = f"Tally of {escape(cycle.name)}: {state}. {CAVEAT}"
    below = actions("figures", button("Every figure", FIGURES, cycle.id, about=cycle.name), *offered(cycle))
    variants, pictures = [[*trimmed(each, _CUT), below] for each in (rich, plain)], (judged, given)
    return Content(text, variants[0], variants[1], tuple(each for each in pictures if each))


def offered(cycle: CycleView) -> list[Block]:
    """The button that shows the counts of answers, if the tool has questions whose answers are counted."""
    counted = countable(cycle.tool)
    return [button(answered.TITLE, answered.SHOW, cycle.id, about=cycle.name)] if counted else []


def final(ratified: Count, of: int | None = None) -> str:
    """In words: if the numbers are final, and how many of the cycle's cases (`of`; None: all) are counted so far."""
    judged = ratified.total - ratified.awaiting
    if of is not None and ratified.total < of:
        counted = f"{ratified.total} of {count_of(of, 'case')}"
        return f"{counted}; the others follow with their summaries. {judged} ratified so far"
    if ratified.total and not ratified.awaiting:
        return "Final: every case is ratified"
    return f"Not final: {judged} of {count_of(ratified.total, 'case')} ratified"


def _top(cycle: CycleView, now: datetime) -> list[Block]:
    lines = [f"Theme: {escape(cycle.theme)}", *period_line(cycle.period)]
    lines.append(f"Deadline for returns: {in_message(cycle.due_at, now)}")
    if cycle.meetings:
        lines.append(f"First meeting: {meeting_noted(cycle.meetings[0].starts_at, now)}")
    return [header(f"Tally: {cycle.name}"), *paragraphs(lines), section(f"*{CAVEAT}*")]


def _bullets(sentences: Sequence[str]) -> list[Block]:
    return paragraphs(["*What stands out*", *(f"• {each}" for each in sentences)]) if sentences else []


def _found(themes: Sequence[ThemeCount]) -> list[Block]:
    """The number of cases with each learning theme; the most frequent themes if not all fit."""
    if not themes:
        return []
    lines, room = ["*Learning themes*"], _THEMES
    for place, each in enumerate(themes):
        line = f"{escape(each.named)}: *{of_cases(each)}*"
        room -= len(line)
        if room < 0:
            lines.append(f"and {len(themes) - place} more: see Findings, on Home.")
            break
        lines.append(line)
    return [divider(), *paragraphs(lines)]


def _self_grades(cycle: CycleView, tally: Tally, graded: Graded) -> tuple[list[Block], list[Block]]:
    """The blocks about self-grades: those before their chart, and those after it."""
    scale, total = cycle.scale, tally.self_grades
    before = [divider(), section(f"*Self-grades by the agencies* · {count_of(total.total, 'return')}")]
    before += [*paragraphs(rows(_scale(cycle), total, returns=True)), context(AS_RELEASED)]
    after = _sections(cycle, graded, returns=True)
    if cycle.tool.asks_overall:
        by_area = _count_lines(scale, f"{OWN} by area", tally.self_by_area, returns=True)
        after = [*by_area, *_count_lines(scale, f"{OWN} by agency", tally.by_agency, returns=True), *after]
    return before, after


def _scale(cycle: CycleView) -> Scale | None:
    """The scale of the overall grade; None if only sections are graded."""
    return cycle.scale if cycle.tool.asks_overall else None


def rows(scale: Scale | None, part: Count, *, returns: bool, beside: Iterable[Count] = ()) -> list[str]:
    """A line for each grade, zeros included, and for each other outcome: mrkdwn. `scale` None: no grades are shown.

    `beside`: the parts shown together with this one, so that all of them use the same labels for what is missing.
    """
    lines = [f"{escape(grade.label)}: *{part.grades[grade.key]}*" for grade in (scale.grades if scale else ())]
    reasons = ", ".join(f"{REASONS[reason].lower()} {number}" for reason, number in part.not_graded.items())
    lines += [f"Not graded: *{part.not_graded_in_all}* ({reasons})"] if scale else []
    lines += [f"{escape(scale.inapplicable)}: *{part.not_applicable}*"] if scale and scale.not_applicable else []
    lines += [f"{BY_SECTION}: *{part.no_overall}*"] if part.no_overall or scale is None else []
    if returns:
        lines += [f"Nil return: *{part.nil}*", f"Declined: *{part.declined}*"]
    absent = absences([part, *beside], returns=returns)
    return [*lines, *(f"{label}: *{getattr(part, key)}*" for key, label in absent.items())]


def units(cycle: CycleView, tally: Tally, graded: Graded = ()) -> Iterator[Unit]:
    """Every number of the tally, zeros included, for a modal."""
    if cycle.tool.asks_overall:
        yield from _every(cycle.scale, "", tally)
    names = graded_sections.names(cycle.tool)
    for one, numbers in graded:
        yield from _every(one.graded_on, f": {names[one.key]}", numbers)


def _every(scale: Scale, of: str, tally: Tally) -> Iterator[Unit]:
    """Every number of the overall grade or of a section, on its scale; `of`: ": " and the section's name, or ""."""
    several = len(tally.by_area) > 1
    by_area = tally.by_area if several else {}
    self_by_area = tally.self_by_area if several else {}
    yield from _all(scale, f"{RATIFIED}{of}", {"All cases": tally.ratified, **by_area}, returns=False)
    parts = {"All returns": tally.self_grades, **self_by_area, **tally.by_agency}
    yield from _all(scale, f"{OWN}{of}", parts, returns=True)


def _all(scale: Scale, title: str, parts: Mapping[str, Count], *, returns: bool) -> Iterator[Unit]:
    heading: list[Block] = [divider(), header(title)]
    for name, part in parts.items():
        lines = rows(scale, part, returns=returns, beside=parts.values())
        yield title, [*heading, section(f"*{escape(name)}* ({_base(part)}): {' · '.join(lines)}")]
        heading = []


@dataclass(frozen=True)
class _Drawing:
    """The parts that a chart compares: areas or, without an overall grade, the sections if all have the same scale.

    Without areas, the only part is all cases.
    """

    by: str
    scale: Scale
    ratified: Mapping[str, Count]
    own: Mapping[str, Count]


def _drawing(cycle: CycleView, tally: Tally, graded: Graded) -> _Drawing:
    if cycle.tool.asks_overall and not tally.by_area:
        return _Drawing("", cycle.scale, {"All cases": tally.ratified}, {"All cases": tally.self_grades})
    if cycle.tool.asks_overall:
        return _Drawing(" by area", cycle.scale, tally.by_area, tally.self_by_area)
    alike = graded if len(_groups(graded)) == 1 else ()
    names = graded_sections.names(cycle.tool)
    named = [(names[one.key], numbers) for one, numbers in alike]
    return _Drawing(
        " by section", alike[0][0].graded_on if alike else cycle.scale,
        {name: numbers.ratified for name, numbers in named}, {name: numbers.self_grades for name, numbers in named},
    )  # fmt: skip


def _chart(cycle: CycleView, drawing: _Drawing, *, returns: bool) -> tuple[list[Block], Picture | None]:
    """The chart, or a picture if there is too much for Slack's chart; and the picture, None if there is none."""
    what, parts = (OWN, drawing.own) if returns else (RATIFIED, drawing.ratified)
    title = f"{what}{drawing.by}"
    picture = grade_picture(title, cycle.name, drawing.scale, parts, returns=returns)
    chart = grade_chart(title, drawing.scale, parts)
    return [chart] if chart else image(picture), picture


def _groups(graded: Graded) -> list[list[tuple[Section, Tally]]]:
    return grouped_by_scale(graded, lambda each: each[0].graded_on)


def _sections(cycle: CycleView, graded: Graded, *, returns: bool) -> list[Block]:
    """A line for each section; sections on different scales are in separate groups."""
    title, groups, blocks = f"{OWN if returns else RATIFIED} by section", _groups(graded), list[Block]()
    names = graded_sections.names(cycle.tool)
    for group in groups:
        scale = group[0][0].graded_on
        on = f" ({escape(', '.join(grade.label for grade in scale.grades))})" if len(groups) > 1 else ""
        parts = {
            names[one.key]: numbers.self_grades if returns else numbers.ratified
            for one, numbers in group
        }  # fmt: skip
        blocks += _count_lines(scale, f"{title}{on}", parts, returns=returns)
    return blocks


def _count_lines(scale: Scale, title: str, parts: Mapping[str, Count], *, returns: bool) -> list[Block]:
    """A line for each part, without its zeros; readable on a phone without scrolling sideways.

    Empty if there are no parts.
    """
    lines = (
        f"*{fitted(name, _LABEL)}* ({_base(part)}): {_some(scale, part, returns=returns)}"
        for name, part in parts.items()
    )
    return paragraphs([f"*{title}*", *lines]) if parts else []


def _base(part: Count) -> str:
    """The number of cases or returns counted, and the number of those not applicable, if any."""
    return f"{part.base}, and {part.not_applicable} not applicable" if part.not_applicable else str(part.total)


def _some(scale: Scale, part: Count, *, returns: bool) -> str:
    counts = [(grade.label, part.grades[grade.key], "") for grade in scale.grades]
    reasons = [f"{REASONS[reason].lower()} {number}" for reason, number in part.not_graded.items() if number]
    counts.append(("Not graded", part.not_graded_in_all, f" ({', '.join(reasons)})"))
    counts += [(BY_SECTION, part.no_overall, ""), ("Nil return", part.nil, ""), ("Declined", part.declined, "")]
    counts += [(label, getattr(part, key), "") for key, label in absences([part], returns=returns).items()]
    return " · ".join(f"{escape(label)} *{number}*{more}" for label, number, more in counts if number) or "none"
