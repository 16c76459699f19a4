"""Cases in outline: who has answered and how they are graded, without anything that was written.

All that counts cases and returns goes by this; of an audit of thousands of cases nothing more is read for it.
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
    """How one agency's part in a case stands; `state` is storage's ReturnState.

    `answers` is None unless it is submitted; `moderated` is what the meeting made of its self-grade, if anything, and
    `moderated_sections` of what it gave graded sections, by their keys. `before_release`: what it counts as in figures,
    where it was changed or first sent after its case was released. `concealed`: it was sent, and whoever reads this
    isn't to know what it says (audit.cycle.release). `closed`: it can no longer be sent (audit.moment).
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
        """How the return stands: a grade's key, or what is in its place (see tally); "sent" where it is concealed."""
        if self.concealed:
            return SENT
        if self.state in (ReturnState.NIL, ReturnState.DECLINED):
            return self.state
        return (self.answers.grade or NO_OVERALL) if self.answers else (MISSED if self.closed else AWAITING)

    @property
    def reason(self) -> str | None:
        """Why the return isn't graded, None where it is, or where nothing was sent."""
        return self.answers.not_graded_reason if self.answers else None

    @cached_property
    def counted(self) -> str:
        """What the return counts as in figures about self-grades: `result` as it was when its case was released."""
        counted = self.before_release.result if self.before_release else self.result
        return MISSED if self.closed and counted == AWAITING else counted

    @cached_property
    def counted_reason(self) -> str | None:
        """Why it isn't graded, where it counts as that."""
        return self.before_release.reason if self.before_release else self.reason

    @property
    def settled(self) -> str:
        """The grade after moderation, or `result` where the meeting moderated nothing."""
        return self.moderated.grade if self.moderated and self.answers else self.result

    @property
    def settled_reason(self) -> str | None:
        """Why it isn't graded, after moderation."""
        return self.moderated.not_graded_reason if self.moderated and self.answers else self.reason

    @cached_property
    def settled_as(self) -> Graded:
        """The grade after moderation, with why it isn't graded."""
        return Graded(self.settled, self.settled_reason)

    def conceal(self, *, closed: bool) -> Self:
        """This line without what the return says, if it was sent: a nil or declined one says nothing about the case.

        `closed`: as CaseOutline's, as a return that isn't there tells otherwise that its case is ratified.
        """
        if self.state == ReturnState.SUBMITTED:
            return self._concealed
        return self if self.closed == closed else replace(self, closed=closed)

    @cached_property
    def _concealed(self) -> Self:
        return replace(self, answers=None, moderated=None, moderated_sections={}, before_release=None, concealed=True)


@dataclass(frozen=True, kw_only=True)
class CaseOutline:
    """A case with every involved agency's line, agencies in the order of their labels.

    `concealed`: nothing here says what its agencies or the meeting think of it. `closed`: its returns can no longer be
    sent, whether or not it was ratified or opened again.
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
        """The case as others than coordinators see it: whole once released; until then only who has answered."""
        if self.released_at is not None:
            return self
        lines = tuple(line.conceal(closed=self.closed) for line in self.lines)
        return replace(self, lines=lines, judgement=None, concealed=True)

    @property
    def unanswered(self) -> tuple[LineOutline, ...]:
        """The agencies whose return isn't there."""
        return tuple(line for line in self.lines if line.result in {AWAITING, MISSED})

    @property
    def spread(self) -> tuple[str, str] | None:
        """Best and worst self-grade by key, or None if nobody graded."""
        given = {line.result for line in self.lines}
        ranked = [grade.key for grade in self.scale.grades if grade.key in given]
        return (ranked[0], ranked[-1]) if ranked else None


@dataclass(frozen=True)
class MeetingPlace:
    """Where a cycle's cases of an area are discussed, and from when on."""

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
    """A cycle's places by their ids."""
    rows = plain_rows(session, _PLACES, {"cycle_id": cycle_id})
    return {place_id: MeetingPlace(area, meeting_id, starts_at) for place_id, area, meeting_id, starts_at in rows}


_CASES = (
    select(Case.id, Case.reference, Case.place_id, Case.released_at)
    .join(Area, Area.id == Case.area_id)
    .where(Case.withdrawn_at.is_(None))
    .order_by(Area.label, Case.reference)
)


def of_cycle(session: Session, cycle_id: str, only: ColumnElement[bool] | None = None) -> tuple[CaseOutline, ...]:
    """Every case of a cycle that wasn't withdrawn, or `only` some of them, by area and reference."""
    scope = Case.cycle_id == cycle_id if only is None else and_(Case.cycle_id == cycle_id, only)
    cases = plain_rows(session, _CASES.where(scope)).all()
    if not cases:
        return ()
    cycle, at = session.get_one(Cycle, cycle_id), places(session, cycle_id)
    judged, again, moment = judgements.grades(session, scope), reopened(session, scope), now(session)
    when = {case_id: (cycle.state, at[place_id].meeting_at, moment) for case_id, _, place_id, _ in cases}
    closed = {
        key: moment_rules.closed(*each, ratified=key in judged, reopened=key in again) for key, each in when.items()
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
            closed=moment_rules.closed(*when[case_id], ratified=False, reopened=False),
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
_AGENCIES = select(Agency.id, Agency.label).order_by(Agency.label)
"""How each return stands, by its newest version."""


def _lines(
    session: Session, scope: ColumnElement[bool], closed: Mapping[str, bool]
) -> dict[str, tuple[LineOutline, ...]]:
    """Each case's lines by case id; `closed`: whether a case's returns can no longer be sent. Lines alike are one."""
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
        late=bool(late) and version != ReturnState.REQUESTED,  # one that was taken back is as if it hadn't been sent
        closed=closed,
    )


def _beside(line: LineOutline, made: Mapping[str, ModeratedGrade], counted: SelfGrade | None) -> LineOutline:
    by_section = {key: each for key, each in made.items() if key}
    return replace(line, moderated=made.get(""), moderated_sections=by_section, before_release=counted)
