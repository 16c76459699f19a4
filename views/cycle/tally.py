"""The cycle's tally for the sub-group: ratified judgements and self-grades, apart."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from audit.cycle.tally import AS_RELEASED, CAVEAT, Count, Tally
from audit.cycle_facts import CycleView
from audit.findings.findings import ThemeCount
from audit.scales import REASONS, Scale
from views.cycle.charts import absences, grade_chart, grade_picture, image
from views.pages import Unit
from views.parts import Block, Content, actions, button, context, divider, escape, header, paragraphs, section, trimmed
from views.pictures import Picture
from views.themes.merge import of_cases
from views.words import meeting_on, when

FIGURES = "figures.show"
"""The button that shows a cycle's figures, every number of the tally among them (value: the cycle's id)."""

_CUT = "The rest doesn't fit here: press *Every figure*."
_THEMES = 1500
"""Characters of learning themes in the message."""


def tally(
    cycle: CycleView, tally: Tally, now: datetime, themes: Sequence[ThemeCount] = (), *, of: int | None = None
) -> Content:
    """The message: charts, or (`plain`) pictures of them, and a line for each area and agency.

    A table with a column for each grade would be wider than a channel, and far wider than a phone.

    `of`: how many cases the cycle has, where not all of them are counted yet.
    """
    state = final(tally.ratified, of)
    judged = grade_picture("Ratified judgements by area", cycle.title, cycle.scale, tally.by_area, returns=False)
    graded = grade_picture("Self-grades by area", cycle.title, cycle.scale, tally.self_by_area, returns=True)
    head = section(f"*Ratified judgements* · {_of(tally.ratified.total, 'case')}\n{state}")
    before, after = _self_grades(cycle, tally)
    top, middle = [*_top(cycle, now), head], [*_found(themes), *before]
    if tally.ratified.total > tally.ratified.awaiting:
        top += paragraphs(rows(cycle.scale, tally.ratified, returns=False))
        middle = [*_told(cycle.scale, "Ratified judgements by area", tally.by_area, returns=False), *middle]
        drawn, painted = _chart(cycle.scale, "Ratified judgements by area", tally.by_area, judged), image(judged)
    else:
        top.append(section("No case has been ratified yet."))
        drawn, painted = [], []
    rich = [*top, *drawn, *middle, *_chart(cycle.scale, "Self-grades by area", tally.self_by_area, graded), *after]
    plain = [*top, *painted, *middle, *image(graded), *after]
    text = f"Tally of {escape(cycle.title)}: {state}. {CAVEAT}"
    below = actions("figures", button("Every figure", FIGURES, cycle.id, about=cycle.title))
    told, pictures = [[*trimmed(each, _CUT), below] for each in (rich, plain)], (judged, graded)
    return Content(text, told[0], told[1], tuple(each for each in pictures if each))


def final(ratified: Count, of: int | None = None) -> str:
    """Whether the numbers can still change, and which of the cycle's cases (`of`; None: all) are counted so far."""
    judged = ratified.total - ratified.awaiting
    if of is not None and ratified.total < of:
        return (
            f"{ratified.total} of {_of(of, 'case')}; the others follow with their summaries. {judged} ratified so far"
        )
    if ratified.total and not ratified.awaiting:
        return "Final: every case is ratified"
    return f"Not final: {judged} of {_of(ratified.total, 'case')} ratified"


def _top(cycle: CycleView, now: datetime) -> list[Block]:
    lines = [f"Theme: {escape(cycle.theme)}", f"Deadline for returns: {when(cycle.due_at, now)}"]
    if cycle.meetings:
        lines.append(f"First meeting: {meeting_on(cycle.meetings[0].starts_at, now)}")
    return [header(f"Tally: {cycle.title}"), *paragraphs(lines), section(f"*{CAVEAT}*")]


def _found(themes: Sequence[ThemeCount]) -> list[Block]:
    """In how many cases the meetings found which learning theme; those of the most cases, if there are very many."""
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


def _self_grades(cycle: CycleView, tally: Tally) -> tuple[list[Block], list[Block]]:
    """What the agencies gave themselves: what stands before its chart, and what after it."""
    scale, total = cycle.scale, tally.self_grades
    before = [divider(), section(f"*Self-grades by the agencies* · {_of(total.total, 'return')}")]
    before += [*paragraphs(rows(scale, total, returns=True)), context(AS_RELEASED)]
    by_area = _told(scale, "Self-grades by area", tally.self_by_area, returns=True)
    return before, [*by_area, *_told(scale, "Self-grades by agency", tally.by_agency, returns=True)]


def rows(scale: Scale, part: Count, *, returns: bool) -> list[str]:
    """A line for each grade, zeros too, and for all that isn't a grade: mrkdwn."""
    lines = [f"{escape(grade.label)}: *{part.grades[grade.key]}*" for grade in scale.grades]
    reasons = ", ".join(f"{REASONS[reason].lower()} {number}" for reason, number in part.not_graded.items())
    lines.append(f"Not graded: *{part.not_graded_in_all}* ({reasons})")
    if returns:
        lines += [f"Nil return: *{part.nil}*", f"Declined: *{part.declined}*"]
    absent = absences([part], returns=returns)
    return [*lines, *(f"{label}: *{getattr(part, key)}*" for key, label in absent.items())]


def units(cycle: CycleView, tally: Tally) -> Iterator[Unit]:
    """Every number of the tally, zeros too, for a modal."""
    scale, several = cycle.scale, len(tally.by_area) > 1
    by_area = tally.by_area if several else {}
    self_by_area = tally.self_by_area if several else {}
    yield from _all(scale, "Ratified judgements", {"All cases": tally.ratified, **by_area}, returns=False)
    parts = {"All returns": tally.self_grades, **self_by_area, **tally.by_agency}
    yield from _all(scale, "Self-grades", parts, returns=True)


def _all(scale: Scale, title: str, parts: Mapping[str, Count], *, returns: bool) -> Iterator[Unit]:
    heading: list[Block] = [divider(), header(title)]
    for name, part in parts.items():
        line = f"*{escape(name)}* ({part.total}): " + " · ".join(rows(scale, part, returns=returns))
        yield title, [*heading, section(line)]
        heading = []


def _chart(scale: Scale, title: str, by_area: Mapping[str, Count], picture: Picture | None) -> list[Block]:
    """The chart, or the picture of it, where Slack's can't hold so many areas."""
    chart = grade_chart(title, scale, by_area)
    return [chart] if chart else image(picture)


def _told(scale: Scale, title: str, parts: Mapping[str, Count], *, returns: bool) -> list[Block]:
    """A line for each part, which is read on a phone without scrolling sideways; what is nought isn't in it."""
    told = (f"*{escape(name)}* ({part.total}): {_some(scale, part, returns=returns)}" for name, part in parts.items())
    return paragraphs([f"*{title}*", *told])


def _some(scale: Scale, part: Count, *, returns: bool) -> str:
    found = [(grade.label, part.grades[grade.key], "") for grade in scale.grades]
    reasons = [f"{REASONS[reason].lower()} {number}" for reason, number in part.not_graded.items() if number]
    found.append(("Not graded", part.not_graded_in_all, f" ({', '.join(reasons)})"))
    found += [("Nil return", part.nil, ""), ("Declined", part.declined, "")]
    found += [(label, getattr(part, key), "") for key, label in absences([part], returns=returns).items()]
    return " · ".join(f"{escape(label)} *{number}*{more}" for label, number, more in found if number) or "none"


def _of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
