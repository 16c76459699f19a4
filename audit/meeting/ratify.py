"""Ratifying: the judgement's form, filled in step by step, and the judgement that is stored from it."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import moment as moment_rules
from audit import trail
from audit.access import Actor, require_chairing
from audit.actions import actions
from audit.cases import summary
from audit.cases.summary import CaseView
from audit.cycle import states
from audit.errors import NotFound, Refused
from audit.meeting import positions
from audit.meeting import verdict as verdict_rules
from audit.meeting.discussion import VERB, Discussion, discussion, moment_of, record_reading
from audit.meeting.verdict import Verdict
from audit.moment import Moment
from audit.pasted import fingerprint
from audit.scales import NO_OVERALL
from storage.cases import Case, Involvement
from storage.cycles import Cycle
from storage.meetings import Judgement, Reopening
from storage.promises import PromiseKind, promise
from storage.returns import Return
from storage.types import LOCK


@dataclass(frozen=True)
class JudgementForm:
    """The judgement's form. `record_id`: the record that it was filled from; see `_record`.

    `verdict`: the form's current values. If it has no positions, these follow the attendance and aren't asked for one
    by one. `notice`: why the form is shown again, or None.
    """

    record_id: str
    about: Discussion
    verdict: Verdict
    notice: str | None = None


def open_judging(session: Session, who: Actor, case_id: str) -> JudgementForm:
    """The judgement's form, for a coordinator or the chair.

    It is filled from the newest judgement, even if the case was re-opened since, or else from the attendance.
    """
    require_chairing(who, VERB, case_id)
    about, newest = discussion(session, who, case_id), _newest(session, case_id)
    present = positions.by_attendance(about.moment.contributors)
    verdict = verdict_rules.kept(session, newest) if newest else Verdict(None, None, "", {}, present)
    if not about.moment.outside(verdict.stances):
        verdict = replace(verdict, exception="")
    if positions.recorded(about.moment.contributors) and positions.same(verdict.stances, present):
        verdict = replace(verdict, stances={})
    return JudgementForm(_record(session, case_id, newest), about, verdict)


def read_judging(session: Session, who: Actor, case_id: str) -> JudgementForm:
    """Open the judgement's form, and record that this person read what is in it."""
    form = open_judging(session, who, case_id)
    record_reading(session, who, "case.judge", form.about.case)
    return form


def chosen(
    session: Session, who: Actor, record_id: str, verdict: Verdict, seen: str, *, one_by_one: bool
) -> JudgementForm:
    """The form after a choice was made in it, for a coordinator or the chair. Nothing is stored.

    It keeps its `record_id` and its mark (`seen`), so that `ratify` notices what has changed since it was opened.
    `one_by_one`: ask for each agency's position, beginning with what the attendance implies.
    """
    require_chairing(who, VERB, record_id)
    about = discussion(session, who, _about(session, record_id)[0].id)
    if one_by_one:
        verdict = replace(verdict, stances=positions.by_attendance(about.moment.contributors))
    return JudgementForm(record_id, replace(about, moment=replace(about.moment, mark=seen)), verdict)


def ratify(session: Session, who: Actor, record_id: str, verdict: Verdict, seen: str) -> CaseView | JudgementForm:
    """Ratify a case's grade and lock its returns. A new judgement replaces the one before; both are kept.

    Agencies present agree unless the verdict lists them elsewhere (positions.completed). `seen`: the form's mark, which
    stands for what was missing and open, and for the attendance, when it was opened. The same verdict sent again from
    the same form changes nothing. If the case was ratified or re-opened since the form was opened, or its returns,
    immediate actions or attendance have changed, nothing is stored either: the form is returned with what was typed.
    Refused at each field at fault, also if the judgement is outside its moment (audit.moment) without a reason.
    """
    require_chairing(who, VERB, record_id)
    cycle, case, base = _locked(session, record_id)
    newest = _newest(session, case.id)
    typed, contributors = verdict, positions.contributors(session, case.id)
    verdict = replace(verdict, stances=positions.completed(contributors, verdict.stances))
    if newest is not None and newest.version == base + 1 and _repeats(session, who, newest, verdict):
        return summary.summary(session, case.id)
    if case.withdrawn_at is not None:
        raise Refused(f"{case.reference} has been withdrawn from the audit, so it can't be ratified.")
    moment_rules.require(cycle, moment_rules.OPEN, "nothing can be ratified")
    returns = _returns(session, case)
    case_view = summary.summary(session, case.id)
    moment = moment_of(session, case_view, cycle)
    if record_id != _record(session, case.id, newest) or seen != moment.mark:
        return _overtaken(session, who, case, typed, ratified=record_id != _record(session, case.id, newest))
    before = verdict_rules.kept(session, newest) if newest else None
    verdict_rules.check(session, who, case_view, verdict, moment, before)
    for row in returns:
        row.locked_at = row.locked_at or moment.now
    _keep(session, who, case, newest, verdict, moment)
    _follow(session, who, cycle, case, verdict, moment, lowest=verdict_rules.lowest_of(case_view, verdict) is not None)
    session.flush()
    return summary.summary(session, case.id)


def _follow(  # noqa: PLR0917  # what was ratified, where, when and by whom
    session: Session, who: Actor, cycle: Cycle, case: Case, verdict: Verdict, moment: Moment, *, lowest: bool
) -> None:
    """Carry out what follows a judgement: the lowest grade's action, the trail entry, and the cycle's first meeting."""
    if lowest:
        texts = {name: text.strip() for name, text in verdict.assurances.items()}
        actions.keep_judgement_action(
            session, who, case, what=texts["action"], owner=texts["owner"], due_on=date.fromisoformat(texts["by"])
        )
    sections = [f"{key}:{given}" for key, given in verdict.sections.items()]
    marked = [fingerprint(*sections), *sections] if sections else []  # the mark first: the trail cuts long details
    how = (verdict.grade, verdict.not_graded_reason, *moment.outside(verdict.stances), *marked)
    detail = " ".join([case.reference, *filter(None, how)])
    trail.record(session, who, VERB, subject_id=case.id, cycle_id=cycle.id, detail=detail)
    if not moment.early:
        states.begin_meeting(session, who, cycle)
    promise(session, PromiseKind.CASE, case.id, moment.now)


def _about(session: Session, record_id: str) -> tuple[Case, int]:
    """The case of a form with this record id, and the version of the judgement that it was filled from (0: none)."""
    judgement, reopening = session.get(Judgement, record_id), session.get(Reopening, record_id)
    if reopening is not None:
        judgement = session.get_one(Judgement, reopening.judgement_id)
    case = session.get(Case, judgement.case_id if judgement else record_id)
    if case is None:
        raise NotFound("This case no longer exists.")
    return case, judgement.version if judgement else 0


def _locked(session: Session, record_id: str) -> tuple[Cycle, Case, int]:
    """The cycle, the case, and the version that the form was filled from; cycle and case are locked, in this order."""
    case, base = _about(session, record_id)
    cycle = session.get_one(Cycle, case.cycle_id, with_for_update=LOCK)
    session.refresh(case, with_for_update=LOCK)
    return cycle, case, base


def _newest(session: Session, case_id: str) -> Judgement | None:
    newest = select(Judgement).where(Judgement.case_id == case_id).order_by(Judgement.version.desc()).limit(1)
    return session.scalars(newest.execution_options(populate_existing=True)).first()


def _record(session: Session, case_id: str, newest: Judgement | None) -> str:
    """The id of the record that a form is filled from: the newest judgement, its re-opening, or else the case."""
    if newest is None or newest.ended_at is None:
        return newest.id if newest else case_id
    return session.scalars(select(Reopening.id).where(Reopening.judgement_id == newest.id)).one()


def _repeats(session: Session, who: Actor, newest: Judgement, verdict: Verdict) -> bool:
    mine = newest.by_id == who.person_id and newest.ended_at is None
    return mine and verdict_rules.same(verdict_rules.kept(session, newest), verdict)


def _overtaken(session: Session, who: Actor, case: Case, verdict: Verdict, *, ratified: bool) -> JudgementForm:
    """The form with the current state and what was typed; `ratified`: the case was ratified or re-opened since."""
    fresh = open_judging(session, who, case.id)
    now_judged = fresh.about.case.judgement
    did = f"{now_judged.ratified_by} ratified this case" if now_judged else "This case was re-opened"
    did = did if ratified else "What is missing or open of this case, or who was there, has changed"
    notice = f"{did} while you were writing, so nothing was changed. Look at it again: what you typed is still here."
    if not any(verdict.stances.values()) and not positions.one_by_one(verdict.stances):
        verdict = replace(verdict, stances=fresh.verdict.stances)  # nobody chose them: follow the attendance
    return JudgementForm(fresh.record_id, fresh.about, verdict, notice)


def _returns(session: Session, case: Case) -> list[Return]:
    """The case's returns, locked so that none changes between counting the contributors and the judgement."""
    involvements = select(Involvement.id).where(Involvement.case_id == case.id)
    those = select(Return).where(Return.involvement_id.in_(involvements)).order_by(Return.id)
    return list(session.scalars(those.with_for_update(**LOCK).execution_options(populate_existing=True)))


def _keep(  # noqa: PLR0917  # what is ratified, where, when and by whom
    session: Session, who: Actor, case: Case, newest: Judgement | None, verdict: Verdict, moment: Moment
) -> None:
    if newest is not None:
        newest.ended_at = newest.ended_at or moment.now
    judgement = Judgement(
        case_id=case.id,
        grade=verdict.grade or NO_OVERALL,
        not_graded_reason=verdict.not_graded_reason,
        sections=dict(verdict.sections),
        version=newest.version + 1 if newest else 1,
        by_id=who.person_id,
        ratified_at=moment.now,
    )
    verdict_rules.keep(session, judgement, verdict, moment)
    session.add(judgement)
    session.flush()
    positions.keep(session, judgement, verdict.stances)
