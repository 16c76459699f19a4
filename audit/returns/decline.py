"""Declining: an agency asks, with a reason, not to answer, and a coordinator decides."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from audit import trail
from audit.access import Actor, coordinators, require_answering, require_coordinator
from audit.calendar import deadline
from audit.delivery import ledger
from audit.errors import NotFound, Refused
from audit.returns.answers import Answers
from audit.returns.found_return import FOUND, Found, Party, find, party_of, require_open
from audit.returns.versions import add_version
from audit.row_by_id import existing
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.cases import ASKED
from storage.clock import now
from storage.crypto import seal, unseal
from storage.messages import MessageKind
from storage.people import Person
from storage.promises import PromiseKind, promise
from storage.returns import UNANSWERED, Decline, Return, ReturnState

REASON, DECISION = "reason", "decision"
"""The only fields of the request and of the decision."""


class DeclineDecision(StrEnum):
    """The state of a request not to answer."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    OVERTAKEN = "overtaken"  # the agency answered, or took its answer back, before a decision
    OVER = "over"  # not decided before the return could no longer be changed


@dataclass(frozen=True)
class DeclineForm:
    """The form for requesting not to answer."""

    return_id: str
    party: Party
    cycle_name: str
    due_at: datetime
    now: datetime


@dataclass(frozen=True)
class DeclineView:
    """A request not to answer. `reason`: None unless obtained by `read`; `decided_by`: None until decided."""

    decline_id: str
    return_id: str
    party: Party
    cycle_id: str
    cycle_name: str
    asked_by_id: str
    asked_by: str
    asked_at: datetime
    decision: DeclineDecision
    decided_by: str | None
    decided_at: datetime | None
    now: datetime
    reason: str | None = None


def open_asking(session: Session, who: Actor, return_id: str) -> DeclineForm:
    """The form for requesting not to answer a return; Refused if there is nothing to request."""
    found = find(session, return_id)
    _require_asking(session, who, found)
    return DeclineForm(return_id, party_of(found), found.Cycle.name, deadline(found.Cycle.due_on), now(session))


def ask(session: Session, who: Actor, return_id: str, reason: str) -> DeclineView:
    """Request not to answer, and tell every coordinator. The same request again changes nothing."""
    found = find(session, return_id, locked=True)
    require_answering(who, found.Involvement.agency_id, found.Case.area_id, return_id)
    fields.check(session, who, {REASON: TypedField(reason, "Say why your agency asks not to answer.")})
    before = _asked_before(session, who, found.Return, reason)
    if before is not None:
        return look(session, before.id)
    _require_asking(session, who, found)
    decline = Decline(return_id=return_id, asked_by_id=who.person_id, asked_at=now(session))
    seal(session, decline, "reason", reason)
    session.add(decline)
    trail.record(
        session, who, "decline.ask", subject_id=return_id, cycle_id=found.Cycle.id, detail=found.Case.reference
    )
    promise(session, PromiseKind.RETURN, return_id, now(session))
    ledger.tell(session, MessageKind.DECLINE, found.Cycle.id, decline.id, coordinators(session))
    session.flush()
    return look(session, decline.id)


def look(session: Session, decline_id: str) -> DeclineView:
    """A request as it is now, without its reason; NotFound. The caller checks permission."""
    views = _views(session, Decline.id == decline_id)
    if not views:
        raise NotFound("This request no longer exists.")
    return views[0]


def read(session: Session, who: Actor, decline_id: str) -> DeclineView:
    """A request with its reason, for a coordinator; the reading is recorded."""
    require_coordinator(who, "decline.read", decline_id)
    view = look(session, decline_id)
    decline = session.get_one(Decline, decline_id)
    trail.reading(
        session, who, "decline.read",
        subject_id=decline.return_id, cycle_id=view.cycle_id, detail=view.party.reference,
    )  # fmt: skip
    return replace(view, reason=unseal(session, decline, "reason"))


def settle(session: Session, who: Actor, decline_id: str, view_id: str, *, approve: bool | None) -> DeclineView:
    """Decide on a request. If approved, the return is declined; otherwise it is still requested.

    The same decision again by the same person changes nothing. Refused if it was decided or overtaken meanwhile, or if
    nothing was chosen.
    """
    require_coordinator(who, "decline.settle", decline_id)
    if approve is None:
        raise Refused("Choose whether you approve it.", DECISION)
    decline = existing(session, Decline, decline_id)
    row = find(session, decline.return_id, locked=True)
    session.refresh(decline)  # read again, now that the return is locked
    if decline.decided_at is not None:
        if (decline.decided_by_id, decline.approved) == (who.person_id, approve):
            return look(session, decline_id)
        raise Refused(_decided_already(look(session, decline_id)))
    require_open(session, row)
    decline.decided_by_id, decline.decided_at, decline.approved = who.person_id, now(session), approve
    verb = "decline.approve" if approve else "decline.refuse"
    trail.record(session, who, verb, subject_id=row.Return.id, cycle_id=row.Cycle.id, detail=row.Case.reference)
    session.flush()
    if approve:
        add_version(session, who, row, view_id, Answers(), ReturnState.DECLINED)
    promise(session, PromiseKind.RETURN, row.Return.id, now(session))
    ledger.tell(session, MessageKind.DECLINE, row.Cycle.id, decline_id, [decline.asked_by_id])
    session.flush()
    return look(session, decline_id)


def waiting(session: Session) -> tuple[DeclineView, ...]:
    """The requests on which a coordinator can still decide, oldest first, without their reasons."""
    views = _views(session, Decline.decided_at.is_(None), *ASKED)
    return tuple(view for view in views if view.decision == DeclineDecision.WAITING)


def _asked_before(session: Session, who: Actor, row: Return, reason: str) -> Decline | None:
    """The return's newest request if it is the same one and nothing has overtaken it, or None."""
    latest = session.scalar(
        select(Decline).where(Decline.return_id == row.id).order_by(Decline.asked_at.desc(), Decline.id.desc()).limit(1)
    )
    if latest is None or latest.asked_by_id != who.person_id or unseal(session, latest, "reason") != reason:
        return None
    overtaken = latest.decided_at is not None and latest.approved is None
    undone = latest.approved is True and row.state != ReturnState.DECLINED
    return None if overtaken or undone else latest


def _require_asking(session: Session, who: Actor, found: Found) -> None:
    require_answering(who, found.Involvement.agency_id, found.Case.area_id, found.Return.id)
    require_open(session, found)
    if found.Return.state not in UNANSWERED:
        raise Refused(f"The return for {found.Case.reference} is answered already, so there is nothing to decline.")
    if session.scalar(select(Decline.id).where(Decline.return_id == found.Return.id, Decline.decided_at.is_(None))):
        raise Refused(f"Your agency has asked not to answer for {found.Case.reference} already. A coordinator decides.")


_ASKER, _DECIDER = aliased(Person), aliased(Person)
_ASKED = (
    FOUND.add_columns(Decline, _ASKER.label.label("asked_by"), _DECIDER.label.label("decided_by"))
    .join(Decline, Decline.return_id == Return.id)
    .join(_ASKER, _ASKER.id == Decline.asked_by_id)
    .outerjoin(_DECIDER, _DECIDER.id == Decline.decided_by_id)
    .order_by(Decline.asked_at, Decline.id)
)
"""Requests and decisions, with the return that they are about."""


def _views(session: Session, *wanted: ColumnElement[bool]) -> list[DeclineView]:
    rows = session.execute(_ASKED.where(*wanted))
    return [
        DeclineView(
            decline_id=row.Decline.id,
            return_id=row.Return.id,
            party=party_of(row),
            cycle_id=row.Cycle.id,
            cycle_name=row.Cycle.name,
            asked_by_id=row.Decline.asked_by_id,
            asked_by=row.asked_by,
            asked_at=row.Decline.asked_at,
            decision=_decision(session, row.Decline, row),
            decided_by=row.decided_by,
            decided_at=row.Decline.decided_at,
            now=now(session),
        )
        for row in rows
    ]


def _decision(session: Session, decline: Decline, found: Found) -> DeclineDecision:
    if decline.decided_at is not None:
        return {True: DeclineDecision.APPROVED, False: DeclineDecision.REFUSED, None: DeclineDecision.OVERTAKEN}[
            decline.approved
        ]
    try:
        require_open(session, found)
    except Refused:
        return DeclineDecision.OVER
    return DeclineDecision.WAITING


def _decided_already(view: DeclineView) -> str:
    if view.decision == DeclineDecision.OVERTAKEN:
        return f"The agency has answered for {view.party.reference} meanwhile, so there is nothing left to decide."
    what = "approved it" if view.decision == DeclineDecision.APPROVED else "did not approve it"
    return f"{view.decided_by} has decided already, and {what}. Nothing was changed."
