"""Audits from before this software: their imported results, and the figures counted from them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.past.grades import ANSWERS
from audit.past.result_rows import JUDGEMENT, MODERATED, RETURN, Result
from audit.pasted import comparable_name
from audit.scales import NOT_GRADED, REASONS, Scale
from storage.past import PastCycle, PastResult
from storage.people import Agency

NOT_GIVEN = "not_given"
"""The key under which "not graded" is counted where no reason was recorded."""


@dataclass(frozen=True)
class GradeCounts:
    """How often each grade occurs among `total` results, with every grade and reason listed, even at 0.

    `bands`: results recorded only as one of several grades (keys joined by "_or_"), counted apart because nobody knows
    which was meant. `answers`: how often each of audit.past.grades.ANSWERS was recorded instead of a grade.
    """

    total: int
    grades: Mapping[str, int]
    bands: Mapping[str, int]
    not_graded: Mapping[str, int]
    answers: Mapping[str, int]

    @property
    def counted(self) -> int:
        """The sum of all counts, which equals `total` if nothing was missed."""
        rows = (self.grades, self.bands, self.not_graded, self.answers)
        return sum(sum(row.values()) for row in rows)

    @property
    def not_graded_in_all(self) -> int:
        """The number not graded, for any reason."""
        return sum(self.not_graded.values())


@dataclass(frozen=True)
class PastModerations:
    """Moderated grades, and how many are better (`up`), the same or worse (`down`) than the return's grade."""

    numbers: GradeCounts
    up: int
    same: int
    down: int


@dataclass(frozen=True)
class PastSection:
    """The grades given to one section of the audit tool."""

    judgements: GradeCounts
    returns: GradeCounts
    moderated: GradeCounts


@dataclass(frozen=True)
class PastAudit:
    """An imported audit cycle's figures. `by_area` and `by_agency` go by label, "" where none was recorded.

    `number`: the audit's number, or its name if it has none. `cases`: all cases, of which `unjudged` have other results
    but no judgement. If all judgements were recorded without a case reference, `shared` of the cases with a reference
    are counted as being among the judged ones; nobody knows which. `by_area` (`by_agency`) is empty if no result names
    an area (an agency).
    """

    number: int | str
    title: str
    scale: Scale
    cases: int
    unjudged: int
    shared: int
    judgements: GradeCounts
    by_area: Mapping[str, GradeCounts]
    returns: GradeCounts
    by_agency: Mapping[str, GradeCounts]
    moderation: PastModerations
    sections: Mapping[str, PastSection]

    @property
    def adds_up(self) -> bool:
        """Whether every count adds up to its total, and the parts to the whole."""
        sections = (part for each in self.sections.values() for part in (each.judgements, each.returns, each.moderated))
        whole = (self.judgements, self.returns, self.moderation.numbers)
        return (
            all(part.counted == part.total for part in (*whole, *sections))
            and self.judgements.total + self.unjudged == self.cases
            and _comes_to(self.by_area, self.judgements)
            and _comes_to(self.by_agency, self.returns)
        )


def _comes_to(parts: Mapping[str, GradeCounts], whole: GradeCounts) -> bool:
    """Whether each part adds up, and the parts (if there are any) add up to the whole."""
    each_does = all(part.counted == part.total for part in parts.values())
    return each_does and (not parts or sum(part.total for part in parts.values()) == whole.total)


def sort_key(number: int | str) -> tuple[int | str, ...]:
    """The sort key of an audit: named ones first (numbers within names sort as numbers), then numbered ones."""
    if isinstance(number, int):
        return (1, number)
    return (0, *(int(part) if part.isdecimal() else part for part in re.split(r"([0-9]+)", comparable_name(number))))


def stored(session: Session, number: int | str) -> PastCycle | None:
    """The row of the imported audit cycle with this number or name, or None."""
    cycles = session.scalars(select(PastCycle))
    return next((each for each in cycles if comparable_name(str(each.called)) == comparable_name(str(number))), None)


def find(session: Session, number: int | str) -> PastAudit | None:
    """The figures of the imported audit cycle with this number or name, or None."""
    cycle = stored(session, number)
    return _counted(session, [cycle])[0] if cycle else None


def every(session: Session, which: ColumnElement[bool] = true()) -> tuple[PastAudit, ...]:  # noqa: B008  # a constant
    """The figures of all imported audit cycles, or of those that `which` selects, in order."""
    cycles = session.scalars(select(PastCycle).where(which))
    return _counted(session, sorted(cycles, key=lambda each: sort_key(each.called)))


def _counted(session: Session, cycles: Sequence[PastCycle]) -> tuple[PastAudit, ...]:
    found, names = (results(session, cycles), agencies(session)) if cycles else ({}, {})
    return tuple(
        count(each.called, each.title, Scale.from_json(each.scale), found.get(each.called, ()), names)
        for each in cycles
    )


def require_unused(session: Session, number: int, field: str | None = None) -> None:
    """Refuse, at `field`, a number that an imported audit cycle has."""
    if session.scalar(select(PastCycle.id).where(PastCycle.number == number)) is not None:
        raise Refused(f"Audit {number} was imported from the past. Please choose another number.", field=field)


def results(session: Session, cycles: Iterable[PastCycle] | None = None) -> dict[int | str, list[Result]]:
    """Number or name -> results, of all imported audit cycles or of `cycles`."""
    chosen = [] if cycles is None else [PastCycle.id.in_([each.id for each in cycles])]
    rows = session.execute(select(PastResult, PastCycle).join(PastCycle).where(*chosen))
    by_cycle: dict[int | str, list[Result]] = {}
    for row, cycle in rows:
        by_cycle.setdefault(cycle.called, []).append(
            Result(
                0, cycle.called, cycle.title, row.kind, row.area, row.agency_id, row.reference, row.grade, row.reason,
                row.count, row.section,
            )
        )  # fmt: skip
    return by_cycle


def agencies(session: Session) -> dict[str, str]:
    """Agency id -> label."""
    return {each.id: each.label for each in session.scalars(select(Agency))}


def count(
    number: int | str, title: str, scale: Scale, results: Sequence[Result], agencies: Mapping[str, str]
) -> PastAudit:
    """An audit cycle's figures, counted from its results. `agencies`: id -> label."""
    whole = _by_kind(each for each in results if each.section is None)
    judgements, returns = whole[JUDGEMENT], whole[RETURN]
    judged = {comparable_name(each.reference) for each in judgements if each.reference}
    known = {comparable_name(each.reference) for each in results if each.reference}
    areas = {comparable_name(each.area or ""): each.area or "" for each in judgements}
    whose = {each.agency_id for each in returns}
    nameless = sum(each.count for each in judgements if not each.reference)
    shared = 0 if judged else min(nameless, len(known))
    return PastAudit(
        number=number,
        title=title,
        scale=scale,
        cases=len(known) + nameless - shared,
        unjudged=len(known - judged) - shared,
        shared=shared,
        judgements=_numbers(scale, judgements),
        by_area={
            label: _numbers(scale, [each for each in judgements if comparable_name(each.area or "") == name])
            for name, label in (sorted(areas.items()) if any(areas) else ())
        },
        returns=_numbers(scale, returns),
        by_agency={
            label: _numbers(scale, [each for each in returns if each.agency_id == agency_id])
            for label, agency_id in sorted((agencies.get(each or "", ""), each) for each in whose if any(whose))
        },
        moderation=_moderation(scale, whole[MODERATED], returns),
        sections=_sections(scale, results),
    )


def _by_kind(results: Iterable[Result]) -> dict[str, list[Result]]:
    by_kind: dict[str, list[Result]] = {JUDGEMENT: [], RETURN: [], MODERATED: []}
    for each in results:
        by_kind[each.kind].append(each)
    return by_kind


def _moderation(scale: Scale, moderated: Sequence[Result], returns: Iterable[Result]) -> PastModerations:
    ranks = {grade.key: grade.rank for grade in scale.grades}
    first = {(comparable_name(each.reference), each.agency_id): each.grade for each in returns if each.reference}
    both = [(first.get((comparable_name(each.reference or ""), each.agency_id)), each.grade) for each in moderated]
    steps = [ranks[second] - ranks[own] for own, second in both if own in ranks and second in ranks]
    up, down = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
    return PastModerations(_numbers(scale, moderated), up, steps.count(0), down)


def _sections(scale: Scale, results: Iterable[Result]) -> dict[str, PastSection]:
    """Section label -> its figures, in alphabetical order."""
    labels: dict[str, str] = {}
    of_section: dict[str, list[Result]] = {}
    for each in results:
        if each.section is not None:
            label = labels.setdefault(comparable_name(each.section), each.section)
            of_section.setdefault(label, []).append(each)
    kinds = {label: _by_kind(found) for label, found in sorted(of_section.items())}
    return {label: PastSection(*(_numbers(scale, found) for found in kind.values())) for label, kind in kinds.items()}


def _numbers(scale: Scale, results: Iterable[Result]) -> GradeCounts:
    by_grade: Counter[str] = Counter()
    reasons: Counter[str] = Counter(dict.fromkeys([*REASONS, NOT_GIVEN], 0))
    total = 0
    for each in results:
        total += each.count
        if each.grade == NOT_GRADED:
            reasons[each.reason or NOT_GIVEN] += each.count
        else:
            by_grade[each.grade] += each.count
    grades = {grade.key: by_grade.pop(grade.key, 0) for grade in scale.grades}
    answers = {answer: by_grade.pop(answer, 0) for answer in ANSWERS}
    return GradeCounts(total, grades, dict(sorted(by_grade.items())), dict(reasons), answers)


def to_json(audit: PastAudit) -> dict[str, object]:
    """The figures as `roundtable tally --json` prints them, in the same shape as those of a cycle run here."""
    return {
        "title": audit.title,
        "past": True,
        "scale": audit.scale.key,
        "cases": audit.cases,
        **(_json(audit.judgements) | {"awaiting": audit.unjudged}),
        "by_area": {area: {"cases": part.total, **_json(part)} for area, part in audit.by_area.items()},
        "by_agency": {agency: {"returns": part.total, **_json(part)} for agency, part in audit.by_agency.items()},
        "self": {"returns": audit.returns.total, **_json(audit.returns)},
        "moderated": {
            "returns": audit.moderation.numbers.total,
            **_json(audit.moderation.numbers),
            "up": audit.moderation.up,
            "same": audit.moderation.same,
            "down": audit.moderation.down,
        },
        "sections": {
            label: {
                "judgements": {"cases": each.judgements.total, **_json(each.judgements)},
                "self": {"returns": each.returns.total, **_json(each.returns)},
                "moderated": {"returns": each.moderated.total, **_json(each.moderated)},
            }
            for label, each in audit.sections.items()
        },
        "adds_up": audit.adds_up,
    }


def _json(part: GradeCounts) -> dict[str, object]:
    """A count's rows, including the answers given instead of grades."""
    rows = {"grades": dict(part.grades), "bands": dict(part.bands), "not_graded": dict(part.not_graded)}
    return {**rows, **part.answers}
