"""Re-opening a ratified case: its judgement ends, its returns can be changed, and it can be ratified again."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, require_coordinator
from audit.cases import summary
from audit.cases.judgements import JudgementView
from audit.cases.summary import CaseView
from audit.cycle import states
from audit.errors import Refused
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.cases import Case, Involvement
from storage.clock import now
from storage.crypto import seal, unseal
from storage.cycles import Cycle, CycleState
from storage.meetings import Judgement, Reopening
from storage.promises import PromiseKind, promise
from storage.returns import Return
from storage.types import LOCK

VERB = "case.reopen"
"""The trail's name for re-opening a case."""
REASON = "reason"
"""The form's only field."""
_SO = "none of its cases can be re-opened"


@dataclass(frozen=True)
class Reopen:
    """The form: the case, and the judgement that would end. `back`: whether the cycle returns to its meetings."""

    case: CaseView
    judgement: JudgementView
    back: bool


def open_reopening(session: Session, who: Actor, case_id: str) -> Reopen:
    """The form, for a coordinator; Refused if the case isn't ratified or its cycle isn't in progress."""
    require_coordinator(who, VERB, case_id)
    case = summary.summary(session, case_id)
    cycle = session.get_one(Cycle, case.cycle_id)
    moment.require(cycle, moment.STANDING, _SO)
    if case.judgement is None:
        raise Refused(f"{case.reference} isn't ratified, so it is already open.")
    return Reopen(case, case.judgement, cycle.state in (CycleState.RATIFIED, CycleState.REPORTED))


def reopen(session: Session, who: Actor, judgement_id: str, reason: str) -> CaseView:
    """End a judgement and re-open its case. The same form sent again changes nothing. Refused at `REASON`."""
    require_coordinator(who, VERB, judgement_id)
    judgement = existing(session, Judgement, judgement_id)
    case = session.get_one(Case, judgement.case_id)
    cycle = session.get_one(Cycle, case.cycle_id, with_for_update=LOCK)
    session.refresh(case, with_for_update=LOCK)
    session.refresh(judgement)
    if judgement.ended_at is not None:
        _require_repeated(session, who, case, judgement, reason)
        return summary.summary(session, case.id)
    moment.require(cycle, moment.STANDING, _SO)
    fields.check(session, who, {REASON: TypedField(reason, "Say why it is opened again, in a sentence or two.")})
    _end(session, who, case, judgement, reason)
    trail.record(session, who, VERB, subject_id=case.id, cycle_id=cycle.id, detail=case.reference)
    states.back_to_meeting(session, who, cycle)
    promise(session, PromiseKind.CASE, case.id, now(session))
    session.flush()
    return summary.summary(session, case.id)


def _require_repeated(session: Session, who: Actor, case: Case, judgement: Judgement, reason: str) -> None:
    """Refuse a form whose judgement is no longer in force, unless it is the same form sent again."""
    row = session.scalars(select(Reopening).where(Reopening.judgement_id == judgement.id)).first()
    if row is None:
        raise Refused(
            f"{case.reference} was ratified again meanwhile, so nothing was changed. Please look at it again."
        )
    if row.by_id != who.person_id or unseal(session, row, "reason") != reason:
        raise Refused(f"{case.reference} was re-opened meanwhile, so nothing was changed. Please look at it again.")


def _end(session: Session, who: Actor, case: Case, judgement: Judgement, reason: str) -> None:
    judgement.ended_at = now(session)
    row = Reopening(case_id=case.id, judgement_id=judgement.id, by_id=who.person_id, at=judgement.ended_at)
    seal(session, row, "reason", reason)
    session.add(row)
    involvements = select(Involvement.id).where(Involvement.case_id == case.id)
    session.execute(update(Return).where(Return.involvement_id.in_(involvements)).values(locked_at=None))
