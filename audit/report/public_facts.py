"""What an edition for the public could show of a version, table by table, as facts about its cases."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from audit.disclosure.choose import Kinds, Offer
from audit.disclosure.published_before import ABSENT, ALL, NAMED, STRENGTH, CaseState, Fact, PublishedVersion, counted
from audit.report.contents import AGENCY, AREA, Contents, GradedSection
from audit.report.provenance import BY_AGENCY, CASES, RATIFIED, SECTION, SELF, THEME, row_of
from audit.scales import NO_OVERALL, NOT_APPLICABLE, NOT_GRADED, REASONS
from storage.reports import Edition

JUDGEMENTS, THEMES, NAMES, STRENGTHS = "judgements", "themes", "names", "strengths"
PLACES, BY_AREA, SELF_GRADES, AGENCIES = "places", "by_area", "self_grades", "by_agency"
SECTIONS = "sections"
"""The tables that are shown or left out as a whole; SECTIONS stands for one table each (`of_section`)."""
BY_DECISION = (JUDGEMENTS, THEMES, NAMES, STRENGTHS)
"""The figures for all cases, which a board publishes only from a chosen number of cases on."""
OF_FINDINGS = frozenset({THEMES, NAMES, STRENGTHS})
"""The tables that count findings."""
_OF_GRADES = frozenset({JUDGEMENTS, BY_AREA, SELF_GRADES, AGENCIES})
"""The tables that exist only if cases are given an overall grade."""
OFFERED: dict[str, tuple[str, ...]] = {
    Edition.PUBLIC: (JUDGEMENTS, NAMES, THEMES, SECTIONS, PLACES, SELF_GRADES, BY_AREA, AGENCIES),
    Edition.BRIEFING: (NAMES, THEMES, STRENGTHS),
}
"""Edition -> the tables that it can show, most important first; the last ones are left out first."""


def of_section(key: str) -> str:
    """The name of the table of a graded section's judgements."""
    return f"{SECTIONS}:{key}"


def case_states(contents: Contents) -> tuple[CaseState, ...]:
    """The state of a version's cases."""
    returns: dict[str, set[tuple[str, str]]] = {}
    for figure in contents.figures:
        if figure.what == BY_AGENCY and figure.row != ALL:
            for each in figure.references:
                returns.setdefault(each.partition(" ")[0], set()).add((figure.part, figure.row))
    sections: dict[str, set[tuple[str, str]]] = {}
    for figure in contents.figures:
        if figure.what == SECTION and figure.row != ALL:
            for reference in figure.references:
                sections.setdefault(reference, set()).add((figure.part, figure.row))
    strengths: dict[str, set[str]] = {}
    for found in contents.findings:
        if found.kind == "strength":
            strengths.setdefault(found.reference, {""}).add(found.theme or "")
    return tuple(
        CaseState(
            case.reference,
            case.area,
            row_of(case.grade, case.reason),
            frozenset(returns.get(case.reference, ())),
            frozenset(theme.label for theme in contents.themes if case.reference in theme.references),
            frozenset(strengths.get(case.reference, ())),
            frozenset(sections.get(case.reference, ())),
        )
        for case in contents.cases
    )


def kinds(contents: Contents) -> Kinds:
    """The rows that judgements, returns and sections can have, and the areas."""
    rows = tuple(_rows(contents))
    return Kinds(rows, rows, contents.areas, {each.key: tuple(_of_section(each)) for each in contents.sections})


def offers(contents: Contents, edition: str) -> tuple[Offer, ...]:
    """The tables that an edition can show, each with its facts, most important first, without empty ones."""
    cases = case_states(contents)

    def offer(name: str, facts: Iterable[Fact], group: str = "") -> Offer:
        return Offer(name, frozenset(_told(fact, cases) for fact in facts), group)

    def offered(name: str) -> Iterator[Offer]:
        if name != SECTIONS:
            yield offer(name, _FACTS[name](contents))
            return
        for each in contents.sections:
            facts = (Fact(SECTION, each.key, row, 0) for row in (*_of_section(each), ALL))
            yield offer(of_section(each.key), facts, SECTIONS)

    left_out = set() if len(contents.areas) > 1 else {PLACES, BY_AREA}  # a single area's figures are those for all
    left_out |= set() if contents.overall != "none" else _OF_GRADES
    all_offers = (each for name in OFFERED[edition] if name not in left_out for each in offered(name))
    return tuple(each for each in all_offers if each.facts)


def most_told(cases: int) -> int:
    """The greatest number told of a learning theme: two thirds of the cases. Of a greater one only that it is greater.

    That a theme was found in every case, or in all but one or two, would tell the same of each child. Of ten cases or
    more, more than two thirds can also be all but three.
    """
    return cases * 2 // 3


def in_how_many(number: int, cases: int) -> str:
    """In how many cases a learning theme was found, as the public is told: "4 of 15", or "more than 10 of 15"."""
    most = most_told(cases)
    return f"{number} of {cases}" if number <= most else f"more than {most} of {cases}"


def _told(fact: Fact, cases: Sequence[CaseState]) -> Fact:
    """The fact with its true number, as it is told."""
    number, most = counted(fact, cases), most_told(len(cases))
    many = fact.what in (THEME, STRENGTH) and bool(fact.part) and number > most
    return replace(fact, number=most + 1 if many else number, or_more=many)


OF = {
    CASES: AREA, RATIFIED: AREA, BY_AGENCY: AGENCY,
    THEME: THEME, STRENGTH: THEME, NAMED: THEME,
}  # fmt: skip
"""What a fact is about -> the kind of thing that its part is."""


def with_current_labels(now: Contents, said: Contents, told: PublishedVersion) -> PublishedVersion:
    """What was `told` of a version that `said` this, with the current labels of areas, agencies and themes.

    Without that, a renamed thing would look like another one, and as if all its cases had changed.
    """
    called = {(kind, row_id): label for kind, label, row_id in now.ids}
    names = {(kind, label): called.get((kind, row_id), row_id) for kind, label, row_id in said.ids}

    def name(kind: str, label: str) -> str:
        return names.get((kind, label), label)

    cases = (
        replace(
            case,
            area=name(AREA, case.area),
            returns=frozenset((name(AGENCY, label), row) for label, row in case.returns),
            themes=frozenset(name(THEME, label) for label in case.themes),
            strong=frozenset(name(THEME, label) for label in case.strong),
        )
        for case in told.cases
    )
    facts = (replace(fact, part=name(OF.get(fact.what, ""), fact.part)) for fact in told.facts)
    return PublishedVersion(tuple(cases), frozenset(facts))


def everything(contents: Contents) -> frozenset[Fact]:
    """All figures of a full edition, as facts."""
    return frozenset(Fact(each.what, each.part, each.row, len(each.references)) for each in contents.figures)


def _rows(contents: Contents) -> list[str]:
    """The rows for a case, or for a return that was sent."""
    rows = [*_grades(contents), *(row_of(NOT_GRADED, reason) for reason in REASONS)]
    return rows if contents.overall == "required" else [*rows, NO_OVERALL]


def _of_section(section: GradedSection) -> Iterator[str]:
    """The rows for a section."""
    yield from (grade.key for grade in section.scale.grades)
    yield from (row_of(NOT_GRADED, reason) for reason in REASONS)
    yield NOT_APPLICABLE


def _in_table(contents: Contents) -> list[str]:
    """The rows of a table by area or agency, which adds up the reasons for not grading."""
    rows = [*_grades(contents), NOT_GRADED, ALL]
    return rows if contents.overall == "required" else [*rows, NO_OVERALL]


def _grades(contents: Contents) -> list[str]:
    return [grade.key for grade in contents.scale.grades]


def _judgements(contents: Contents) -> Iterator[Fact]:
    yield from (Fact(RATIFIED, "", row, 0) for row in (*_rows(contents), ALL))
    if len(contents.areas) == 1:  # the edition then says nothing about areas, which shows it
        yield Fact(CASES, contents.areas[0], ALL, 0)


def _names(contents: Contents) -> Iterator[Fact]:
    """The learning themes that were found. Listing them also says that no others were."""
    yield from (Fact(NAMED, label, ALL, 0) for label in ("", *(theme.label for theme in contents.themes)))


def _themes(contents: Contents) -> Iterator[Fact]:
    yield from (Fact(THEME, theme.label, ALL, 0) for theme in contents.themes)


def _strengths(contents: Contents) -> Iterator[Fact]:
    yield from (Fact(STRENGTH, label, ALL, 0) for label in ("", *(theme.label for theme in contents.themes)))


def _places(contents: Contents) -> Iterator[Fact]:
    yield from (Fact(CASES, area, ALL, 0) for area in contents.areas)


def _by_area(contents: Contents) -> Iterator[Fact]:
    yield from (Fact(RATIFIED, area, row, 0) for area in contents.areas for row in _in_table(contents))


def _self_grades(contents: Contents) -> Iterator[Fact]:
    yield from (Fact(SELF, "", row, 0) for row in (*_rows(contents), *ABSENT, ALL))


def _by_agency(contents: Contents) -> Iterator[Fact]:
    rows = (*_in_table(contents), *ABSENT)
    yield from (Fact(BY_AGENCY, label, row, 0) for label, _ in contents.agencies for row in rows)


_FACTS = {
    JUDGEMENTS: _judgements, NAMES: _names, THEMES: _themes, STRENGTHS: _strengths,
    PLACES: _places, BY_AREA: _by_area, SELF_GRADES: _self_grades, AGENCIES: _by_agency,
}  # fmt: skip
"""Table -> the function that lists its facts."""
