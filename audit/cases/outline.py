"""Cases in outline: who has answered, and the grades, without any text.

Everything that counts cases and returns uses these outlines, so an audit of thousands of cases is counted without
reading texts.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Self

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, cast, select
from sqlalchemy.orm import Session

from audit import moment as moment_rules
from audit.calendar import deadline
from audit.cases import judgements, moderated_grades, self_grade
from audit.cases.judgements import JudgedGrades
from audit.cases.moderated_grades import ModeratedGrade
from audit.cases.self_grade import SelfGrade
from audit.moment import reopened
from audit.returns.answers import OwnGrades, overall_of
from audit.scales import AWAITING, MISSED, NO_OVERALL, SENT, Graded, Scale
from audit.tools import Tool
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import AuditTool, Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Agency, Area
from storage.returns import Return, ReturnState, ReturnVersion
from storage.types import plain_rows


@dataclass(frozen=True, kw_only=True)
class LineOutline:
    """One agency's part in a case. `state` is a ReturnState.

    `answers`: None unless a return is submitted. `moderated`: the meeting's grade, or None if the self-grade stands;
    `moderated_sections`: the same by section's key. `before_release`: what figures count, if the return was changed or
    first sent after the case's release. `concealed`: a return was sent whose content this reader may not know
    (audit.cycle.release). `closed`: a return can no longer be sent (audit.moment).
    """

    agency: str
    state: str
    answers: OwnGrades | None
    late: bool
    moderated: ModeratedGrade | None = None
    moderated_sections: Mapping[str, ModeratedGrade] = field(default_factory=dict)
    before_release: SelfGrade | None = None
    concealed: bool = False
    closed: bool = False

    @cached_property
    def result(self) -> str:
        """A grade's key or what replaces it (audit.cycle.tally); SENT if the return is concealed."""
        if self.concealed:
            return SENT
        if self.state in (ReturnState.NIL, ReturnState.DECLINED):
            return self.state
        return (self.answers.grade or NO_OVERALL) if self.answers else (MISSED if self.closed else AWAITING)

    @property
    def reason(self) -> str | None:
        """Why the return isn't graded; None if it is, or if nothing was sent."""
        return self.answers.not_graded_reason if self.answers else None

    @cached_property
    def counted(self) -> str:
        """What figures about self-grades count: `result` as it was when the case was released."""
        counted = self.before_release.result if self.before_release else self.result
        return MISSED if self.closed and counted == AWAITING else counted

    @cached_property
    def counted_reason(self) -> str | None:
        """Why the return isn't graded, if it is counted as that."""
        return self.before_release.reason if self.before_release else self.reason

    @property
    def settled(self) -> str:
        """The grade after moderation, or `result` if the meeting moderated nothing."""
        return self.moderated.grade if self.moderated and self.answers else self.result

    @property
    def settled_reason(self) -> str | None:
        """Why the return isn't graded, after moderation."""
        return self.moderated.not_graded_reason if self.moderated and self.answers else self.reason

    @cached_property
    def settled_as(self) -> Graded:
        """The grade after moderation, with the reason if it isn't graded."""
        return Graded(self.settled, self.settled_reason)

    def conceal(self, *, closed: bool) -> Self:
        """This line without what a submitted return says. Nil and declined returns stay: they don't describe the case.

        `closed` replaces the line's own value, from which a reader could tell that the case is ratified.
        """
        if self.state == ReturnState.SUBMITTED:
            return self._concealed
        return self if self.closed == closed else replace(self, closed=closed)

    @cached_property
    def _concealed(self) -> Self:
        return replace(self, answers=None, moderated=None, moderated_sections={}, before_release=None, concealed=True)


@dataclass(frozen=True, kw_only=True)
class CaseOutline:
    """A case with the line of every agency involved, in order of the agencies' labels.

    `concealed`: grades and judgement are left out. `closed`: the meeting has begun or the audit is past its meetings,
    so returns can no longer be sent, whether or not the case was ratified or re-opened.
    """

    id: str
    reference: str
    area: str
    due_at: datetime
    meeting_at: datetime
    released_at: datetime | None
    scale: Scale
    tool: Tool
    lines: tuple[LineOutline, ...]
    judgement: JudgedGrades | None
    concealed: bool = False
    closed: bool = False
    meeting_id: str = ""

    def conceal(self) -> Self:
        """The case for others than coordinators: in full once released; until then only who has answered."""
        if self.released_at is not None:
            return self
        lines = tuple(line.conceal(closed=self.closed) for line in self.lines)
        return replace(self, lines=lines, judgement=None, concealed=True)

    @property
    def unanswered(self) -> tuple[LineOutline, ...]:
        """The lines of the agencies whose return is missing."""
        return tuple(line for line in self.lines if line.result in {AWAITING, MISSED})

    @property
    def spread(self) -> tuple[str, str] | None:
        """The keys of the best and the worst self-grade; None if nobody graded."""
        given = {line.result for line in self.lines}
        ranked = [grade.key for grade in self.scale.grades if grade.key in given]
        return (ranked[0], ranked[-1]) if ranked else None


@dataclass(frozen=True)
class MeetingPlace:
    """An area of a cycle, and the meeting at which its cases are discussed."""

    area: str
    meeting_id: str
    meeting_at: datetime


_PLACES = (
    select(CycleArea.id, Area.label, Meeting.id, Meeting.starts_at)
    .join(Area, Area.id == CycleArea.area_id)
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .where(CycleArea.cycle_id == bindparam("cycle_id"))
)


def places(session: Session, cycle_id: str) -> dict[str, MeetingPlace]:
    """Place's id -> the place, for a cycle."""
    rows = plain_rows(session, _PLACES, {"cycle_id": cycle_id})
    return {place_id: MeetingPlace(area, meeting_id, starts_at) for place_id, area, meeting_id, starts_at in rows}


_CASES = (
    select(Case.id, Case.reference, Case.place_id, Case.released_at)
    .join(Area, Area.id == Case.area_id)
    .where(Case.withdrawn_at.is_(None))
    .order_by(Area.label, Case.reference)
)


def of_cycle(session: Session, cycle_id: str, only: ColumnElement[bool] | None = None) -> tuple[CaseOutline, ...]:
    """The cases of a cycle that aren't withdrawn, by area and reference. `only`: a further condition on Case."""
    scope = Case.cycle_id == cycle_id if only is None else and_(Case.cycle_id == cycle_id, only)
    cases = plain_rows(session, _CASES.where(scope)).all()
    if not cases:
        return ()
    cycle, at = session.get_one(Cycle, cycle_id), places(session, cycle_id)
    judged, again, moment = judgements.grades(session, scope), reopened(session, scope), now(session)
    when = {case_id: (cycle.state, at[place_id].meeting_at, moment) for case_id, _, place_id, _ in cases}
    closed = {
        key: moment_rules.cannot_be_sent(*each, ratified=key in judged, reopened=key in again)
        for key, each in when.items()
    }
    lines, due_at = _lines(session, scope, closed), deadline(cycle.due_on)
    scale, tool = Scale.from_json(cycle.scale), Tool.stored(session.get_one(AuditTool, cycle.tool_id))
    return tuple(
        CaseOutline(
            id=case_id,
            reference=reference,
            area=at[place_id].area,
            due_at=due_at,
            meeting_at=at[place_id].meeting_at,
            meeting_id=at[place_id].meeting_id,
            released_at=released_at,
            scale=scale,
            tool=tool,
            lines=lines.get(case_id, ()),
            judgement=judged.get(case_id),
            closed=moment_rules.cannot_be_sent(*when[case_id], ratified=False, reopened=False),
        )
        for case_id, reference, place_id, released_at in cases
    )


_RETURNS = (
    select(
        Involvement.case_id, Return.id, Involvement.agency_id, Return.state, ReturnVersion.state, ReturnVersion.grade,
        ReturnVersion.not_graded_reason, cast(ReturnVersion.sections, Text), ReturnVersion.late,
    )
    .join(Case, Case.id == Involvement.case_id)
    .join(Return, Return.involvement_id == Involvement.id)
    .outerjoin(ReturnVersion, and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version))
    .where(*ASKED)
)  # fmt: skip
"""Selects the state of each return, with its newest version."""
_AGENCIES = select(Agency.id, Agency.label).order_by(Agency.label)


def _lines(
    session: Session, scope: ColumnElement[bool], closed: Mapping[str, bool]
) -> dict[str, tuple[LineOutline, ...]]:
    """Case id -> its lines. `closed`: case id -> whether returns can no longer be sent. Equal lines are one object."""
    by_label = plain_rows(session, _AGENCIES)
    agencies = {agency_id: (place, label) for place, (agency_id, label) in enumerate(by_label)}
    made, counted = moderated_grades.grades(session, scope), self_grade.grades(session, scope)
    known: dict[tuple[object, ...], LineOutline] = {}
    lines_by_case: dict[str, list[tuple[int, LineOutline]]] = {}
    for row in plain_rows(session, _RETURNS.where(scope)).all():
        case_id, return_id = row[0], row[1]
        key = closed[case_id], row[2:]
        place, label = agencies[row[2]]
        line = known.get(key) or known.setdefault(key, _line(row, label, closed=closed[case_id]))
        if return_id in made or return_id in counted:
            line = _beside(line, made.get(return_id, {}), counted.get(return_id))
        lines_by_case.setdefault(case_id, []).append((place, line))
    return {case_id: tuple(line for _, line in sorted(each)) for case_id, each in lines_by_case.items()}


_Row = Row[str, str, str, str, str | None, str | None, str | None, str | None, bool | None]


def _line(row: _Row, agency: str, *, closed: bool) -> LineOutline:
    _, _, _, state, version, grade, reason, graded, late = row
    sent = version == ReturnState.SUBMITTED
    return LineOutline(
        agency=agency,
        state=state,
        answers=OwnGrades(json.loads(graded or "{}"), overall_of(grade), reason) if sent else None,
        late=bool(late) and version != ReturnState.REQUESTED,  # a return that was taken back counts as not sent
        closed=closed,
    )


def _beside(line: LineOutline, made: Mapping[str, ModeratedGrade], counted: SelfGrade | None) -> LineOutline:
    by_section = {key: each for key, each in made.items() if key}
    return replace(line, moderated=made.get(""), moderated_sections=by_section, before_release=counted)
