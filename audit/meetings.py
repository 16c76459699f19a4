"""The audit meeting: ratifying one judgement per case."""

import json
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from audit import cases, identifiers, trail
from audit.access import Actor, require_coordinator
from audit.answers import WHY, grading_faults
from audit.cases import CaseView
from audit.errors import NotFound, Refused
from audit.scales import Scale
from audit.tools import TEXT_LIMIT
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle, CycleState
from storage.meetings import IN_FORCE, Judgement
from storage.promises import PromiseKind, promise
from storage.returns import Return

ASSURANCES = {
    "safe": "Is the child safe now? Say who says so, and when.",
    "action": "What will be done",
    "owner": "Who owns it (a role)",
    "by": "By when",
    "monitor": "Who monitors it (a role)",
}
"""What the lowest grade can't be ratified without: field -> question."""


@dataclass(frozen=True)
class Verdict:
    """What the meeting ratified. `assurances`: as ASSURANCES, "" where left empty; "by" is an ISO date."""

    grade: str | None
    not_graded_reason: str | None
    why: str
    assurances: dict[str, str]


def open_judging(session: Session, who: Actor, case_id: str) -> CaseView:
    """What the judgement's form shows: the case with every agency's grade. Coordinators only."""
    require_coordinator(who, "case.ratify", case_id)
    return cases.summary(session, case_id)


def ratify(session: Session, who: Actor, case_id: str, verdict: Verdict) -> CaseView:
    """Ratify a case's grade and lock its returns; ratifying again replaces it and both stand in the trail."""
    require_coordinator(who, "case.ratify", case_id)
    case = session.get(Case, case_id, with_for_update=True)
    if case is None:
        raise NotFound("This case isn't there any more.")
    cycle = session.get_one(Cycle, case.cycle_id)
    if case.withdrawn_at is not None:
        raise Refused(f"{case.reference} has been withdrawn from the audit, so it can't be ratified.")
    if cycle.state not in (CycleState.COLLECTING, CycleState.MEETING):
        raise Refused(f"Audit cycle {cycle.number} isn't open, so nothing can be ratified.")
    _check(Scale.from_json(cycle.scale), verdict)
    _keep(session, who, case, verdict)
    involvements = select(Involvement.id).where(Involvement.case_id == case_id)
    session.execute(
        update(Return)
        .where(Return.involvement_id.in_(involvements), Return.locked_at.is_(None))
        .values(locked_at=now(session))
    )
    detail = f"{case.reference} {verdict.grade} {verdict.not_graded_reason or ''}".rstrip()
    trail.record(session, who, "case.ratify", subject_id=case_id, cycle_id=cycle.id, detail=detail)
    promise(session, PromiseKind.CASE, case_id, now(session))
    session.flush()
    return cases.summary(session, case_id)


def _check(scale: Scale, verdict: Verdict) -> None:
    wrong = grading_faults(scale, verdict.grade, verdict.not_graded_reason)
    texts = {WHY: verdict.why} | verdict.assurances
    if not verdict.why.strip():
        wrong[WHY] = "Say why, in a sentence or two."
    if verdict.grade == scale.lowest.key:
        empty = [field for field in ASSURANCES if not verdict.assurances.get(field, "").strip()]
        wrong |= dict.fromkeys(empty, f"{scale.lowest.label} can't be ratified without this.")
    wrong |= {
        field: f"This has {len(text):,} characters; at most {TEXT_LIMIT:,} fit."
        for field, text in texts.items()
        if len(text) > TEXT_LIMIT
    }
    if wrong:
        raise Refused(next(iter(wrong.values())), fields=wrong)
    identifiers.screen(texts)


def _keep(session: Session, who: Actor, case: Case, verdict: Verdict) -> None:
    assert verdict.grade is not None  # noqa: S101  # _check saw to it
    moment = now(session)
    session.execute(update(Judgement).where(Judgement.case_id == case.id, IN_FORCE).values(ended_at=moment))
    before = session.scalar(select(func.max(Judgement.version)).where(Judgement.case_id == case.id)) or 0
    judgement = Judgement(
        case_id=case.id,
        grade=verdict.grade,
        not_graded_reason=verdict.not_graded_reason,
        version=before + 1,
        by_id=who.person_id,
        ratified_at=moment,
    )
    session.add(judgement)
    assurances = {field: verdict.assurances.get(field, "") for field in ASSURANCES}
    seal(session, judgement, "statement", json.dumps({"why": verdict.why, "assurances": assurances}))
