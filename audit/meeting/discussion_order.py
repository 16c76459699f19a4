"""The order in which a meeting discusses its cases, worked out for many at once from grades, without any texts."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session, aliased

from audit.scales import Graded, Scale
from audit.tools import Tool
from storage.cases import Case, Involvement
from storage.immediate import ImmediateAction
from storage.meetings import Moderation
from storage.returns import Return, ReturnState, ReturnVersion

Key = tuple[bool, bool, Fraction, bool, str]
"""A case's sort key; see `key`."""

_OTHER = aliased(Moderation)
_newest = select(func.max(_OTHER.number)).where(_OTHER.return_id == Return.id, _OTHER.section == "").scalar_subquery()
_newest_of_section = (
    select(func.max(_OTHER.number))
    .where(_OTHER.return_id == Moderation.return_id, _OTHER.section == Moderation.section)
    .scalar_subquery()
)
_urgent = exists().where(ImmediateAction.return_id == Return.id, ImmediateAction.closed_at.is_(None))
_RETURNS = (
    select(
        Case.id, Case.reference, Involvement.withdrawn_at, Return.state, ReturnVersion.state, ReturnVersion.grade,
        Moderation.grade, _urgent, Return.id, ReturnVersion.sections,
    )
    .outerjoin(Involvement, Involvement.case_id == Case.id)
    .outerjoin(Return, Return.involvement_id == Involvement.id)
    .outerjoin(ReturnVersion, and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version))
    .outerjoin(
        Moderation, and_(Moderation.return_id == Return.id, Moderation.section == "", Moderation.number == _newest)
    )
)  # fmt: skip
"""Each return of a case: its state, its own and its moderated grade, and whether an immediate action is open."""
_SECTIONS = (
    select(Moderation.return_id, Moderation.section, Moderation.grade)
    .join(Return, Return.id == Moderation.return_id)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .where(Moderation.section != "", Moderation.number == _newest_of_section, Moderation.grade.is_not(None))
)
"""The newest moderated grade of each section of a return."""


def key(reference: str, *, immediate: bool, lowest: bool, apart: Fraction, missing: bool) -> Key:
    """Open immediate actions first, then the lowest grade, then grades furthest apart, then missing returns."""
    return not immediate, not lowest, -apart, not missing, reference


@dataclass(frozen=True)
class GradedCases:
    """The scale and the audit tool by which the cases of an audit are graded."""

    scale: Scale
    tool: Tool

    @property
    def scales(self) -> dict[str, Scale]:
        """Section key ("" is overall) -> scale, for every grade by which cases are compared.

        Sections are compared only where no overall grade is required.
        """
        whole = {"": self.scale} if self.tool.asks_overall else {}
        return whole if self.tool.needs_overall else whole | {part.key: part.graded_on for part in self.tool.graded}


@dataclass
class _Case:
    """The facts about a case that decide its position, gathered row by row.

    `grades`: section key ("" is overall) -> the grades given, after moderation.
    """

    reference: str
    scales: Mapping[str, Scale]
    grades: dict[str, set[str | None]] = field(default_factory=dict)
    missing: bool = False
    immediate: bool = False

    def give(self, section: str, grade: str | None) -> None:
        self.grades.setdefault(section, set()).add(grade)

    def key(self) -> Key:
        given = [(scale, self.grades.get(section, set())) for section, scale in self.scales.items()]
        ranked = [(scale, [grade.rank for grade in scale.grades if grade.key in grades]) for scale, grades in given]
        apart = max((scale.share(max(ranks) - min(ranks)) for scale, ranks in ranked if ranks), default=Fraction(0))
        lowest = any(scale.lowest.key in grades for scale, grades in given)
        return key(self.reference, immediate=self.immediate, lowest=lowest, apart=apart, missing=self.missing)


def of_cases(session: Session, asked: Mapping[str, GradedCases], concealed: Collection[str] = ()) -> dict[str, Key]:
    """Case id -> its sort key, for the cases in `asked` (case id -> how it is graded). No text is unsealed.

    For cases whose id is in `concealed`, only missing returns count.
    """
    by_section = [case_id for case_id, each in asked.items() if not each.tool.needs_overall]
    moderated = _moderated(session, by_section) if by_section else {}
    cases: dict[str, _Case] = {}
    rows = session.execute(_RETURNS.where(Case.id.in_(asked)))
    for case_id, reference, withdrawn, state, version, own, settled, urgent, return_id, sections in rows:
        case = cases.setdefault(case_id, _Case(reference, asked[case_id].scales))
        seen = case_id not in concealed
        case.immediate |= bool(urgent) and seen
        if withdrawn or state in {None, ReturnState.NIL, ReturnState.DECLINED}:
            continue
        sent = version == ReturnState.SUBMITTED
        case.missing |= not sent
        if sent and seen:
            case.give("", settled or own)
            for section, stored_grade in (sections or {}).items():
                case.give(section, moderated.get((return_id, section)) or Graded.read(stored_grade).result)
    return {case_id: case.key() for case_id, case in cases.items()}


def _moderated(session: Session, case_ids: Collection[str]) -> dict[tuple[str, str], str]:
    """(return id, section key) -> the grade that the meeting gave instead."""
    rows = session.execute(_SECTIONS.where(Involvement.case_id.in_(case_ids)))
    return {(return_id, section): grade for return_id, section, grade in rows if grade}
