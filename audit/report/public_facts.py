"""What an edition for people outside would tell of a version, table by table, as facts about its cases."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from audit.disclosure.choose import Kinds, Offer
from audit.disclosure.told_before import ABSENT, ALL, NAMED, STRENGTH, CaseStood, Fact, ToldVersion, counted
from audit.report.contents import AGENCY, AREA, Contents, GradedSection
from audit.report.provenance import BY_AGENCY, CASES, RATIFIED, SECTION, SELF, THEME, row_of
from audit.scales import NO_OVERALL, NOT_APPLICABLE, NOT_GRADED, REASONS
from storage.reports import Edition

JUDGEMENTS, THEMES, NAMES, STRENGTHS = "judgements", "themes", "names", "strengths"
PLACES, BY_AREA, SELF_GRADES, AGENCIES = "places", "by_area", "self_grades", "by_agency"
SECTIONS = "sections"
"""What can be told or left out whole; of SECTIONS each by itself, as `of_section` says."""
BY_DECISION = (JUDGEMENTS, THEMES, NAMES, STRENGTHS)
"""The numbers for all cases, which the board publishes from so many cases on."""
_OF_GRADES = frozenset({JUDGEMENTS, BY_AREA, SELF_GRADES, AGENCIES})
"""What there is only where cases are given a grade as a whole."""
OFFERED: dict[str, tuple[str, ...]] = {
    Edition.PUBLIC: (JUDGEMENTS, NAMES, THEMES, SECTIONS, PLACES, SELF_GRADES, BY_AREA, AGENCIES),
    Edition.BRIEFING: (NAMES, THEMES, STRENGTHS),
}
"""What an edition tells, the most telling first; what comes last is left out first."""


def of_section(key: str) -> str:
    """What the judgements of a graded section are called among what is told or left out."""
    return f"{SECTIONS}:{key}"


def stood(contents: Contents) -> tuple[CaseStood, ...]:
    """How the cases of a version stood."""
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
    strong: dict[str, set[str]] = {}
    for found in contents.findings:
        if found.kind == "strength":
            strong.setdefault(found.reference, {""}).add(found.theme or "")
    return tuple(
        CaseStood(
            case.reference,
            case.area,
            row_of(case.grade, case.reason),
            frozenset(returns.get(case.reference, ())),
            frozenset(theme.label for theme in contents.themes if case.reference in theme.references),
            frozenset(strong.get(case.reference, ())),
            frozenset(sections.get(case.reference, ())),
        )
        for case in contents.cases
    )


def kinds(contents: Contents) -> Kinds:
    """The rows that a judgement, a return and each section can have, and the areas."""
    rows = tuple(_rows(contents))
    return Kinds(rows, rows, contents.areas, {each.key: tuple(_of_section(each)) for each in contents.sections})


def offers(contents: Contents, edition: str) -> tuple[Offer, ...]:
    """What an edition can tell, each with its facts: the most telling first. What has none tells nothing."""
    cases = stood(contents)

    def offer(name: str, facts: Iterable[Fact], group: str = "") -> Offer:
        return Offer(name, frozenset(replace(fact, number=counted(fact, cases)) for fact in facts), group)

    def offered(name: str) -> Iterator[Offer]:
        if name != SECTIONS:
            yield offer(name, _FACTS[name](contents))
            return
        for each in contents.sections:
            facts = (Fact(SECTION, each.key, row, 0) for row in (*_of_section(each), ALL))
            yield offer(of_section(each.key), facts, SECTIONS)

    left_out = set() if len(contents.areas) > 1 else {PLACES, BY_AREA}  # an area's numbers are those of all
    left_out |= set() if contents.overall != "none" else _OF_GRADES
    found = (each for name in OFFERED[edition] if name not in left_out for each in offered(name))
    return tuple(each for each in found if each.facts)


OF = {
    CASES: AREA, RATIFIED: AREA, BY_AGENCY: AGENCY,
    THEME: THEME, STRENGTH: THEME, NAMED: THEME,
}  # fmt: skip
"""What a fact can be about -> what its part is."""


def as_called_in(now: Contents, said: Contents, told: ToldVersion) -> ToldVersion:
    """What was `told` of a version that `said` this, its areas, agencies and learning themes called as they are `now`.

    Otherwise what is renamed in between would look like something else, and whatever changed meanwhile like all of it.
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
    return ToldVersion(tuple(cases), frozenset(facts))


def everything(contents: Contents) -> frozenset[Fact]:
    """Every number that a full edition has."""
    return frozenset(Fact(each.what, each.part, each.row, len(each.references)) for each in contents.figures)


def _rows(contents: Contents) -> list[str]:
    """What a case, or a return that is there, can be given."""
    rows = [*_grades(contents), *(row_of(NOT_GRADED, reason) for reason in REASONS)]
    return rows if contents.overall == "required" else [*rows, NO_OVERALL]


def _of_section(section: GradedSection) -> Iterator[str]:
    """What a section can be given."""
    yield from (grade.key for grade in section.scale.grades)
    yield from (row_of(NOT_GRADED, reason) for reason in REASONS)
    yield NOT_APPLICABLE


def _in_table(contents: Contents) -> list[str]:
    """Of a table by parts, which adds up the reasons for not grading."""
    rows = [*_grades(contents), NOT_GRADED, ALL]
    return rows if contents.overall == "required" else [*rows, NO_OVERALL]


def _grades(contents: Contents) -> list[str]:
    return [grade.key for grade in contents.scale.grades]


def _judgements(contents: Contents) -> Iterator[Fact]:
    yield from (Fact(RATIFIED, "", row, 0) for row in (*_rows(contents), ALL))


def _names(contents: Contents) -> Iterator[Fact]:
    """The names of all learning themes there are, and so of none but these."""
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
"""What each of them tells."""
