"""Provenance: the cases, or returns, behind each figure of a report; a figure without them can't be in a report."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from audit.cases import graded_sections
from audit.cases.summary import CaseView
from audit.cycle import answered
from audit.cycle.answered import Answered
from audit.cycle.tally import Count, DoesNotAddUp, Tally
from audit.figures.statistics import Movement, Statistics
from audit.findings.findings import ThemeCount
from audit.scales import NO_OVERALL, NOT_APPLICABLE, NOT_GRADED, REASONS, Scale
from audit.tools import Section

CASES, RATIFIED, SELF, BY_AGENCY = "cases", "ratified", "self", "agency"
MOVED, MODERATED, SPREAD, THEME = "moved", "moderated", "spread", "theme"
SECTION, SECTION_OWN = "section", "section_self"
SECTION_MOVED, SECTION_MODERATED = "section_moved", "section_moderated"
ANSWERED = "answered"
"""What a figure can count."""
OF_CASES = frozenset({CASES, RATIFIED, SPREAD, SECTION, THEME})
"""Those that count cases; all others count returns."""
OF_SECTIONS = frozenset({SECTION, SECTION_OWN, SECTION_MOVED, SECTION_MODERATED})
"""Those whose part is a graded section. The part of ANSWERED is a question."""
ALL = "all"
"""The row that counts everything."""


@dataclass(frozen=True)
class Figure:
    """A figure above 0. `part`: the area, agency, theme, section or question that it is about, or "" for all.

    `row`: a grade's key, or what is counted instead. `references`: what it counts, each once: cases ("T2-EAST-03"), or
    returns as case and agency.
    """

    number: int
    what: str
    part: str
    row: str
    references: tuple[str, ...]


Key = tuple[str, str, str]
"""(what, part, row) of a figure."""


def figures(
    cases: Sequence[CaseView], themes: Sequence[ThemeCount], scale: Scale, sections: Sequence[Section],
    questions: Sequence[Answered] = (),
) -> tuple[Figure, ...]:  # fmt: skip
    """All figures that a report on these cases can show, numbered in order. `sections`: the graded ones."""
    references: dict[Key, dict[str, None]] = {}
    counted = [*_judged(cases), *_graded(cases), *_moved(cases, scale), *_spread(cases, scale)]
    counted += [each for section in sections for each in _of_section(cases, section)]
    for key, reference in [*counted, *_answered(cases, questions)]:
        references.setdefault(key, {})[reference] = None
    for theme in themes:
        references[THEME, theme.theme, ALL] = dict.fromkeys(theme.references)
    scales = (scale, *(section.graded_on for section in sections))
    rows = [
        ALL,
        *(grade.key for each in scales for grade in each.grades),
        *(row_of(NOT_GRADED, reason) for reason in REASONS),
        *_OTHER,
    ]
    position = {section.key: number for number, section in enumerate(sections)}
    shown_rows = [(each.key, row) for each in questions for row in (answered.ASKED, *each.labels)]

    def order(key: Key) -> tuple[int, int, str, int]:
        what, part, row = key
        if what == ANSWERED:
            return ORDER.index(what), shown_rows.index((part, row)), part, 0
        return ORDER.index(what), position[part] if what in OF_SECTIONS else 0, part, rows.index(row)

    ordered = sorted(references.items(), key=lambda each: order(each[0]))
    return tuple(Figure(number, *key, tuple(each)) for number, (key, each) in enumerate(ordered, 1) if each)


ORDER = (
    CASES, RATIFIED, SELF, BY_AGENCY, MOVED, MODERATED, SPREAD, SECTION, SECTION_OWN, SECTION_MOVED, SECTION_MODERATED,
    ANSWERED, THEME,
)  # fmt: skip
"""What figures count, in the order in which they are numbered."""
_OTHER = (
    NOT_APPLICABLE,
    NO_OVERALL,
    "nil",
    "declined",
    "awaiting",
    "missed",
    "up",
    "same",
    "down",
    "compared",
    "within_one",
)


def row_of(result: str, reason: str | None) -> str:
    """The table row in which a result is counted; "not graded" has a row for each reason."""
    return f"{NOT_GRADED}:{reason}" if result == NOT_GRADED else result


def _judged(cases: Iterable[CaseView]) -> Iterator[tuple[Key, str]]:
    for case in cases:
        row = row_of(case.judgement.grade, case.judgement.not_graded_reason) if case.judgement else "awaiting"
        for part in dict.fromkeys(("", case.area)):
            yield (CASES, part, ALL), case.reference
            yield (RATIFIED, part, row), case.reference


def _graded(cases: Iterable[CaseView]) -> Iterator[tuple[Key, str]]:
    for case in cases:
        for line in case.lines:
            row, reference = row_of(line.counted, line.counted_reason), f"{case.reference} {line.agency}"
            for what, part in dict.fromkeys(((SELF, ""), (SELF, case.area), (BY_AGENCY, line.agency))):
                yield (what, part, ALL), reference
                yield (what, part, row), reference


def _moved(cases: Iterable[CaseView], scale: Scale) -> Iterator[tuple[Key, str]]:
    """Self-grades compared with the ratified grade, and with the moderated one."""
    ranks = {grade.key: grade.rank for grade in scale.grades}
    for case in cases:
        for line in case.lines:
            own, reference = ranks.get(line.counted), f"{case.reference} {line.agency}"
            others = [(MOVED, case.judgement.grade if case.judgement else None)]
            if line.moderated:
                others.append((MODERATED, line.moderated.grade))
            for compared, other in others:
                if own is not None and other in ranks:
                    row = _way(own - ranks[other])
                    for part in ("", line.agency):
                        yield (compared, part, row), reference


def _of_section(cases: Iterable[CaseView], section: Section) -> Iterator[tuple[Key, str]]:
    """The grades that the meeting and the agencies gave a section, and how these compare."""
    ranks = {grade.key: grade.rank for grade in section.graded_on.grades}
    for case in cases:
        judged = graded_sections.judged(case, section)
        for row in (ALL, row_of(judged.result, judged.reason)):
            yield (SECTION, section.key, row), case.reference
        for line in case.lines:
            own_grade, reference = graded_sections.counted(case, line, section), f"{case.reference} {line.agency}"
            if own_grade is None:
                continue
            for row in (ALL, row_of(own_grade.result, own_grade.reason)):
                yield (SECTION_OWN, section.key, row), reference
            moderated = line.moderated_sections.get(section.key)
            others = [(SECTION_MOVED, judged.result)] + ([(SECTION_MODERATED, moderated.grade)] if moderated else [])
            for compared, other in others:
                if own_grade.result in ranks and other in ranks:
                    yield (compared, section.key, _way(ranks[own_grade.result] - ranks[other])), reference


def _answered(cases: Sequence[CaseView], questions: Iterable[Answered]) -> Iterator[tuple[Key, str]]:
    """The counted answers; where the choices are counted, "anything was answered" isn't a figure."""
    shown_rows = {(each.key, row) for each in questions for row in (answered.ASKED, *each.labels)}
    for key, reply in answered.replies(cases):
        yield from (((ANSWERED, key, row), reply.reference) for row in reply.rows if (key, row) in shown_rows)


def _way(steps: int) -> str:
    """The direction in which a grade moved that was `steps` worse than the final one."""
    return "same" if steps == 0 else "up" if steps > 0 else "down"


def _spread(cases: Iterable[CaseView], scale: Scale) -> Iterator[tuple[Key, str]]:
    ranks = {grade.key: grade.rank for grade in scale.grades}
    for case in cases:
        given = [ranks[line.counted] for line in case.lines if line.counted in ranks]
        if len(given) > 1:
            yield (SPREAD, "", "compared"), case.reference
            if max(given) - min(given) <= 1:
                yield (SPREAD, "", "within_one"), case.reference


def check(
    found: Iterable[Figure], tally: Tally, statistics: Statistics, sections: Iterable[tuple[Section, Tally]] = (),
    questions: Sequence[Answered] = (),
) -> None:  # fmt: skip
    """DoesNotAddUp unless every figure of the tally and the statistics is the number of references behind it.

    Also unless the areas' figures for each section and question add up to those for all.
    """
    sections = tuple(sections)
    for section, numbers in sections:
        if not _divided(numbers):
            raise DoesNotAddUp(f"The report doesn't add up, so it isn't made: “{section.label}” by area.")
    for each in questions:
        if not each.adds_up:
            raise DoesNotAddUp(f"The report doesn't add up, so it isn't made: what was answered to “{each.name}”.")
    counted = {(figure.what, figure.part, figure.row): len(figure.references) for figure in found}
    for key, number in [*tallied(tally), *sectioned(sections), *_said(questions), *_reckoned(statistics)]:
        if counted.get(key, 0) != number:
            named = " ".join(part for part in key if part)
            raise DoesNotAddUp(
                f"The report doesn't add up, so it isn't made: {named} is {number},"
                f" but {counted.get(key, 0)} cases or returns are behind it."
            )


def tallied(tally: Tally) -> Iterator[tuple[Key, int]]:
    """(key, number) of all figures in a tally."""
    for part, count in {"": tally.ratified, **tally.by_area}.items():
        yield (CASES, part, ALL), count.total
        yield from _rows(RATIFIED, part, count)
    groups: tuple[tuple[str, Mapping[str, Count]], ...] = (
        (SELF, {"": tally.self_grades, **tally.self_by_area}),
        (BY_AGENCY, tally.by_agency),
    )
    for counted, parts in groups:
        for part, count in parts.items():
            yield (counted, part, ALL), count.total
            yield from _rows(counted, part, count)


def sectioned(sections: Iterable[tuple[Section, Tally]]) -> Iterator[tuple[Key, int]]:
    """(key, number) of the figures for the graded sections, for all cases and all returns."""
    for section, tally in sections:
        for what, count in ((SECTION, tally.ratified), (SECTION_OWN, tally.self_grades)):
            yield (what, section.key, ALL), count.total
            yield from _rows(what, section.key, count)


def _divided(tally: Tally) -> bool:
    """Whether the areas' figures add up to those for all, row by row, or there are no areas."""
    return all(
        not parts or sum(map(_counter, parts.values()), Counter()) == _counter(whole)
        for parts, whole in ((tally.by_area, tally.ratified), (tally.self_by_area, tally.self_grades))
    )


def _counter(count: Count) -> Counter[str]:
    return Counter({row: number for (_, _, row), number in _rows("", "", count)} | {ALL: count.total})


def _said(questions: Iterable[Answered]) -> Iterator[tuple[Key, int]]:
    """(key, number) of the counted answers, for all areas together."""
    for each in questions:
        yield from (((ANSWERED, each.key, row), each.whole.rows[row]) for row in (answered.ASKED, *each.labels))


def _rows(what: str, part: str, count: Count) -> Iterator[tuple[Key, int]]:
    numbers = dict(count.grades) | {row_of(NOT_GRADED, reason): number for reason, number in count.not_graded.items()}
    numbers |= {"nil": count.nil, "declined": count.declined, "awaiting": count.awaiting, "missed": count.missed}
    numbers |= {NOT_APPLICABLE: count.not_applicable} if count.not_applicable else {}
    numbers |= {NO_OVERALL: count.no_overall} if count.no_overall else {}
    for row, number in numbers.items():
        yield (what, part, row), number


def _reckoned(statistics: Statistics) -> Iterator[tuple[Key, int]]:
    movements: dict[str, Movement] = {"": statistics.overall, **statistics.by_agency}
    for part, movement in movements.items():
        yield (MOVED, part, "up"), movement.up
        yield (MOVED, part, "same"), movement.same
        yield (MOVED, part, "down"), movement.down
    for key, compared in statistics.sections.items():
        yield (SECTION_MOVED, key, "up"), compared.ratified.up
        yield (SECTION_MOVED, key, "same"), compared.ratified.same
        yield (SECTION_MOVED, key, "down"), compared.ratified.down
        yield (SECTION_MODERATED, key, "up"), compared.moderated.up
        yield (SECTION_MODERATED, key, "down"), compared.moderated.down
    yield (MODERATED, "", "up"), statistics.moderated.up
    yield (MODERATED, "", "down"), statistics.moderated.down
    yield (SPREAD, "", "compared"), statistics.compared
    yield (SPREAD, "", "within_one"), statistics.within_one
