"""The steps of an open cycle: to its meetings, ratified, reported, closed; and what is missing for each."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Exists, exists, func, select
from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.access import Actor, require_coordinator
from audit.actions import actions, recommendations
from audit.calendar import in_london, on, stamp, working_days_before
from audit.chasing import progress
from audit.cycle.states import EARLY, VERB, go
from audit.cycle_facts import CycleView
from audit.errors import Refused
from audit.filled_form import Filled
from audit.findings import findings
from audit.labels import about_areas
from audit.moment import RATIFIED
from audit.pasted import fingerprint
from audit.retention.due import periods
from audit.row_by_id import existing
from storage.actions import ActionState
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.immediate import ImmediateAction
from storage.mappings import grouped
from storage.meetings import IN_FORCE, Attendance, Judgement, Meeting
from storage.messages import Message, MessageKind
from storage.people import Area
from storage.reports import Distribution, Edition, Report

_NEXT = {
    CycleState.COLLECTING: CycleState.MEETING,
    CycleState.MEETING: CycleState.RATIFIED,
    CycleState.RATIFIED: CycleState.REPORTED,
    CycleState.REPORTED: CycleState.CLOSED,
}


@dataclass(frozen=True)
class NextStep(Filled):
    """A cycle's next step (`to`, a CycleState, or None if it has none), and what is missing for it.

    `missing` prevents the step, `warnings` don't: clauses without a capital letter or a full stop. `kept_days`: for how
    long people's texts are kept once the cycle is over.
    """

    cycle: CycleView
    to: str | None
    missing: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    kept_days: int = 0


def next_step(session: Session, who: Actor, cycle_id: str) -> NextStep:
    """A cycle's next step, for a coordinator; NotFound."""
    require_coordinator(who, VERB, cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    return _step(session, cycle)


def take(session: Session, who: Actor, cycle_id: str, to: str, seen: str | None = None) -> NextStep:
    """Take a cycle to the state `to`, which must be its next; if it is in that state already, nothing changes.

    `seen`: the mark of the step as displayed; if it has changed since, the step is returned with `again`. None: don't
    compare. Refused names what is missing.
    """
    require_coordinator(who, VERB, cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=True)
    step = _step(session, cycle)
    if cycle.state == to:
        return replace(step, done=True)
    if step.to != to:
        raise Refused(f"Audit {cycle.number} has moved on meanwhile. Please look at its steps again.")
    if step.missing:
        raise Refused(f"Audit {cycle.number} can't take this step yet: {'; '.join(step.missing)}.")
    if seen is not None and seen != step.mark:
        return replace(step, again=True)
    go(session, who, cycle, CycleState(to))
    session.flush()
    return replace(_step(session, cycle), done=True)


def _step(session: Session, cycle: Cycle) -> NextStep:
    to = _NEXT.get(CycleState(cycle.state))
    lacks = _LACKS.get(to) if to else None
    missing, warnings = lacks(session, cycle) if lacks else ([], [])
    mark = fingerprint(VERB, cycle.id, cycle.state, missing, warnings)
    return NextStep(
        cycle_facts.view(session, cycle.id), to, tuple(missing), tuple(warnings), periods(session).texts, mark=mark
    )


Lacking = tuple[list[str], list[str]]
"""What is missing for a step, and the warnings."""


def _for_meeting(session: Session, cycle: Cycle) -> Lacking:
    held = select(func.min(Meeting.starts_at)).join(CycleArea, CycleArea.meeting_id == Meeting.id)
    first = session.scalar(held.where(CycleArea.cycle_id == cycle.id))
    if first is None:
        return ["it has no meeting"], []
    day = in_london(first).date()
    opens = working_days_before(day, EARLY)
    early = in_london(now(session)).date() < opens
    missing = [f"its first meeting is on {on(day)}: from {on(opens)} on"] if early else []
    return missing, _unsent(session, cycle)


def _for_ratified(session: Session, cycle: Cycle) -> Lacking:
    of_cycle = [Case.cycle_id == cycle.id, Case.withdrawn_at.is_(None)]
    open_ones = session.scalars(select(Case.reference).where(*of_cycle, ~RATIFIED).order_by(Case.reference)).all()
    summarised = exists().where(Message.kind == MessageKind.SUMMARY, Message.subject_id == Case.id)
    unposted = session.scalar(select(func.count()).select_from(Case).where(*of_cycle, ~summarised)) or 0
    missing = [f"{reference} isn't ratified" for reference in open_ones]
    missing += [f"the meeting{about_areas(', '.join(areas))} is on {at}" for at, areas in _to_come(session, cycle)]
    if not session.scalar(select(exists().where(*of_cycle))):
        missing.append("it has no cases")
    warnings = [*_unsent(session, cycle), *_unattended(session, cycle), *_immediate(session, cycle)]
    if unposted:
        warnings.append(f"summaries that aren't posted yet won't be posted any more: of {_cases(unposted)}")
    return missing, warnings


def _unsent(session: Session, cycle: Cycle) -> list[str]:
    whole = progress.overview(session, cycle.id).whole
    left = whole.all - whole.answered
    if not left:
        return []
    return [f"{left:,} of {whole.all:,} returns {'is' if left == 1 else 'are'}n't answered"]


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number:,} cases"


def _to_come(session: Session, cycle: Cycle) -> list[tuple[str, list[str]]]:
    """The meetings that haven't begun: (time in words, labels of its areas with cases)."""
    has_cases = exists().where(Case.place_id == CycleArea.id, Case.withdrawn_at.is_(None))
    rows = session.execute(
        select(Meeting.starts_at, Area.label)
        .join(CycleArea, CycleArea.meeting_id == Meeting.id)
        .join(Area, Area.id == CycleArea.area_id)
        .where(CycleArea.cycle_id == cycle.id, Meeting.starts_at > now(session), has_cases)
        .order_by(Meeting.starts_at, Area.label)
    )
    areas_by_time: dict[str, list[str]] = {}
    for starts_at, area in rows:
        areas_by_time.setdefault(stamp(starts_at), []).append(area)
    return list(areas_by_time.items())


def _unattended(session: Session, cycle: Cycle) -> list[str]:
    """A warning for each meeting without recorded attendance."""
    rows = session.execute(
        select(Meeting.id, Area.label)
        .join(CycleArea, CycleArea.meeting_id == Meeting.id)
        .join(Area, Area.id == CycleArea.area_id)
        .where(CycleArea.cycle_id == cycle.id, ~exists().where(Attendance.meeting_id == Meeting.id))
        .order_by(Meeting.starts_at, Meeting.id, Area.label)
    )
    meetings = grouped((meeting_id, area) for meeting_id, area in rows).values()
    return [f"nobody has recorded who came to the meeting{about_areas(', '.join(areas))}" for areas in meetings]


def _immediate(session: Session, cycle: Cycle) -> list[str]:
    still = [ImmediateAction.cycle_id == cycle.id, ImmediateAction.closed_at.is_(None)]
    count = session.scalar(select(func.count()).where(*still)) or 0
    if not count:
        return []
    return ["1 immediate action is still open" if count == 1 else f"{count:,} immediate actions are still open"]


def _for_reported(session: Session, cycle: Cycle) -> Lacking:
    made = _newest_report(session, cycle)
    judged = (
        select(func.max(Judgement.ratified_at))
        .join(Case, Case.id == Judgement.case_id)
        .where(Case.cycle_id == cycle.id, IN_FORCE)
    )
    newest = session.scalar(judged)
    missing, warnings = [], []
    if made is None:
        missing.append("no report has been made yet")
    elif newest is not None and newest > made.made_at:
        warnings.append(f"version {made.version} of the report is older than the newest judgement")
    warnings += _unissued(made) if made else []
    if made is not None and not session.scalar(select(_sent(made))):
        warnings.append(f"version {made.version} of the report hasn't been sent to the sub-group")
    themes = findings.counts(
        findings.unread(session, Case.cycle_id == cycle.id), recommendations.of_cycle(session, cycle.id)
    )
    warnings += [f"no recommendation answers the learning theme {each.theme}" for each in themes if each.unanswered]
    return missing, [*warnings, *_unattended(session, cycle), *_immediate(session, cycle)]


def _newest_report(session: Session, cycle: Cycle) -> Report | None:
    newest = select(Report).where(Report.cycle_id == cycle.id).order_by(Report.version.desc()).limit(1)
    return session.scalar(newest)


def _sent(report: Report) -> Exists:
    """A condition: a version's full edition was distributed, through Slack or as somebody recorded."""
    return exists().where(Distribution.report_id == report.id, Distribution.edition == Edition.FULL)


def _unissued(report: Report) -> list[str]:
    """A warning if a version isn't issued, which requires all its signatures."""
    return [] if report.issued_at else [f"version {report.version} of the report isn't signed off and issued"]


_STANDS = {
    ActionState.OPEN: "isn't begun",
    ActionState.IN_PROGRESS: "is in progress",
    ActionState.DONE: "is done, but nobody has verified it",
}


def _for_closed(session: Session, cycle: Cycle) -> Lacking:
    owed = actions.of_cycle(session, cycle.id)
    missing = [f"{each.name} {_STANDS[ActionState(each.state)]}" for each in owed if not each.closed]
    without_impact = [each for each in owed if each.state == ActionState.VERIFIED and each.impact is None]
    without_action = [each for each in recommendations.of_cycle(session, cycle.id) if not each.actions]
    report = _newest_report(session, cycle)
    warnings = [
        *(_unissued(report) if report else ()),
        *(f"nobody has said whether {each.name} changed practice" for each in without_impact),
        *(f"recommendation {each.number} has no action" for each in without_action),
        *_immediate(session, cycle),
    ]
    return missing, warnings


_LACKS: dict[CycleState, Callable[[Session, Cycle], Lacking]] = {
    CycleState.MEETING: _for_meeting,
    CycleState.RATIFIED: _for_ratified,
    CycleState.REPORTED: _for_reported,
    CycleState.CLOSED: _for_closed,
}
