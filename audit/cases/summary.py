"""Cases with everything that their agencies returned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from audit import moment as moment_rules
from audit import trail
from audit.access import OVERSEEING, Actor, require_reading_summary
from audit.calendar import deadline
from audit.cases import outline
from audit.cases.judgements import JudgementView, in_force
from audit.cases.moderated_grades import ModerationView, newest
from audit.cases.outline import CaseOutline, LineOutline
from audit.cases.self_grade import SelfGrade, before_release
from audit.errors import Refused
from audit.findings import findings
from audit.findings.findings import FindingView
from audit.findings.themes import standings
from audit.moment import reopened
from audit.returns.answers import Answers, kept
from audit.row_by_id import existing
from audit.scales import Scale
from audit.tools import Tool
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import unseal_any
from storage.cycles import AuditTool, Cycle
from storage.mappings import grouped
from storage.people import Agency, Area, Person, RoleKind
from storage.returns import Return, ReturnState, ReturnVersion


@dataclass(frozen=True, kw_only=True)
class Line(LineOutline):
    """One agency's part in a case, with what it wrote.

    `source`, `given_by`: how and from whom a coordinator received the return, if one entered it; otherwise None.
    `tool`: the version of the audit tool that the return answers, if it isn't the cycle's.
    """

    return_id: str
    version: int
    answers: Answers | None
    after_release: bool
    submitted_at: datetime | None
    submitted_by: str | None
    source: str | None = None
    given_by: str | None = None
    moderated: ModerationView | None = None
    moderated_sections: Mapping[str, ModerationView] = field(default_factory=dict)
    tool: Tool | None = None

    @property
    def changed_since(self) -> bool:
        """Whether the agency changed its return after the meeting moderated it."""
        return any(each and each.version < self.version for each in (self.moderated, *self.moderated_sections.values()))


@dataclass(frozen=True, kw_only=True)
class CaseView(CaseOutline):
    """A case with everything that was written.

    `themes`: id -> label of every learning theme. `reopened_at`: when it was re-opened after being ratified, or None.
    """

    cycle_id: str
    cycle_name: str
    lines: tuple[Line, ...]
    judgement: JudgementView | None
    withdrawn: bool = False
    themes: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[FindingView, ...] = ()
    reopened_at: datetime | None = None

    def conceal(self) -> Self:
        """The case for others than coordinators, who see findings only when they see grades."""
        seen = super().conceal()
        return replace(seen, findings=(), reopened_at=None) if seen.concealed else seen

    def tagged(self, line: Line) -> tuple[str, ...]:
        """The labels of the learning themes that an agency tagged."""
        labels = (self.themes.get(theme_id) for theme_id in (line.answers.themes if line.answers else ()))
        return tuple(sorted(label for label in labels if label))

    def asked(self, line: Line) -> Tool:
        """The questions put to a line's agency, in the version of the tool that its return answers."""
        return (line.tool or self.tool).asked_of(line.agency)


def summary(session: Session, case_id: str) -> CaseView:
    """A case as its summary shows it. NotFound. Whether the reader may see it is checked by `read_summary`."""
    case = existing(session, Case, case_id)
    return _views(session, [case], Case.id == case.id)[0]


def read_summary(session: Session, who: Actor, case_id: str) -> CaseView:
    """The full summary, for somebody entitled to it. The reading is recorded.

    Agencies see the meeting's findings once the case is ratified, not while they are being agreed.
    """
    view = as_read_by(who, summary(session, case_id), now(session))
    area_id = session.scalars(select(Case.area_id).where(Case.id == case_id)).one()
    involved = session.scalars(
        select(Involvement.agency_id).where(Involvement.case_id == case_id, Involvement.withdrawn_at.is_(None))
    )
    require_reading_summary(
        who, case_id, {(agency_id, area_id) for agency_id in involved}, released=view.released_at is not None
    )
    if view.withdrawn and not who.has(RoleKind.COORDINATOR):
        raise Refused(f"Case {view.reference} was withdrawn from the audit.")
    trail.reading(session, who, "summary.read", subject_id=case_id, cycle_id=view.cycle_id, detail=view.reference)
    return view if view.judgement or who.has(*OVERSEEING) else replace(view, findings=())


def as_read_by(who: Actor, case: CaseView, moment: datetime) -> CaseView:
    """A case as this person may read it: concealed until its release or the start of its meeting.

    Coordinators and chairs, who run the meeting, always see it in full.
    """
    runs = who.has(RoleKind.COORDINATOR, RoleKind.CHAIR)
    return case if runs or moment >= case.meeting_at else case.conceal()


_CASES = (
    select(Case)
    .join(Area, Area.id == Case.area_id)
    .where(Case.withdrawn_at.is_(None))
    .order_by(Area.label, Case.reference)
)


def of_cycle(session: Session, cycle_id: str, only: ColumnElement[bool] | None = None) -> tuple[CaseView, ...]:
    """The cases of a cycle that aren't withdrawn, by area and reference. `only`: a further condition on Case."""
    scope = Case.cycle_id == cycle_id if only is None else and_(Case.cycle_id == cycle_id, only)
    return tuple(_views(session, session.scalars(_CASES.where(scope)).all(), scope))


def _views(session: Session, cases: Sequence[Case], scope: ColumnElement[bool]) -> list[CaseView]:
    """Read models of `cases`, which are all in one cycle and in `scope`."""
    if not cases:
        return []
    cycle = session.get_one(Cycle, cases[0].cycle_id)
    places = outline.places(session, cycle.id)
    themes = {theme_id: theme.label for theme_id, theme in standings(session).items()}
    judgements, again, moment = in_force(session, scope), reopened(session, scope), now(session)
    findings_by_case = grouped((finding.case_id, finding) for finding in findings.of(session, scope))
    at = {case.id: (cycle.state, places[case.place_id].meeting_at, moment) for case in cases}
    closed = {
        key: moment_rules.cannot_be_sent(*at[key], ratified=key in judgements, reopened=key in again) for key in at
    }
    lines = _lines(session, scope, cycle.tool_id, closed)
    scale, asked = Scale.from_json(cycle.scale), Tool.stored(session.get_one(AuditTool, cycle.tool_id))
    return [
        CaseView(
            id=case.id,
            cycle_id=cycle.id,
            cycle_name=cycle.name,
            reference=case.reference,
            area=places[case.place_id].area,
            due_at=deadline(cycle.due_on),
            meeting_id=places[case.place_id].meeting_id,
            meeting_at=places[case.place_id].meeting_at,
            released_at=case.released_at,
            scale=scale,
            tool=asked,
            lines=tuple(lines.get(case.id, ())),
            judgement=judgements.get(case.id),
            withdrawn=case.withdrawn_at is not None,
            themes=themes,
            findings=tuple(findings_by_case.get(case.id, ())),
            closed=moment_rules.cannot_be_sent(*at[case.id], ratified=False, reopened=False),
            reopened_at=again.get(case.id),
        )
        for case in cases
    ]


_LINES = (
    select(Involvement.case_id, Return, Agency, ReturnVersion, Person.label)
    .join(Case, Case.id == Involvement.case_id)
    .join(Return, Return.involvement_id == Involvement.id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .outerjoin(ReturnVersion, and_(ReturnVersion.return_id == Return.id, ReturnVersion.number == Return.version))
    .outerjoin(Person, Person.id == ReturnVersion.by_id)
    .where(Involvement.withdrawn_at.is_(None))
    .order_by(Agency.label)
)


def _lines(
    session: Session, scope: ColumnElement[bool], tool_id: str, closed: Mapping[str, bool]
) -> dict[str, list[Line]]:
    """Case id -> its lines, with the newest version of each return.

    `tool_id`: of the cycle's tool. `closed`: case id -> whether returns can no longer be sent.
    """
    rows = session.execute(_LINES.where(scope))
    moderated, counted = newest(session, scope), before_release(session, scope)
    lines, tools = dict[str, list[Line]](), dict[str, Tool]()
    for case_id, row, agency, version, by in rows:
        if case_id not in closed:
            continue  # a withdrawn case
        beside = moderated.get(row.id, {}), counted.get(row.id)
        line = _line(session, row, agency, version, by, *beside, closed=closed[case_id])
        if line.answers is not None and version.tool_id != tool_id:
            tool = tools.get(version.tool_id) or Tool.stored(session.get_one(AuditTool, version.tool_id))
            line = replace(line, tool=tools.setdefault(version.tool_id, tool))
        lines.setdefault(case_id, []).append(line)
    return lines


def _line(  # noqa: PLR0917  # the parts of one row
    session: Session, row: Return, agency: Agency, version: ReturnVersion | None, by: str | None,
    moderated: Mapping[str, ModerationView], before: SelfGrade | None, *, closed: bool,
) -> Line:  # fmt: skip
    if version is not None and version.state == ReturnState.REQUESTED:
        version = None  # taken back: as if nothing had been sent, except for its number
    submitted = version is not None and version.state == ReturnState.SUBMITTED
    return Line(
        return_id=row.id,
        agency=agency.label,
        state=row.state,
        version=row.version,
        answers=kept(session, version) if version and submitted else None,
        late=version.late if version else False,
        after_release=version.after_release if version else False,
        submitted_at=version.submitted_at if version else None,
        submitted_by=by if version else None,
        source=version.source if version else None,
        given_by=unseal_any(session, version, "given_by") or None if version else None,
        before_release=before,
        closed=closed,
        moderated=moderated.get(""),
        moderated_sections={key: each for key, each in moderated.items() if key},
    )
