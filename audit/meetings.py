"""The audit meeting: what it has before it of a case, and ratifying one judgement for it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import actions, agenda, cases, immediate, judgements, positions, steps, trail, verdicts
from audit.access import Actor, require_coordinator, require_overseeing
from audit.actions import ActionView
from audit.agenda import Item
from audit.cases import CaseView
from audit.errors import NotFound, Refused
from audit.judgements import JudgementView, ReopeningView
from audit.positions import Contributor
from audit.proposals import proposed
from audit.scales import Scale
from audit.schedule import in_london
from audit.verdicts import ASSURANCES, Verdict
from storage.actions import Action
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.meetings import Judgement, Reopening
from storage.people import RoleKind
from storage.promises import PromiseKind, promise
from storage.returns import Return

__all__ = ["ASSURANCES", "Discussion", "Judging", "Verdict", "discussion", "open_discussion", "open_judging", "ratify"]

JUDGED_IN = (CycleState.COLLECTING, CycleState.MEETING)
"""The states of a cycle in which cases are judged."""
OPEN_TO_CHANGE = (*JUDGED_IN, CycleState.RATIFIED, CycleState.REPORTED)
"""Those in which a case can be re-opened, and findings and actions be added."""


@dataclass(frozen=True)
class Discussion:
    """All that a meeting has before it of a case. `item`: what puts it where it is on the agenda.

    `proposal`: the grade that the cycle's `rule` proposes, by key. `judgements` and `reopenings`: those that went
    before, newest first. What whoever looks may do: `judges` (moderate and ratify), `records` (re-open, write
    findings), `acts` (add an action).
    """

    case: CaseView
    item: Item
    now: datetime
    rule: str
    proposal: str | None
    contributors: tuple[Contributor, ...]
    actions: tuple[ActionView, ...]
    judgements: tuple[JudgementView, ...] = ()
    reopenings: tuple[ReopeningView, ...] = ()
    judges: bool = False
    records: bool = False
    acts: bool = False


@dataclass(frozen=True)
class Judging:
    """What the judgement's form shows. `record_id`: what it was filled from, as `_record` says.

    `verdict` stands in the form; `notice`: why it is shown again.
    """

    record_id: str
    about: Discussion
    verdict: Verdict
    notice: str | None = None


def open_discussion(session: Session, who: Actor, case_id: str) -> Discussion:
    """The discussion for coordinators, the chair and the sub-group; that they read it is recorded."""
    found = discussion(session, who, case_id)
    case = found.case
    trail.record(session, who, "case.discuss", subject_id=case.id, cycle_id=case.cycle_id, detail=case.reference)
    return found


def discussion(session: Session, who: Actor, case_id: str) -> Discussion:
    """The same, to bring up to date what somebody has before them already."""
    require_overseeing(who, "case.discuss", case_id)
    case = cases.summary(session, case_id)
    cycle = session.get_one(Cycle, case.cycle_id)
    changes, members = who.has(RoleKind.COORDINATOR), who.has(RoleKind.COORDINATOR, RoleKind.SUB_GROUP_MEMBER)
    judged, recorded = (not case.withdrawn and cycle.state in states for states in (JUDGED_IN, OPEN_TO_CHANGE))
    return Discussion(
        case=case,
        item=agenda.ordered([case], _immediate(session, case))[0],
        now=now(session),
        rule=cycle.proposal,
        proposal=proposed(cycle.proposal, case.scale, [line.settled for line in case.lines]),
        contributors=positions.contributors(session, case_id),
        actions=actions.of(session, Action.case_id == case_id),
        judgements=judgements.ended(session, case_id),
        reopenings=judgements.reopenings(session, case_id),
        judges=changes and judged,
        records=changes and recorded,
        acts=members and recorded,
    )


def _immediate(session: Session, case: CaseView) -> dict[str, int]:
    """How many immediate actions are open for it, by its reference."""
    still = [each for each in immediate.open_ones(session, case.cycle_id) if each.reference == case.reference]
    return {case.reference: len(still)}


def open_judging(session: Session, who: Actor, case_id: str) -> Judging:
    """The judgement's form, for a coordinator.

    Filled with what was ratified before, even where the case was re-opened since; else from who was at the meeting.
    """
    require_coordinator(who, "case.ratify", case_id)
    about, newest = discussion(session, who, case_id), _newest(session, case_id)
    present = positions.by_attendance(about.contributors)
    verdict = verdicts.kept(session, newest) if newest else Verdict(None, None, "", {}, present)
    return Judging(_record(session, case_id, newest), about, verdict)


def ratify(session: Session, who: Actor, record_id: str, verdict: Verdict) -> CaseView | Judging:
    """Ratify a case's grade and lock its returns; ratifying again replaces it, and both are kept.

    The same verdict sent again from the same form changes nothing. If the case was ratified or re-opened since the form
    was opened nothing is done either: it is given back with what was typed. Refused names the fields at fault.
    """
    require_coordinator(who, "case.ratify", record_id)
    cycle, case, base = _locked(session, record_id)
    newest = _newest(session, case.id)
    if newest is not None and newest.version == base + 1 and _repeats(session, who, newest, verdict):
        return cases.summary(session, case.id)
    if case.withdrawn_at is not None:
        raise Refused(f"{case.reference} has been withdrawn from the audit, so it can't be ratified.")
    if cycle.state not in JUDGED_IN:
        raise Refused(f"Audit cycle {cycle.number} isn't open, so nothing can be ratified.")
    if record_id != _record(session, case.id, newest):
        return _overtaken(session, who, case, verdict)
    _ratify(session, who, cycle, case, newest, verdict)
    session.flush()
    return cases.summary(session, case.id)


def _ratify(  # noqa: PLR0917  # what is ratified, where, and by whom
    session: Session, who: Actor, cycle: Cycle, case: Case, newest: Judgement | None, verdict: Verdict
) -> None:
    scale, moment = Scale.from_json(cycle.scale), now(session)
    returns = _returns(session, case)
    before = verdicts.kept(session, newest) if newest else None
    verdicts.check(scale, verdict, positions.contributors(session, case.id), in_london(moment).date(), before)
    for each in returns:
        each.locked_at = each.locked_at or moment
    _keep(session, who, case, newest, verdict)
    if verdict.grade == scale.lowest.key:
        said = {name: text.strip() for name, text in verdict.assurances.items()}
        actions.from_judgement(
            session, who, case, what=said["action"], owner=said["owner"], due_on=date.fromisoformat(said["by"])
        )
    detail = f"{case.reference} {verdict.grade} {verdict.not_graded_reason or ''}".rstrip()
    trail.record(session, who, "case.ratify", subject_id=case.id, cycle_id=cycle.id, detail=detail)
    steps.begin_meeting(session, who, cycle)
    promise(session, PromiseKind.CASE, case.id, moment)


def _locked(session: Session, record_id: str) -> tuple[Cycle, Case, int]:
    """What a form with this record id is about: cycle and case, locked in this order, and the version it began from."""
    judgement, reopening = session.get(Judgement, record_id), session.get(Reopening, record_id)
    if reopening is not None:
        judgement = session.get_one(Judgement, reopening.judgement_id)
    case = session.get(Case, judgement.case_id if judgement else record_id)
    if case is None:
        raise NotFound("This case isn't there any more.")
    cycle = session.get_one(Cycle, case.cycle_id, with_for_update=True)
    session.refresh(case, with_for_update=True)
    return cycle, case, judgement.version if judgement else 0


def _newest(session: Session, case_id: str) -> Judgement | None:
    newest = select(Judgement).where(Judgement.case_id == case_id).order_by(Judgement.version.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).first()


def _record(session: Session, case_id: str, newest: Judgement | None) -> str:
    """What a form is filled from: the case before its first judgement, the newest judgement, or its re-opening."""
    if newest is None or newest.ended_at is None:
        return newest.id if newest else case_id
    return session.scalars(select(Reopening.id).where(Reopening.judgement_id == newest.id)).one()


def _repeats(session: Session, who: Actor, newest: Judgement, verdict: Verdict) -> bool:
    mine = newest.by_id == who.person_id and newest.ended_at is None
    return mine and verdicts.same(verdicts.kept(session, newest), verdict)


def _overtaken(session: Session, who: Actor, case: Case, verdict: Verdict) -> Judging:
    """The form as it must be looked at again, with what was typed."""
    fresh = open_judging(session, who, case.id)
    now_judged = fresh.about.case.judgement
    did = f"{now_judged.ratified_by} ratified this case" if now_judged else "This case was re-opened"
    notice = f"{did} while you were writing, so nothing was changed. Look at it again: what you typed is still here."
    return Judging(fresh.record_id, fresh.about, verdict, notice)


def _returns(session: Session, case: Case) -> list[Return]:
    """The case's returns, locked: none of them changes between the count of who contributed and the judgement."""
    involvements = select(Involvement.id).where(Involvement.case_id == case.id)
    those = select(Return).where(Return.involvement_id.in_(involvements)).order_by(Return.id)
    return list(session.scalars(those.with_for_update().execution_options(populate_existing=True)))


def _keep(session: Session, who: Actor, case: Case, newest: Judgement | None, verdict: Verdict) -> None:
    assert verdict.grade is not None  # noqa: S101  # verdicts.check saw to it
    moment = now(session)
    if newest is not None:
        newest.ended_at = newest.ended_at or moment
    judgement = Judgement(
        case_id=case.id,
        grade=verdict.grade,
        not_graded_reason=verdict.not_graded_reason,
        version=newest.version + 1 if newest else 1,
        by_id=who.person_id,
        ratified_at=moment,
    )
    verdicts.keep(session, judgement, verdict)
    session.add(judgement)
    session.flush()
    positions.keep(session, judgement, verdict.stances)
