"""The audit meeting: what it has before it of a case, and ratifying one judgement for it."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import actions, agenda, cases, immediate, judgements, moments, positions, steps, trail, verdicts
from audit.access import CHAIRING, MONITORING, Actor, require_chairing, require_overseeing
from audit.actions import ActionView
from audit.agenda import Item, Place
from audit.cases import CaseView
from audit.errors import NotFound, Refused
from audit.judgements import JudgementView, ReopeningView
from audit.lines import fingerprint
from audit.moments import Moment
from audit.proposals import proposed
from audit.scales import Scale
from audit.verdicts import ASSURANCES, Verdict
from storage.actions import Action
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.meetings import Judgement, Reopening
from storage.people import RoleKind
from storage.promises import PromiseKind, promise
from storage.returns import Return

__all__ = [
    "ASSURANCES", "Discussion", "Judging", "Verdict", "chosen", "discussion", "open_discussion", "open_judging",
    "ratify", "read_judging",
]  # fmt: skip

VERB = "case.ratify"
"""What the trail calls it."""


@dataclass(frozen=True)
class Discussion:
    """All that a meeting has before it of a case. `item`: what puts it where it is on the agenda.

    `proposal`: the grade that the cycle's `rule` proposes, by key. `judgements` and `reopenings`: those that went
    before, newest first. What whoever looks may do: `judges` (ratify), `moderates`, `records` (write findings),
    `reopens`, `acts` (add an action). `place`: which of its meeting's cases it is, None if it isn't one of them.
    """

    case: CaseView
    item: Item
    now: datetime
    rule: str
    proposal: str | None
    moment: Moment
    actions: tuple[ActionView, ...]
    judgements: tuple[JudgementView, ...] = ()
    reopenings: tuple[ReopeningView, ...] = ()
    judges: bool = False
    moderates: bool = False
    records: bool = False
    reopens: bool = False
    acts: bool = False
    place: Place | None = None


@dataclass(frozen=True)
class Judging:
    """What the judgement's form shows. `record_id`: what it was filled from, as `_record` says.

    `verdict` stands in the form. Without positions, these are as the attendance has them, and aren't asked one by one.
    `notice`: why it is shown again.
    """

    record_id: str
    about: Discussion
    verdict: Verdict
    notice: str | None = None


def open_discussion(session: Session, who: Actor, case_id: str) -> Discussion:
    """The discussion for coordinators, the chair and the sub-group; that they read it is recorded."""
    found = discussion(session, who, case_id)
    _record_reading(session, who, "case.discuss", found.case)
    return found


def _record_reading(session: Session, who: Actor, verb: str, case: CaseView) -> None:
    trail.record(session, who, verb, subject_id=case.id, cycle_id=case.cycle_id, detail=case.reference)


def discussion(session: Session, who: Actor, case_id: str) -> Discussion:
    """The same, to bring up to date what somebody has before them already."""
    require_overseeing(who, "case.discuss", case_id)
    whole = cases.summary(session, case_id)
    cycle = session.get_one(Cycle, whole.cycle_id)
    moment = _moment(session, whole, cycle)
    case = cases.as_read_by(who, whole, moment.now)
    if concealed := case is not whole:
        moment = replace(moment, immediate=())
    chairs, changes, members = who.has(*CHAIRING), who.has(RoleKind.COORDINATOR), who.has(*MONITORING)
    judged, standing = (not case.withdrawn and cycle.state in states for states in (moments.OPEN, moments.STANDING))
    at_it = not moment.early
    discussed = at_it or case.released_at is not None or case.judgement is not None or case.reopened_at is not None
    return Discussion(
        case=case,
        item=agenda.ordered([case], {case.reference: len(moment.immediate)})[0],
        now=moment.now,
        rule=cycle.proposal,
        proposal=proposed(cycle.proposal, case.scale, [line.settled for line in case.lines]),
        moment=moment,
        actions=() if concealed else actions.of(session, Action.case_id == case_id),
        judgements=() if concealed else judgements.ended(session, case_id),
        reopenings=() if concealed else judgements.reopenings(session, case_id),
        judges=chairs and judged,
        moderates=chairs and judged and (at_it or case.released_at is not None) and case.judgement is None,
        records=changes and standing and discussed,
        reopens=changes and standing and case.judgement is not None,
        acts=members and standing and discussed,
        place=agenda.place(session, who, case_id),
    )


def _moment(session: Session, case: CaseView, cycle: Cycle) -> Moment:
    """What the case would be ratified in."""
    still = [each for each in immediate.open_ones(session, case.cycle_id) if each.reference == case.reference]
    returned = [(line.return_id, line.version) for line in case.lines]
    contributors = positions.contributors(session, case.id)
    there = [(each.agency_id, each.present) for each in contributors]
    return Moment(
        meeting_at=case.meeting_at,
        now=now(session),
        rule=cycle.quorum,
        contributors=contributors,
        missing=tuple(line.agency for line in case.unanswered),
        immediate=tuple(each.agency for each in still),
        mark=fingerprint(VERB, case.id, returned, there, [(each.id, each.acknowledged_at) for each in still]),
    )


def open_judging(session: Session, who: Actor, case_id: str) -> Judging:
    """The judgement's form, for a coordinator or the chair.

    Filled with what was ratified before, even where the case was re-opened since; else from who was at the meeting.
    """
    require_chairing(who, VERB, case_id)
    about, newest = discussion(session, who, case_id), _newest(session, case_id)
    present = positions.by_attendance(about.moment.contributors)
    verdict = verdicts.kept(session, newest) if newest else Verdict(None, None, "", {}, present)
    if not about.moment.outside(verdict.stances):
        verdict = replace(verdict, exception="")
    if positions.recorded(about.moment.contributors) and positions.same(verdict.stances, present):
        verdict = replace(verdict, stances={})
    return Judging(_record(session, case_id, newest), about, verdict)


def read_judging(session: Session, who: Actor, case_id: str) -> Judging:
    """The same for whoever opens it: that they read what stands in it is recorded."""
    form = open_judging(session, who, case_id)
    _record_reading(session, who, "case.judge", form.about.case)
    return form


def chosen(
    session: Session, who: Actor, record_id: str, verdict: Verdict, seen: str, *, one_by_one: bool = False
) -> Judging:
    """The form as it goes on from what was chosen in it, for a coordinator or the chair. Nothing is kept.

    It stays what it was filled from, with its mark, so that `ratify` sees what changed meanwhile. `one_by_one`: the
    agencies' positions are to be changed, from what the attendance says.
    """
    require_chairing(who, VERB, record_id)
    about = discussion(session, who, _about(session, record_id)[0].id)
    if one_by_one:
        verdict = replace(verdict, stances=positions.by_attendance(about.moment.contributors))
    return Judging(record_id, replace(about, moment=replace(about.moment, mark=seen)), verdict)


def ratify(session: Session, who: Actor, record_id: str, verdict: Verdict, seen: str) -> CaseView | Judging:
    """Ratify a case's grade and lock its returns; ratifying again replaces it, and both are kept.

    Who was there agrees, unless the verdict names it elsewhere (audit.positions.completed). `seen`: the mark of the
    form, which says what its reader knew to be missing and open, and who was there. The same verdict sent again
    from the same form changes nothing. If the case was ratified or re-opened since the form was opened, or its returns
    or immediate actions have changed, nothing is done either: the form is given back with what was typed. Refused names
    the fields at fault: so outside the moment (audit.moments), unless the verdict says why.
    """
    require_chairing(who, VERB, record_id)
    cycle, case, base = _locked(session, record_id)
    newest = _newest(session, case.id)
    typed, found = verdict, positions.contributors(session, case.id)
    verdict = replace(verdict, stances=positions.completed(found, verdict.stances))
    if newest is not None and newest.version == base + 1 and _repeats(session, who, newest, verdict):
        return cases.summary(session, case.id)
    if case.withdrawn_at is not None:
        raise Refused(f"{case.reference} has been withdrawn from the audit, so it can't be ratified.")
    moments.require(cycle, moments.OPEN, "nothing can be ratified")
    returns = _returns(session, case)
    moment = _moment(session, cases.summary(session, case.id), cycle)
    if record_id != _record(session, case.id, newest) or seen != moment.mark:
        return _overtaken(session, who, case, typed, ratified=record_id != _record(session, case.id, newest))
    before = verdicts.kept(session, newest) if newest else None
    verdicts.check(session, who, Scale.from_json(cycle.scale), verdict, moment, before)
    for each in returns:
        each.locked_at = each.locked_at or moment.now
    _keep(session, who, case, newest, verdict, moment)
    _follow(session, who, cycle, case, verdict, moment)
    session.flush()
    return cases.summary(session, case.id)


def _follow(  # noqa: PLR0917  # what was ratified, where, when and by whom
    session: Session, who: Actor, cycle: Cycle, case: Case, verdict: Verdict, moment: Moment
) -> None:
    """What a judgement brings with it: the action of the lowest grade, the trail, and that the meetings have begun."""
    if verdict.grade == Scale.from_json(cycle.scale).lowest.key:
        said = {name: text.strip() for name, text in verdict.assurances.items()}
        actions.from_judgement(
            session, who, case, what=said["action"], owner=said["owner"], due_on=date.fromisoformat(said["by"])
        )
    how = (verdict.grade, verdict.not_graded_reason, *moment.outside(verdict.stances))
    detail = " ".join([case.reference, *filter(None, how)])
    trail.record(session, who, VERB, subject_id=case.id, cycle_id=cycle.id, detail=detail)
    if not moment.early:
        steps.begin_meeting(session, who, cycle)
    promise(session, PromiseKind.CASE, case.id, moment.now)


def _about(session: Session, record_id: str) -> tuple[Case, int]:
    """What a form with this record id is about: the case, and the version of its judgement that the form began from."""
    judgement, reopening = session.get(Judgement, record_id), session.get(Reopening, record_id)
    if reopening is not None:
        judgement = session.get_one(Judgement, reopening.judgement_id)
    case = session.get(Case, judgement.case_id if judgement else record_id)
    if case is None:
        raise NotFound("This case isn't there any more.")
    return case, judgement.version if judgement else 0


def _locked(session: Session, record_id: str) -> tuple[Cycle, Case, int]:
    """The same with its cycle, both locked: the cycle first."""
    case, base = _about(session, record_id)
    cycle = session.get_one(Cycle, case.cycle_id, with_for_update=True)
    session.refresh(case, with_for_update=True)
    return cycle, case, base


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


def _overtaken(session: Session, who: Actor, case: Case, verdict: Verdict, *, ratified: bool) -> Judging:
    """The form as it must be looked at again, with what was typed; `ratified`: the judgement is another one now."""
    fresh = open_judging(session, who, case.id)
    now_judged = fresh.about.case.judgement
    did = f"{now_judged.ratified_by} ratified this case" if now_judged else "This case was re-opened"
    did = did if ratified else "What is missing or open of this case, or who was there, has changed"
    notice = f"{did} while you were writing, so nothing was changed. Look at it again: what you typed is still here."
    if not any(verdict.stances.values()) and not positions.one_by_one(verdict.stances):
        verdict = replace(verdict, stances=fresh.verdict.stances)  # nobody chose them: as people came
    return Judging(fresh.record_id, fresh.about, verdict, notice)


def _returns(session: Session, case: Case) -> list[Return]:
    """The case's returns, locked: none of them changes between the count of who contributed and the judgement."""
    involvements = select(Involvement.id).where(Involvement.case_id == case.id)
    those = select(Return).where(Return.involvement_id.in_(involvements)).order_by(Return.id)
    return list(session.scalars(those.with_for_update().execution_options(populate_existing=True)))


def _keep(  # noqa: PLR0917  # what is ratified, where, when and by whom
    session: Session, who: Actor, case: Case, newest: Judgement | None, verdict: Verdict, moment: Moment
) -> None:
    assert verdict.grade is not None  # noqa: S101  # verdicts.check saw to it
    if newest is not None:
        newest.ended_at = newest.ended_at or moment.now
    judgement = Judgement(
        case_id=case.id,
        grade=verdict.grade,
        not_graded_reason=verdict.not_graded_reason,
        version=newest.version + 1 if newest else 1,
        by_id=who.person_id,
        ratified_at=moment.now,
    )
    verdicts.keep(session, judgement, verdict, moment)
    session.add(judgement)
    session.flush()
    positions.keep(session, judgement, verdict.stances)
