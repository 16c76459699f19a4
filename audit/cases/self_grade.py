"""The self-grade that figures count: the last one before others could read the case."""

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
    """What a return counts as. `result`, `reason`: as in audit.cycle.tally.Outcome; `sections`: as in Answers.

    `tool`: the version of the audit tool that the return answers, or None if unknown.
    """

    result: str
    reason: str | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    tool: Tool | None = field(default=None, compare=False)


@dataclass(frozen=True)
class GradedVersion:
    """What a version of a return says, and whether its case had been released by then. `state` is a ReturnState."""

    state: str
    grade: str | None
    reason: str | None
    after_release: bool
    sections: Mapping[str, str] = field(default_factory=dict)
    tool: Tool | None = None

    @property
    def said(self) -> SelfGrade | None:
        """What this version counts as; None if it takes the return back."""
        if self.state == ReturnState.REQUESTED:
            return None
        if self.state in (ReturnState.NIL, ReturnState.DECLINED):
            return SelfGrade(self.state)
        return SelfGrade(self.grade or "awaiting", self.reason, self.sections, self.tool)


def counting(versions: Sequence[GradedVersion]) -> SelfGrade:
    """What a return counts as, from its versions (oldest first): the last one before its case was released.

    If that one is missing or takes the return back, the first return sent after the release counts.
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
"""Selects all versions of the returns whose newest version was sent after their case's release."""


_GRADES = _CHANGED.with_only_columns(
    ReturnVersion.return_id, ReturnVersion.state, ReturnVersion.grade, ReturnVersion.not_graded_reason,
    ReturnVersion.after_release, ReturnVersion.sections,
)  # fmt: skip


def before_release(session: Session, scope: ColumnElement[bool]) -> dict[str, SelfGrade]:
    """Return id -> what it counts as, for returns of the cases in `scope` that were changed after release."""
    by_return, tools = dict[str, list[GradedVersion]](), dict[str, Tool]()
    for row in session.scalars(_CHANGED.where(scope)):
        sections = kept(session, row).sections if row.state == ReturnState.SUBMITTED else {}
        if row.tool_id not in tools:
            tools[row.tool_id] = Tool.stored(session.get_one(AuditTool, row.tool_id))
        about = row.grade, row.not_graded_reason, row.after_release
        version = GradedVersion(row.state, *about, sections, tools[row.tool_id])
        by_return.setdefault(row.return_id, []).append(version)
    return {return_id: counting(versions) for return_id, versions in by_return.items()}


def grades(session: Session, scope: ColumnElement[bool]) -> dict[str, SelfGrade]:
    """The same as `before_release`, without reading any text: `sections` has graded sections only."""
    by_return = grouped(
        (return_id, GradedVersion(state, grade, reason, after_release, sections or {}))
        for return_id, state, grade, reason, after_release, sections in plain_rows(session, _GRADES.where(scope))
    )
    return {return_id: counting(versions) for return_id, versions in by_return.items()}
