"""A cycle's figures: self-grades beside ratified grades, spread, trend, and learning themes that recur."""

from collections.abc import Iterator, Mapping, Sequence

from audit.cases import graded_sections
from audit.cycle.tally import CAVEAT
from audit.figures.figures import Figures
from audit.figures.statistics import Movement, Spread
from audit.figures.trends import MOST, Point, comparable
from audit.labels import within
from audit.scales import NOT_GRADED_LABEL
from audit.themes.recurrence import Recurring
from views.cycle.tally import FIGURES, offered, units
from views.pages import Unit, pages
from views.parts import Block, View, count_of, divider, escape, fitted, header, modal, paragraphs, section
from views.returns.grades import BY_SECTION

SHOW = FIGURES
PAGE = "figures.page"
MOST_NAME = 150
"""The most characters of a section's name in a line."""

RATIFIED, MODERATED = "Self-grades and ratified judgements", "Self-grades at moderation"
SECTIONS = "Self-grades and ratified judgements, by section"
_SECTIONS_MODERATED = "Self-grades at moderation, by section"
SPREAD, TREND, THEMES = "How far apart self-grades are", "From audit to audit", "Learning themes that come back"


def view(figures: Figures, page: int = 0) -> View:
    """A page of the figures."""
    current = pages(_units(figures)).nearest(page)
    cycle = figures.cycle
    top = section(f"*{escape(cycle.name)}*{current.where}", *offered(cycle))
    return modal("Figures", [top, *current.blocks, *current.turning(PAGE)], record_id=cycle.id)


def _units(figures: Figures) -> Iterator[Unit]:
    yield "", paragraphs([f"*{CAVEAT}*", *_waiting(figures), *_changed(figures.changed)])
    if figures.tally.ratified.total or not figures.waiting:  # otherwise all its numbers are 0
        yield from _own(figures)
    yield from _part(TREND, _trend(figures.points))
    yield from _part(THEMES, _recurring(figures.recurring))


def _own(figures: Figures) -> Iterator[Unit]:
    """The figures of this audit alone."""
    numbers = figures.statistics
    yield from units(figures.cycle, figures.tally, figures.graded)
    if figures.cycle.tool.asks_overall:
        yield from _part(RATIFIED, _ratified(numbers.overall, numbers.by_agency))
        yield from _part(MODERATED, _moderated(numbers.moderated, numbers.moderated_by_agency))
        yield from _part(SPREAD, _spreads(figures))
    if numbers.sections:
        yield from _part(SECTIONS, _sections(figures))
        yield from _part(_SECTIONS_MODERATED, _sections_moderated(figures))


def _part(title: str, lines: Iterator[str]) -> Iterator[Unit]:
    """The lines under a heading, which is repeated on every page that they reach."""
    heading: list[Block] = [divider(), header(title)]
    for block in paragraphs(lines):
        yield title, [*heading, block]
        heading = []


def _waiting(figures: Figures) -> list[str]:
    counted = figures.tally.ratified.total
    of = count_of(counted + figures.waiting, "case")
    return [f"{counted} of {of}; the others follow with their summaries."] if figures.waiting else []


def _changed(number: int) -> list[str]:
    if not number:
        return []
    was = "1 return was" if number == 1 else f"{number} returns were"
    return [f"{was} changed after others could read the case: figures use what was there before."]


def _ratified(overall: Movement, by_agency: Mapping[str, Movement]) -> Iterator[str]:
    yield (
        f"{overall.compared} of {count_of(overall.of, 'return')} can be compared: those where both the agency and the"
        " meeting gave a grade."
    )
    if not overall.compared:
        return
    yield f"*{kinder(overall)}*"
    yield (
        "Kinder means that a self-grade is better than the ratified judgement. An agency grades its own part and the"
        " meeting the whole case, so both may be right."
    )
    yield from (f"• {escape(agency)}: {kinder(moved)}" for agency, moved in by_agency.items())


def _moderated(overall: Movement, by_agency: Mapping[str, Movement]) -> Iterator[str]:
    yield f"{overall.compared} of {count_of(overall.of, 'return')} have been discussed and have a grade on both sides."
    if not overall.compared:
        return
    yield f"Moved up: *{overall.up}* · left as they were: *{overall.same}* · moved down: *{overall.down}*"
    for agency, moved in by_agency.items():
        counts = f"moved up {moved.up} · left as they were {moved.same} · moved down {moved.down}"
        yield f"• {escape(agency)} ({moved.compared} of {moved.of}): {counts if moved.compared else 'none discussed'}"


def _sections(figures: Figures) -> Iterator[str]:
    """How self-grades of each section compare with the ratified grades, in numbers of returns."""
    names = graded_sections.names(figures.cycle.tool)
    for key, compared in figures.statistics.sections.items():
        yield f"• {fitted(names[key], MOST_NAME)}: {kinder(compared.ratified)}"
    yield "An agency grades its own part and the meeting the whole case, so both may be right."


def kinder(moved: Movement) -> str:
    """How many self-grades were kinder than the meeting, with the base; or that the base is too small."""
    if not moved.enough:
        return f"{count_of(moved.compared, 'return')} can be compared: too few to say anything about."
    of = f"{moved.down} of {count_of(moved.compared, 'return')} kinder than the meeting"
    return f"{of}, {moved.up} harder, {moved.same} the same."


def _sections_moderated(figures: Figures) -> Iterator[str]:
    names = graded_sections.names(figures.cycle.tool)
    for key, compared in figures.statistics.sections.items():
        moved = compared.moderated
        counts = f"moved up *{moved.up}* · left as they were *{moved.same}* · moved down *{moved.down}*"
        outcome = counts if moved.compared else "none has been discussed that has a grade on both sides"
        yield f"• {fitted(names[key], MOST_NAME)} ({moved.compared} of {moved.of}): {outcome}"


def _spreads(figures: Figures) -> Iterator[str]:
    numbers = figures.statistics
    if not numbers.compared:
        yield "No case has two self-grades yet."
        return
    yield (
        f"Within one grade of each other in *{numbers.within_one} of {count_of(numbers.compared, 'case')}*: of those"
        " with two self-grades or more."
    )
    yield from (_spread(each, figures) for each in numbers.spreads)


def _spread(each: Spread, figures: Figures) -> str:
    best, worst = (figures.cycle.scale.grade(key).label for key in (each.best, each.worst))
    words = f"from {best} to {worst}, {count_of(each.steps, 'step')} apart" if each.steps else f"all {best}"
    return f"• {escape(within(each.reference, each.area))}: {escape(words)} · {count_of(each.graded, 'self-grade')}"


def _trend(points: Sequence[Point]) -> Iterator[str]:
    groups = comparable(points)
    sectioned = [point for point in points if point.by_section]
    if not groups and not sectioned:
        yield "No case has been ratified yet."
    if len(points) > 1:
        yield _alike(points)
    yield from bounded(points)
    if len(groups) > 1:
        yield "Audits on different scales can't be compared, so each scale is shown separately."
    for number, group in enumerate(groups, 1):
        if len(groups) > 1:
            yield f"*Scale {number}:* {escape(', '.join(grade.label for grade in group[0].scale.grades))}"
        yield from map(_point, group)
    for point in sectioned:
        yield f"• {named(point)}: graded by section, without an overall grade, so it has none to compare with others."


def bounded(points: Sequence[Point]) -> Iterator[str]:
    """Where to look for earlier audits, if the trend has its full number and may lack some: plain text."""
    if sum(not point.past for point in points) == MOST:
        yield (
            f"Of the audits run here these are the newest {MOST} up to this one. Whatever was before them is in the"
            " figures of an earlier audit."
        )


def _alike(points: Sequence[Point]) -> str:
    """A caution about reading the audits shown as a trend, by whether they have the same theme."""
    chosen = "cases that were chosen in another way"
    if len({point.theme for point in points}) == 1 and points[0].theme:
        return f"These audits had the same theme. {chosen.capitalize()} aren't a trend even so."
    return f"Audits with other themes, or with {chosen}, aren't a trend: these have different themes, or unknown ones."


def named(point: Point) -> str:
    """An audit of a trend: mrkdwn."""
    return f"*{escape(point.name)}*"


def _point(point: Point) -> str:
    rows = [f"{escape(grade.label)} {point.grades[grade.key]}" for grade in point.scale.grades]
    rows += [f"{escape(point.scale.band(keys))}, not told apart, {number}" for keys, number in point.bands.items()]
    rows.append(f"{NOT_GRADED_LABEL} {point.not_graded}")
    if point.not_applicable:
        rows.append(f"Not applicable {point.not_applicable}")
    if point.no_overall:
        rows.append(f"{BY_SECTION} {point.no_overall}")
    if point.awaiting:
        rows.append(f"{'No judgement known' if point.past else 'Not ratified yet'} {point.awaiting}")
    imported = " (imported)" if point.past else ""
    return f"• {named(point)}{imported}: {count_of(point.cases, 'case')}: {' · '.join(rows)}"


def _recurring(themes: Sequence[Recurring]) -> Iterator[str]:
    again = [each for each in themes if len(each.named) > 1]
    once = len(themes) - len(again)
    if not again:
        yield "No learning theme was named in more than one audit."
    for each in again:
        recommended = f"; recommendation made in {_audits(each.recommended)}" if each.recommended else ""
        closed = f"; closed in {_audits(each.closed)}" if each.closed else ""
        none = "" if each.recommended else "; a strength" if each.strength else "; no recommendation"
        yield f"• *{escape(each.theme)}*: named in {_audits(each.named)}{recommended}{closed}{none}"
    if once:
        yield f"{count_of(once, 'learning theme')} {'was' if once == 1 else 'were'} named in one audit only."


def _audits(numbers: Sequence[int]) -> str:
    """Audits by number: "audit 2", "audits 1, 2 and 5"."""
    *most, last = map(str, numbers)
    return f"audits {', '.join(most)} and {last}" if most else f"audit {last}"
