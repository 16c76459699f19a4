"""What is to be done now in an audit: set it up, chase returns, read summaries, meet, and follow up."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ScalarSelect, Select, bindparam, exists, func, select, true
from sqlalchemy.orm import Session

from audit.access import Actor, sees_all
from audit.action_names import SHOWN_TO_OTHERS
from audit.actions.actions import CLOSED, OWED
from audit.calendar import in_london, summaries_due
from audit.chasing.progress import AnsweredShare
from audit.cycle_facts import MeetingView
from audit.home.every_audit import CaseLine, CycleSection
from audit.meeting import discussion_order
from audit.meeting.discussion_order import GradedCases
from audit.report import sign_off_status, written_since
from audit.report.sign_off_status import Awaiting
from audit.report.written_since import NOTHING, NewerThanVersion
from audit.setup import opening
from audit.setup.opening import Opening
from storage.actions import Action, ActionState, Recommendation
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.reports import Distribution, Edition, Report, ReportParagraph
from storage.types import plain_rows

_FOLLOWED = (CycleState.RATIFIED, CycleState.REPORTED)


class Stage(StrEnum):
    """The stage that an audit has reached.

    `GATHERED`: every return is there, and no summary is out yet. `MET`: all cases are ratified and no meeting is to
    come.
    """

    SET_UP = "set up"
    OPEN = "open"
    CHASE = "chase"
    GATHERED = "gathered"
    READ = "read"
    MEET = "meet"
    MET = "met"
    FOLLOW_UP = "follow up"


@dataclass(frozen=True)
class Outcomes:
    """What has followed from an audit, in numbers. Actions that are `done` await verification.

    `since`: what is newer than the newest version of the report. `sent`: the newest version sent in full, 0 if
    none. `awaiting`: the newest version, if its sign-offs were asked for and it isn't issued. `issued`: whether the
    newest version is.
    """

    recommendations: int = 0
    reports: int = 0
    actions: int = 0
    closed: int = 0
    overdue: int = 0
    done: int = 0
    since: NewerThanVersion = NOTHING
    sent: int = 0
    awaiting: Awaiting | None = None
    issued: bool = False


NOTHING_YET = Outcomes()


@dataclass(frozen=True)
class AuditStage:
    """An audit, and what is to be done in it now.

    `awaited`: the areas with returns still to come, or the whole audit if it has no areas. `missed`: how many returns
    can no longer be sent. `cases`: those to read or to ratify; `hidden`: how many more are to be ratified that the
    reader may not see. `held`: the areas of cases to ratify whose meeting has begun. `coming`: the next meeting;
    `summaries_at`: when its summaries are posted. `opening`: while the audit is planned.
    """

    part: CycleSection
    stage: Stage
    awaited: tuple[AnsweredShare, ...] = ()
    missed: int = 0
    cases: tuple[CaseLine, ...] = ()
    hidden: int = 0
    held: tuple[str, ...] = ()
    coming: MeetingView | None = None
    summaries_at: datetime | None = None
    opening: Opening | None = None
    after: Outcomes = NOTHING_YET


def standings(session: Session, who: Actor, parts: Sequence[CycleSection]) -> tuple[AuditStage, ...]:
    """What is to be done now in each of these audits. The number of statements doesn't depend on their number."""
    if not parts:
        return ()
    planned = [each.cycle.id for each in parts if each.cycle.state == CycleState.PLANNED]
    openings = opening.openings(session, planned) if planned else {}
    after, moment = _afterwards(session, who, [each.cycle.id for each in parts]), now(session)
    audits = [
        audit_stage(
            each, moment, opening=openings.get(each.cycle.id), after=after[each.cycle.id], every=sees_all(who)
        )
        for each in parts
    ]  # fmt: skip
    return _in_order(session, audits)


def _in_order(session: Session, found: Sequence[AuditStage]) -> tuple[AuditStage, ...]:
    """The audits with their cases in order: meeting by meeting, as on the agendas."""
    graded_cases = {each.part.cycle.id: GradedCases(each.part.cycle.scale, each.part.cycle.tool) for each in found}
    listed = {case.case_id: graded_cases[each.part.cycle.id] for each in found for case in each.cases}
    keys = discussion_order.of_cases(session, listed) if listed else {}
    return tuple(replace(each, cases=tuple(sorted(each.cases, key=_place(keys)))) for each in found)


def _place(keys: Mapping[str, discussion_order.Key]) -> Callable[[CaseLine], tuple[datetime, discussion_order.Key]]:
    """The sort key of cases: when they are discussed, then their place on the agenda."""
    return lambda case: (case.meeting_at, keys[case.case_id])


def audit_stage(
    part: CycleSection,
    moment: datetime,
    *,
    opening: Opening | None = None,
    after: Outcomes = NOTHING_YET,
    every: bool = True,
) -> AuditStage:
    """What is to be done now in an audit. `every`: the reader may also see cases that aren't released."""
    cycle, coming = part.cycle, _coming(part, moment)
    if cycle.state == CycleState.PLANNED:
        stage = Stage.SET_UP if opening is None or opening.missing else Stage.OPEN
        return AuditStage(part, stage, coming=coming, opening=opening)
    if cycle.state in _FOLLOWED:
        return AuditStage(part, Stage.FOLLOW_UP, after=after)
    awaited = tuple(each for each in part.overview.by_area or [part.overview.whole] if each.awaited)
    left = [case for case in part.cases if case.judgement is None]
    ratify = tuple(case for case in left if case.meeting_at <= moment)
    read = tuple(case for case in left if case.meeting_at > moment and case.released)
    stage, cases = Stage.CHASE if awaited else Stage.GATHERED, read
    if ratify:
        stage, cases = Stage.MEET, tuple(case for case in ratify if every or case.released)
    elif read:
        stage = Stage.READ
    elif coming is None and part.cases:
        stage = Stage.MET
    return AuditStage(
        part,
        stage,
        awaited,
        missed=part.overview.whole.missed,
        cases=cases,
        hidden=len(ratify) - len(cases) if ratify else 0,
        held=tuple(dict.fromkeys(case.area for case in ratify)),
        coming=coming,
        summaries_at=summaries_due(coming.starts_at, cycle.summary_days) if coming else None,
        after=after,
    )


def _coming(part: CycleSection, moment: datetime) -> MeetingView | None:
    """The next meeting to begin, or None."""
    return min(
        (each for each in part.cycle.meetings if each.starts_at > moment), key=lambda each: each.starts_at, default=None
    )


_Counting = Select[str, *tuple[int, ...]]


def _counting(
    table: type[Action] | type[ReportParagraph] | type[Recommendation] | type[Report],
    only: ColumnElement[bool],
    *numbers: ColumnElement[int],
) -> _Counting:
    """Select cycle's id and these numbers of its rows."""
    of_cycles = table.cycle_id.in_(bindparam("cycle_ids"))
    return select(table.cycle_id, *numbers).where(of_cycles, only).group_by(table.cycle_id)


def _made_last(table: type[ReportParagraph] | type[Recommendation]) -> ScalarSelect[datetime]:
    return select(func.max(Report.made_at)).where(Report.cycle_id == table.cycle_id).scalar_subquery()


_LATE = Action.state.in_(OWED) & (Action.due_on < bindparam("today"))
_SENT = exists().where(Distribution.report_id == Report.id, Distribution.edition == Edition.FULL)
_ACTIONS, _ACTIONS_OUT = (
    _counting(
        Action, seen, func.count(), func.count().filter(Action.state.in_(CLOSED)), func.count().filter(_LATE),
        func.count().filter(Action.state == ActionState.DONE),
    )
    for seen in (true(), SHOWN_TO_OTHERS)
)  # fmt: skip
_RECOMMENDED = _counting(
    Recommendation, Recommendation.withdrawn_at.is_(None),
    func.count(), func.count().filter(written_since.recommended(_made_last(Recommendation))),
)  # fmt: skip
_REPORTS = _counting(
    Report, true(), func.count(), func.max(Report.version).filter(_SENT),
    func.max(Report.version).filter(Report.issued_at.is_not(None)),
)  # fmt: skip
_TEXTS = _counting(ReportParagraph, written_since.written(_made_last(ReportParagraph)), func.count())


def _afterwards(session: Session, who: Actor, cycle_ids: Collection[str]) -> Mapping[str, Outcomes]:
    """Cycle id -> what has followed, as this person sees it: only coordinators see actions of unreleased cases."""
    parameters = {"cycle_ids": [*cycle_ids], "today": in_london(now(session)).date()}
    acts = _counts(session, _ACTIONS if sees_all(who) else _ACTIONS_OUT, parameters)
    recommended, reports = _counts(session, _RECOMMENDED, parameters), _counts(session, _REPORTS, parameters)
    texts = _counts(session, _TEXTS, parameters)
    described = written_since.described(session, cycle_ids)
    awaiting = {each.cycle_id: each for each in sign_off_status.awaiting(session, Cycle.id.in_(cycle_ids))}
    afterwards = {}
    for cycle_id in cycle_ids:
        recommendations, anew = recommended.get(cycle_id, (0, 0))
        versions, newest_sent, issued = reports.get(cycle_id, (0, 0, 0))
        actions, closed, overdue, done = acts.get(cycle_id, (0, 0, 0, 0))
        [written] = texts.get(cycle_id, (0,))
        afterwards[cycle_id] = Outcomes(
            recommendations, versions, actions, closed, overdue, done,
            NewerThanVersion(anew, written, described.get(cycle_id, ())), newest_sent, awaiting.get(cycle_id),
            issued=0 < versions == issued,
        )  # fmt: skip
    return afterwards


def _counts(session: Session, counting: _Counting, asked: Mapping[str, object]) -> dict[str, tuple[int, ...]]:
    """Cycle id -> these numbers of its rows."""
    rows = plain_rows(session, counting, asked)
    return {cycle_id: tuple(count or 0 for count in counts) for cycle_id, *counts in rows}
