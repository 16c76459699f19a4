"""The trend: ratified judgements of successive audit cycles, imported ones included."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from audit.past import audits
from audit.past.audits import PastAudit
from audit.scales import NO_OVERALL, NOT_APPLICABLE, NOT_GRADED, Scale
from storage.cases import Case
from storage.cycles import Cycle, CycleState, audit_name
from storage.meetings import IN_FORCE, Judgement
from storage.past import PastCycle

MOST = 12
"""The most audits run here that are shown side by side: three years with four a year."""
_COUNTED = (Cycle.state.not_in((CycleState.PLANNED, CycleState.CANCELLED)),)


@dataclass(frozen=True)
class Point:
    """An audit cycle's ratified judgements. Every grade of its scale has a number; merged bands have their own.

    `cases`: all cases; `awaiting`: those without a judgement. `past`: the audit was imported, not run here; such an
    audit may have a name instead of a `number`. `theme`: the audit's theme, "" if unknown.
    """

    number: int | str
    title: str
    scale: Scale
    cases: int
    grades: Mapping[str, int]
    bands: Mapping[str, int]
    not_graded: int
    awaiting: int
    past: bool
    not_applicable: int = 0
    no_overall: int = 0
    theme: str = ""

    @property
    def name(self) -> str:
        """The audit's name, as people read it everywhere."""
        return audit_name(self.title, self.number)

    @property
    def by_section(self) -> bool:
        """Whether no case has an overall grade, so that there is nothing to show in the trend."""
        return bool(self.no_overall) and self.no_overall + self.awaiting == self.cases

    @property
    def adds_up(self) -> bool:
        """Whether the rows add up to the number of cases."""
        rows = (self.not_graded, self.not_applicable, self.no_overall, self.awaiting)
        return sum(self.grades.values()) + sum(self.bands.values()) + sum(rows) == self.cases


def trend(session: Session, scope: ColumnElement[bool], until: int) -> tuple[Point, ...]:
    """The audit cycles up to number `until` in which a case in `scope` was judged, in order.

    Only those cases count. Of cycles run here, the newest MOST are included; imported ones before the first of these
    are left out if there are more.
    """
    judged = (Case.cycle_id == Cycle.id, Case.withdrawn_at.is_(None), scope, Judgement.case_id == Case.id, IN_FORCE)
    wanted = select(Cycle).where(*_COUNTED, Cycle.number <= until, exists().where(*judged))
    newest = session.scalars(wanted.order_by(Cycle.number.desc()).limit(MOST + 1)).all()
    cycles, more = newest[:MOST], newest[MOST:]
    grades = _grades(session, scope, [cycle.id for cycle in cycles])
    here = [_run_here(cycle, grades[cycle.id]) for cycle in cycles]
    past = PastCycle.number.between(cycles[-1].number, until) if more else func.coalesce(PastCycle.number, 0) <= until
    before = [_imported(each) for each in audits.every(session, past) if each.judgements.total]
    return tuple(sorted((*here, *before), key=lambda point: audits.sort_key(point.number)))


def _grades(
    session: Session, scope: ColumnElement[bool], cycle_ids: Collection[str]
) -> dict[str, dict[str | None, int]]:
    """Cycle id -> grade (None for no judgement yet) -> how many of its cases in `scope` have it."""
    rows = session.execute(
        select(Case.cycle_id, Judgement.grade, func.count())
        .outerjoin(Judgement, and_(Judgement.case_id == Case.id, IN_FORCE))
        .where(Case.withdrawn_at.is_(None), Case.cycle_id.in_(cycle_ids), scope)
        .group_by(Case.cycle_id, Judgement.grade)
    )
    grades: dict[str, dict[str | None, int]] = {}
    for cycle_id, grade, number in rows:
        grades.setdefault(cycle_id, {})[grade] = number
    return grades


def _run_here(cycle: Cycle, grades: Mapping[str | None, int]) -> Point:
    scale = Scale.from_json(cycle.scale)
    return Point(
        number=cycle.number,
        title=cycle.title,
        scale=scale,
        cases=sum(grades.values()),
        grades={grade.key: grades.get(grade.key, 0) for grade in scale.grades},
        bands={},
        not_graded=grades.get(NOT_GRADED, 0),
        awaiting=grades.get(None, 0),
        past=False,
        no_overall=grades.get(NO_OVERALL, 0),
        theme=cycle.theme,
    )


def _imported(audit: PastAudit) -> Point:
    return Point(
        number=audit.number,
        title=audit.title,
        scale=audit.scale,
        cases=audit.cases,
        grades=audit.judgements.grades,
        bands=audit.judgements.bands,
        not_graded=audit.judgements.not_graded_in_all,
        awaiting=audit.unjudged,
        past=True,
        not_applicable=audit.judgements.answers[NOT_APPLICABLE],
    )


def comparable(points: Iterable[Point]) -> tuple[tuple[Point, ...], ...]:
    """The points in groups with the same grades in their scales. Numbers may be compared only within a group.

    Audits that were graded by section only are left out.
    """
    groups: list[list[Point]] = []
    for point in points:
        if point.by_section:
            continue
        group = next((each for each in groups if each[0].scale.same_steps(point.scale)), None)
        if group is None:
            groups.append([point])
        else:
            group.append(point)
    return tuple(tuple(group) for group in groups)
