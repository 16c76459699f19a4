"""In which order a meeting discusses its cases: of many at once by their grades alone, without what was written."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from audit.scales import Scale
from storage.cases import Case, Involvement
from storage.immediate import ImmediateAction
from storage.meetings import Moderation
from storage.returns import Return, ReturnState, ReturnVersion

Key = tuple[bool, bool, int, bool, str]
"""What cases are sorted by."""

_OTHER = aliased(Moderation)
_newest = select(func.max(_OTHER.number)).where(_OTHER.return_id == Return.id, _OTHER.section == "").scalar_subquery()
_urgent = exists().where(ImmediateAction.return_id == Return.id, ImmediateAction.closed_at.is_(None))
_RETURNS = (
    select(
        Case.id, Case.reference, Involvement.withdrawn_at, Return.state, ReturnVersion.state, ReturnVersion.grade,
        Moderation.grade, _urgent,
    )
    .outerjoin(Involvement, Involvement.case_id == Case.id)
    .outerjoin(Return, Return.involvement_id == Involvement.id)
    .outerjoin(ReturnVersion, and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version))
    .outerjoin(
        Moderation, and_(Moderation.return_id == Return.id, Moderation.section == "", Moderation.number == _newest)
    )
)  # fmt: skip
"""Every return of a case: how it stands, its grade and the moderated one, and whether an immediate action is open."""


def key(reference: str, *, immediate: bool, lowest: bool, apart: int, missing: bool) -> Key:
    """Open immediate actions first, then cases with the lowest grade, then the furthest apart, then missing returns."""
    return not immediate, not lowest, -apart, not missing, reference


@dataclass
class _Case:
    """What is known of a case so far: its grades as the meeting settled them, and what is open or missing."""

    reference: str
    grades: set[str | None] = field(default_factory=set)
    missing: bool = False
    immediate: bool = False

    def key(self, scale: Scale) -> Key:
        ranks = [grade.rank for grade in scale.grades if grade.key in self.grades]
        apart = max(ranks) - min(ranks) if ranks else 0
        lowest = scale.lowest.key in self.grades
        return key(self.reference, immediate=self.immediate, lowest=lowest, apart=apart, missing=self.missing)


def of_cases(session: Session, scales: Mapping[str, Scale]) -> dict[str, Key]:
    """Case's id -> what it is sorted by, of the cases whose `scales` these are, in one statement."""
    found: dict[str, _Case] = {}
    for case_id, reference, withdrawn, state, version, own, moderated, urgent in session.execute(
        _RETURNS.where(Case.id.in_(scales))
    ):
        case = found.setdefault(case_id, _Case(reference))
        case.immediate |= bool(urgent)
        if withdrawn or state in {None, ReturnState.NIL, ReturnState.DECLINED}:
            continue
        sent = version == ReturnState.SUBMITTED
        case.missing |= not sent
        case.grades |= {moderated or own} if sent else set()
    return {case_id: case.key(scales[case_id]) for case_id, case in found.items()}
