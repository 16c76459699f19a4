"""Which self-grade figures go by: the last one before others could read the case, whatever became of it since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session, aliased

from audit.returns.answers import kept
from audit.tools import Tool
from storage.cases import Case, Involvement
from storage.cycles import AuditTool
from storage.mappings import grouped
from storage.returns import Return, ReturnState, ReturnVersion
from storage.types import plain_rows


@dataclass(frozen=True)
class SelfGrade:
    """What a return counts as; `result` and `reason` as of audit.cycle.tally.Outcome, `sections` as of Answers.

    `tool`: the version that asked it, where it is known.
    """

    result: str
    reason: str | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    tool: Tool | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GradedVersion:
    """What a version of a return says, and whether its case had been released; `state` is storage's ReturnState."""

    state: str
    grade: str | None
    reason: str | None
    after_release: bool
    sections: Mapping[str, str] = field(default_factory=dict)
    tool: Tool | None = None

    @property
    def said(self) -> SelfGrade | None:
        """The grade of this version, or what stands in its place; None where the version takes back what was said."""
        if self.state == ReturnState.REQUESTED:
            return None
        if self.state in (ReturnState.NIL, ReturnState.DECLINED):
            return SelfGrade(self.state)
        return SelfGrade(self.grade or "awaiting", self.reason, self.sections, self.tool)


def counting(versions: Sequence[GradedVersion]) -> SelfGrade:
    """What a return counts as, by its versions (oldest first): what it said last before its case was released.

    One that said nothing by then counts with the first that it said afterwards.
    """
    before = [version for version in versions if not version.after_release]
    first = next((version.said for version in versions if version.after_release and version.said), None)
    return (before[-1].said if before else None) or first or SelfGrade("awaiting")


_NEWEST = aliased(ReturnVersion)
_CHANGED = (
    select(ReturnVersion)
    .join(Return, Return.id == ReturnVersion.return_id)
    .join(_NEWEST, and_(_NEWEST.return_id == Return.id, _NEWEST.number == Return.version, _NEWEST.after_release))
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .order_by(ReturnVersion.return_id, ReturnVersion.number)
)
"""Every version of the returns whose newest came after their case's release."""


_GRADES = _CHANGED.with_only_columns(
    ReturnVersion.return_id, ReturnVersion.state, ReturnVersion.grade, ReturnVersion.not_graded_reason,
    ReturnVersion.after_release, ReturnVersion.sections,
)  # fmt: skip


def before_release(session: Session, scope: ColumnElement[bool]) -> dict[str, SelfGrade]:
    """What those returns of the cases in `scope` count as that changed after release, by return id."""
    found, tools = dict[str, list[GradedVersion]](), dict[str, Tool]()
    for row in session.scalars(_CHANGED.where(scope)):
        sections = kept(session, row).sections if row.state == ReturnState.SUBMITTED else {}
        if row.tool_id not in tools:
            tools[row.tool_id] = Tool.stored(session.get_one(AuditTool, row.tool_id))
        about = row.grade, row.not_graded_reason, row.after_release
        version = GradedVersion(row.state, *about, sections, tools[row.tool_id])
        found.setdefault(row.return_id, []).append(version)
    return {return_id: counting(versions) for return_id, versions in found.items()}


def grades(session: Session, scope: ColumnElement[bool]) -> dict[str, SelfGrade]:
    """What the returns of `before_release` count as, without what was written: of `sections` the graded ones alone."""
    found = grouped(
        (return_id, GradedVersion(state, grade, reason, after_release, sections or {}))
        for return_id, state, grade, reason, after_release, sections in plain_rows(session, _GRADES.where(scope))
    )
    return {return_id: counting(versions) for return_id, versions in found.items()}
