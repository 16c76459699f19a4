"""The cycle's tally for the sub-group: ratified judgements and self-grades, apart."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from audit.cycles import CycleView
from audit.findings import ThemeCount
from audit.scales import REASONS, Scale
from audit.tallies import AS_RELEASED, CAVEAT, Count, Tally
from views.charts import awaiting, grade_chart, grade_picture, image, tally_table
from views.mergers import of_cases
from views.parts import Block, Content, context, divider, escape, header, paragraphs, section, trimmed
from views.pictures import Picture
from views.words import when

_THEMES = 1500
"""Characters of learning themes in the message."""


def tally(
    cycle: CycleView, tally: Tally, now: datetime, themes: Sequence[ThemeCount] = (), *, of: int | None = None
) -> Content:
    """The message: charts and tables, or (`plain`) the same numbers in pictures and words.

    `of`: how many cases the cycle has, where not all of them are counted yet.
    """
    state = final(tally.ratified, of)
    judged = grade_picture("Ratified judgements by area", cycle.title, cycle.scale, tally.by_area, returns=False)
    graded = grade_picture("Self-grades by area", cycle.title, cycle.scale, tally.self_by_area, returns=True)
    rich, plain = [*_top(cycle, now)], [*_top(cycle, now)]
    ratified = tally.ratified.total > tally.ratified.awaiting
    head = section(f"*Ratified judgements* · {_of(tally.ratified.total, 'case')}\n{state}")
    if ratified:
        overall = paragraphs(rows(cycle.scale, tally.ratified, returns=False))
        rich += [head, *overall, *_drawn(cycle.scale, "Ratified judgements", tally.by_area, judged, returns=False)]
        plain += [head, *overall, *image(judged), *_told(cycle.scale, "By area", tally.by_area, returns=False)]
    else:
        none = section("No case has been ratified yet.")
        rich += [head, none]
        plain += [head, none]
    rich += [*_found(themes), divider(), *_self_grades(cycle, tally, graded, words=False)]
    plain += [*_found(themes), divider(), *_self_grades(cycle, tally, graded, words=True)]
    text = f"Tally of {escape(cycle.title)}: {state}. {CAVEAT}"
    return Content(text, rich, trimmed(plain), tuple(each for each in (judged, graded) if each))


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
        lines.append(f"First meeting: {when(cycle.meetings[0].starts_at, now)}")
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


def _self_grades(cycle: CycleView, tally: Tally, picture: Picture | None, *, words: bool) -> list[Block]:
    """What the agencies gave themselves."""
    scale, total = cycle.scale, tally.self_grades
    blocks = [section(f"*Self-grades by the agencies* · {_of(total.total, 'return')}")]
    blocks += [*paragraphs(rows(scale, total, returns=True)), context(AS_RELEASED)]
    if words:
        by_area = _told(scale, "By area", tally.self_by_area, returns=True)
        return [*blocks, *image(picture), *by_area, *_told(scale, "By agency", tally.by_agency, returns=True)]
    blocks += _drawn(scale, "Self-grades", tally.self_by_area, picture, returns=True)
    return [*blocks, *_table(scale, "Self-grades", tally.by_agency, "Agency", returns=True)]


def rows(scale: Scale, part: Count, *, returns: bool) -> list[str]:
    """A line for each grade, zeros too, and for all that isn't a grade: mrkdwn."""
    lines = [f"{escape(grade.label)}: *{part.grades[grade.key]}*" for grade in scale.grades]
    reasons = ", ".join(f"{REASONS[reason].lower()} {number}" for reason, number in part.not_graded.items())
    lines.append(f"Not graded: *{part.not_graded_in_all}* ({reasons})")
    if returns:
        lines += [f"Nil return: *{part.nil}*", f"Declined: *{part.declined}*"]
    return [*lines, f"{awaiting(returns=returns)}: *{part.awaiting}*"]


def _drawn(
    scale: Scale, what: str, by_area: Mapping[str, Count], picture: Picture | None, *, returns: bool
) -> list[Block]:
    """The chart (or the picture of it, where Slack's can't hold so many areas) and the table."""
    chart = grade_chart(f"{what} by area", scale, by_area)
    return [*([chart] if chart else image(picture)), *_table(scale, what, by_area, "Area", returns=returns)]


def _table(scale: Scale, what: str, parts: Mapping[str, Count], first: str, *, returns: bool) -> list[Block]:
    """The table, or its words where a table can't hold it."""
    title = f"{what} by {first.lower()}"
    table = tally_table(title, first, scale, parts, returns=returns)
    return [section(f"*{title}*"), table] if table else _told(scale, title, parts, returns=returns)


def _told(scale: Scale, title: str, parts: Mapping[str, Count], *, returns: bool) -> list[Block]:
    lines = [
        f"*{escape(name)}* ({part.total}): " + " · ".join(rows(scale, part, returns=returns))
        for name, part in parts.items()
    ]
    return paragraphs([f"*{title}*", *lines])


def _of(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
