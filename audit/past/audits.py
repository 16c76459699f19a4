"""Audits from before this software: their results, as boards kept them, and their numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.past.rows import JUDGEMENT, RETURN, Result
from audit.pasted import plain
from audit.scales import NOT_GRADED, REASONS, Scale
from storage.past import PastCycle, PastResult
from storage.people import Agency

NOT_GIVEN = "not_given"
"""Stands for the reason where nobody wrote down why something isn't graded."""


@dataclass(frozen=True)
class Numbers:
    """How often each grade occurred among `total`: every grade of the scale, every reason and each band met.

    A band (keys joined by "_or_") is counted as itself: nobody knows which of its grades was meant.
    """

    total: int
    grades: Mapping[str, int]
    bands: Mapping[str, int]
    not_graded: Mapping[str, int]

    @property
    def counted(self) -> int:
        """All rows together; `total`, if it adds up."""
        return sum(self.grades.values()) + sum(self.bands.values()) + self.not_graded_in_all

    @property
    def not_graded_in_all(self) -> int:
        """Not graded, whatever the reason."""
        return sum(self.not_graded.values())


@dataclass(frozen=True)
class PastAudit:
    """An imported audit cycle. Parts are by label; "" where no area, or no agency, was given.

    `cases`: those that were judged, and those known by their returns only (`unjudged`).
    """

    number: int
    title: str
    scale: Scale
    cases: int
    unjudged: int
    judgements: Numbers
    by_area: Mapping[str, Numbers]
    returns: Numbers
    by_agency: Mapping[str, Numbers]

    @property
    def adds_up(self) -> bool:
        """Every count comes to its total, and the parts to the whole."""
        parts = (self.judgements, self.returns, *self.by_area.values(), *self.by_agency.values())
        return (
            all(part.counted == part.total for part in parts)
            and self.judgements.total + self.unjudged == self.cases
            and sum(part.total for part in self.by_area.values()) == self.judgements.total
            and sum(part.total for part in self.by_agency.values()) == self.returns.total
        )


def find(session: Session, number: int) -> PastAudit | None:
    """The imported audit cycle with this number, if there is one."""
    return next(iter(every(session, number)), None)


def every(session: Session, number: int | None = None) -> tuple[PastAudit, ...]:
    """Every imported audit cycle by number, or only that one."""
    chosen = [] if number is None else [PastCycle.number == number]
    cycles = session.scalars(select(PastCycle).where(*chosen).order_by(PastCycle.number)).all()
    found, names = (results(session, number), agencies(session)) if cycles else ({}, {})
    return tuple(
        counted(each.number, each.title, Scale.from_json(each.scale), found.get(each.number, ()), names)
        for each in cycles
    )


def require_unused(session: Session, number: int, field: str | None = None) -> None:
    """Refused at `field` if an imported audit cycle has this number."""
    if session.scalar(select(PastCycle.id).where(PastCycle.number == number)) is not None:
        raise Refused(f"Audit cycle {number} was imported from the past. Please choose another number.", field=field)


def results(session: Session, number: int | None = None) -> dict[int, list[Result]]:
    """The results of every imported audit cycle, or only of that one, by its number."""
    chosen = [] if number is None else [PastCycle.number == number]
    rows = session.execute(
        select(PastResult, PastCycle.number, PastCycle.title)
        .join(PastCycle, PastCycle.id == PastResult.past_cycle_id)
        .where(*chosen)
    )
    found: dict[int, list[Result]] = {}
    for row, cycle, title in rows:
        found.setdefault(cycle, []).append(
            Result(0, cycle, title, row.kind, row.area, row.agency_id, row.reference, row.grade, row.reason, row.count)
        )
    return found


def agencies(session: Session) -> dict[str, str]:
    """Every agency's label by its id."""
    return {each.id: each.label for each in session.scalars(select(Agency))}


def counted(number: int, title: str, scale: Scale, results: Sequence[Result], agencies: Mapping[str, str]) -> PastAudit:
    """An audit cycle's numbers by its results; `agencies`: label by id."""
    judgements = [each for each in results if each.kind == JUDGEMENT]
    returns = [each for each in results if each.kind == RETURN]
    judged = {plain(each.reference) for each in judgements if each.reference}
    known = {plain(each.reference) for each in results if each.reference}
    loose = sum(each.count for each in judgements if not each.reference)
    areas = {plain(each.area or ""): each.area or "" for each in judgements}
    whose = {each.agency_id for each in returns}
    return PastAudit(
        number=number,
        title=title,
        scale=scale,
        cases=len(known) + loose,
        unjudged=len(known - judged),
        judgements=_numbers(scale, judgements),
        by_area={
            label: _numbers(scale, [each for each in judgements if plain(each.area or "") == name])
            for name, label in sorted(areas.items())
        },
        returns=_numbers(scale, returns),
        by_agency={
            label: _numbers(scale, [each for each in returns if each.agency_id == agency_id])
            for label, agency_id in sorted((agencies.get(each or "", ""), each) for each in whose)
        },
    )


def _numbers(scale: Scale, results: Iterable[Result]) -> Numbers:
    found: Counter[str] = Counter()
    reasons: Counter[str] = Counter(dict.fromkeys([*REASONS, NOT_GIVEN], 0))
    total = 0
    for each in results:
        total += each.count
        if each.grade == NOT_GRADED:
            reasons[each.reason or NOT_GIVEN] += each.count
        else:
            found[each.grade] += each.count
    grades = {grade.key: found.pop(grade.key, 0) for grade in scale.grades}
    return Numbers(total, grades, dict(sorted(found.items())), dict(reasons))


def to_json(audit: PastAudit) -> dict[str, object]:
    """The numbers as `roundtable tally --json` prints them, in the shape of a cycle's that is run here."""
    return {
        "title": audit.title,
        "past": True,
        "scale": audit.scale.key,
        "cases": audit.cases,
        **_json(audit.judgements),
        "awaiting": audit.unjudged,
        "by_area": {area: {"cases": part.total, **_json(part)} for area, part in audit.by_area.items()},
        "by_agency": {agency: {"returns": part.total, **_json(part)} for agency, part in audit.by_agency.items()},
        "self": {"returns": audit.returns.total, **_json(audit.returns)},
        "adds_up": audit.adds_up,
    }


def _json(part: Numbers) -> dict[str, object]:
    return {"grades": dict(part.grades), "bands": dict(part.bands), "not_graded": dict(part.not_graded)}
