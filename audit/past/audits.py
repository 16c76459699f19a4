"""Audits from before this software: their results, as boards kept them, and their numbers."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.past.grades import ANSWERS
from audit.past.result_rows import JUDGEMENT, MODERATED, RETURN, Result
from audit.pasted import plain
from audit.scales import NOT_GRADED, REASONS, Scale
from storage.past import PastCycle, PastResult
from storage.people import Agency

NOT_GIVEN = "not_given"
"""Stands for the reason where nobody wrote down why something isn't graded."""


@dataclass(frozen=True)
class GradeCounts:
    """How often each grade occurred among `total`: every grade of the scale, every reason and each band met.

    A band (keys joined by "_or_") is counted as itself: nobody knows which of its grades was meant. `answers`: how
    often each of audit.past.grades.ANSWERS stood in a grade's place.
    """

    total: int
    grades: Mapping[str, int]
    bands: Mapping[str, int]
    not_graded: Mapping[str, int]
    answers: Mapping[str, int]

    @property
    def counted(self) -> int:
        """All rows together; `total`, if it adds up."""
        rows = (self.grades, self.bands, self.not_graded, self.answers)
        return sum(sum(row.values()) for row in rows)

    @property
    def not_graded_in_all(self) -> int:
        """Not graded, whatever the reason."""
        return sum(self.not_graded.values())


@dataclass(frozen=True)
class PastModerations:
    """Second grades of returns, and how many stand above, beside and below a first one."""

    numbers: GradeCounts
    up: int
    same: int
    down: int


@dataclass(frozen=True)
class PastSection:
    """The grades of a section of the audit tool; those of the whole are not among them."""

    judgements: GradeCounts
    returns: GradeCounts
    moderated: GradeCounts


@dataclass(frozen=True)
class PastAudit:
    """An imported audit cycle. Parts are by label; "" where no area, or no agency, was given.

    `number`: or the name of an audit that has none. `cases`: those that were judged, and those of which only something
    else is known (`unjudged`); `shared` of the cases are known and among those that were judged without a reference,
    where all of them were: nobody knows which they are. Where no result has an area (an agency), `by_area`
    (`by_agency`) is empty.
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
        """Every count comes to its total, and the parts to the whole."""
        sections = (part for each in self.sections.values() for part in (each.judgements, each.returns, each.moderated))
        whole = (self.judgements, self.returns, self.moderation.numbers)
        return (
            all(part.counted == part.total for part in (*whole, *sections))
            and self.judgements.total + self.unjudged == self.cases
            and _comes_to(self.by_area, self.judgements)
            and _comes_to(self.by_agency, self.returns)
        )


def _comes_to(parts: Mapping[str, GradeCounts], whole: GradeCounts) -> bool:
    """Whether each part adds up, and, where there are parts, they come to the whole."""
    each_does = all(part.counted == part.total for part in parts.values())
    return each_does and (not parts or sum(part.total for part in parts.values()) == whole.total)


def order(number: int | str) -> tuple[int | str, ...]:
    """What audits are sorted by: those with a name first, by the numbers in it too, then those with a number."""
    if isinstance(number, int):
        return (1, number)
    return (0, *(int(part) if part.isdecimal() else part for part in re.split(r"([0-9]+)", plain(number))))


def stored(session: Session, number: int | str) -> PastCycle | None:
    """The imported audit cycle with this number or name, if there is one."""
    cycles = session.scalars(select(PastCycle))
    return next((each for each in cycles if plain(str(each.called)) == plain(str(number))), None)


def find(session: Session, number: int | str) -> PastAudit | None:
    """The numbers of the imported audit cycle with this number or name, if there is one."""
    cycle = stored(session, number)
    return _counted(session, [cycle])[0] if cycle else None


def every(session: Session, which: ColumnElement[bool] = true()) -> tuple[PastAudit, ...]:  # noqa: B008  # a constant
    """The numbers of every imported audit cycle, or of those of which that is true, in order."""
    cycles = session.scalars(select(PastCycle).where(which))
    return _counted(session, sorted(cycles, key=lambda each: order(each.called)))


def _counted(session: Session, cycles: Sequence[PastCycle]) -> tuple[PastAudit, ...]:
    found, names = (results(session, cycles), agencies(session)) if cycles else ({}, {})
    return tuple(
        counted(each.called, each.title, Scale.from_json(each.scale), found.get(each.called, ()), names)
        for each in cycles
    )


def require_unused(session: Session, number: int, field: str | None = None) -> None:
    """Refused at `field` if an imported audit cycle has this number."""
    if session.scalar(select(PastCycle.id).where(PastCycle.number == number)) is not None:
        raise Refused(f"Audit {number} was imported from the past. Please choose another number.", field=field)


def results(session: Session, cycles: Iterable[PastCycle] | None = None) -> dict[int | str, list[Result]]:
    """The results of every imported audit cycle, or of these, by its number or name."""
    chosen = [] if cycles is None else [PastCycle.id.in_([each.id for each in cycles])]
    rows = session.execute(select(PastResult, PastCycle).join(PastCycle).where(*chosen))
    found: dict[int | str, list[Result]] = {}
    for row, cycle in rows:
        found.setdefault(cycle.called, []).append(
            Result(
                0, cycle.called, cycle.title, row.kind, row.area, row.agency_id, row.reference, row.grade, row.reason,
                row.count, row.section,
            )
        )  # fmt: skip
    return found


def agencies(session: Session) -> dict[str, str]:
    """Every agency's label by its id."""
    return {each.id: each.label for each in session.scalars(select(Agency))}


def counted(
    number: int | str, title: str, scale: Scale, results: Sequence[Result], agencies: Mapping[str, str]
) -> PastAudit:
    """An audit cycle's numbers by its results; `agencies`: label by id."""
    whole = _by_kind(each for each in results if each.section is None)
    judgements, returns = whole[JUDGEMENT], whole[RETURN]
    judged = {plain(each.reference) for each in judgements if each.reference}
    known = {plain(each.reference) for each in results if each.reference}
    areas = {plain(each.area or ""): each.area or "" for each in judgements}
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
            label: _numbers(scale, [each for each in judgements if plain(each.area or "") == name])
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
    found: dict[str, list[Result]] = {JUDGEMENT: [], RETURN: [], MODERATED: []}
    for each in results:
        found[each.kind].append(each)
    return found


def _moderation(scale: Scale, moderated: Sequence[Result], returns: Iterable[Result]) -> PastModerations:
    ranks = {grade.key: grade.rank for grade in scale.grades}
    first = {(plain(each.reference), each.agency_id): each.grade for each in returns if each.reference}
    both = [(first.get((plain(each.reference or ""), each.agency_id)), each.grade) for each in moderated]
    steps = [ranks[second] - ranks[own] for own, second in both if own in ranks and second in ranks]
    up, down = sum(step < 0 for step in steps), sum(step > 0 for step in steps)
    return PastModerations(_numbers(scale, moderated), up, steps.count(0), down)


def _sections(scale: Scale, results: Iterable[Result]) -> dict[str, PastSection]:
    """The numbers of each section, by its label, in the order of the alphabet."""
    labels: dict[str, str] = {}
    of_section: dict[str, list[Result]] = {}
    for each in results:
        if each.section is not None:
            label = labels.setdefault(plain(each.section), each.section)
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
    """The numbers as `roundtable tally --json` prints them, in the shape of a cycle's that is run here."""
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
    """A count's rows; the answers that only returns give stand there where there are any."""
    rows = {"grades": dict(part.grades), "bands": dict(part.bands), "not_graded": dict(part.not_graded)}
    return {**rows, **part.answers}
