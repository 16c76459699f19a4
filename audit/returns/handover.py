"""Handing a return over to an auditor, who drafts it; the lead signs it off by sending it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import ANSWERING, Actor, require_answering
from audit.calendar import deadline
from audit.delivery import ledger
from audit.errors import NotFound, Refused
from audit.people.newcomers import PERSON, registered
from audit.people.people import Profile
from audit.returns import draft_store, submit, waiting
from audit.returns.answers import Answers
from audit.returns.draft import newer
from audit.returns.form import OpenReturn
from audit.returns.found_return import Found, Party, find, party_of, require_open
from audit.returns.versions import sent_before
from audit.returns.waiting import Waiting
from audit.returns.who_may_answer import Capacity, handed_over
from audit.role_in_force import in_force
from storage.clock import now
from storage.messages import MessageKind
from storage.people import Person, Role, RoleKind
from storage.promises import PromiseKind, promise
from storage.returns import Draft, Handover, Return, ReturnState


@dataclass(frozen=True)
class AuditorForm:
    """The form for choosing an auditor."""

    return_id: str
    party: Party


@dataclass(frozen=True)
class HandedOver:
    """A return's handover to an auditor, current or ended; `auditor` and `by` are labels.

    `ready_at`: when the auditor marked it as ready for sign-off, or None. `sent`: the return has been sent.
    `auditor_id`: the person's id.
    """

    id: str
    return_id: str
    party: Party
    cycle_name: str
    due_at: datetime
    auditor_id: str
    auditor: str
    by: str
    at: datetime
    ready_at: datetime | None
    ended_at: datetime | None
    sent: bool


def require_own(session: Session, who: Actor, return_id: str, *, locked: bool = False) -> Found:
    """The return, if this person answers for its agency and it can be changed; NotFound, Refused, NotAllowed.

    `locked`: against changes by others.
    """
    found = find(session, return_id, locked=locked)
    require_answering(who, found.Involvement.agency_id, found.Case.area_id, return_id)
    require_open(session, found)
    return found


def choose(session: Session, who: Actor, return_id: str) -> AuditorForm:
    """The form for handing a return over, for a lead or deputy. Refused if it is with an auditor already."""
    found = require_own(session, who, return_id)
    standing = handed_over(session, return_id)
    if standing is not None:
        raise Refused(_with(session, standing))
    return AuditorForm(return_id, party_of(found))


def give(session: Session, who: Actor, return_id: str, stranger: Profile, label: str) -> HandedOver:
    """Hand a return over to an auditor, registered under `label` if need be.

    Nothing changes if it is with the same auditor already. Refused at its field, NotFound, NotAllowed.
    """
    found = require_own(session, who, return_id, locked=True)
    person = registered(session, who, stranger, label)
    standing = handed_over(session, return_id)
    if standing is not None:
        if standing.person_id != person.id:
            raise Refused(_with(session, standing))
        return look(session, standing.id)
    _check(session, who, found, person)
    _be_auditor(session, found.Involvement.agency_id, person)
    row = Handover(return_id=return_id, person_id=person.id, by_id=who.person_id, at=now(session))
    session.add(row)
    session.flush()
    ledger.tell(session, MessageKind.HANDOVER, found.Cycle.id, row.id, [person.id])
    _changed(session, who, found, "handover.give", person)
    return look(session, row.id)


def _with(session: Session, standing: Handover) -> str:
    label = session.get_one(Person, standing.person_id).label
    return f"This return is with {label} already. Take it back first, if somebody else should write it."


def _check(session: Session, who: Actor, found: Found, person: Person) -> None:
    """Refuse an auditor who is a lead or deputy of another agency, or who answers for this return anyway."""
    if person.id == who.person_id:
        raise Refused("Choose somebody else: you can write this return yourself.", PERSON)
    answering = session.scalars(
        select(Role.agency_id).where(
            Role.person_id == person.id,
            Role.kind.in_(ANSWERING),
            in_force(now(session)),
            or_(Role.agency_id != found.Involvement.agency_id, Role.area_id.is_(None),
                Role.area_id == found.Case.area_id),
        )
    ).all()  # fmt: skip
    if found.Involvement.agency_id in answering:
        raise Refused(f"{person.label} answers for your agency, and can open this return from Home.", PERSON)
    if answering:
        raise Refused(f"{person.label} answers for another agency. Choose somebody of yours.", PERSON)


def _be_auditor(session: Session, agency_id: str, person: Person) -> None:
    role = session.scalar(
        select(Role).where(Role.person_id == person.id, Role.kind == RoleKind.AUDITOR, Role.agency_id == agency_id)
    )
    if role is None:
        role = Role(person_id=person.id, kind=RoleKind.AUDITOR, agency_id=agency_id)
        session.add(role)
    role.until = None


def end(session: Session, who: Actor, handover_id: str) -> HandedOver:
    """Take a return back from its auditor, if it is still there; the auditor's draft stays with the agency."""
    row = session.get(Handover, handover_id)
    if row is None:
        raise NotFound("This return isn't with an auditor any more.")
    found = require_own(session, who, row.return_id, locked=True)
    session.refresh(row)  # read again, now that the return is locked
    if row.ended_at is None:
        row.ended_at = now(session)
        session.flush()
        ledger.redraw(session, MessageKind.HANDOVER, [row.id])
        _changed(session, who, found, "handover.end", session.get_one(Person, row.person_id))
    return look(session, row.id)


def ready(
    session: Session, who: Actor, record_id: str, view_id: str, answers: Answers, *, asked: Collection[str]
) -> HandedOver | OpenReturn:
    """Mark the auditor's draft as ready for sign-off, and tell the lead, whose form will be filled from it.

    It is checked as if it were sent. If another version came first, the form is returned, as by `submit`. The same form
    sent again changes nothing.
    """
    at = draft_store.window(session, who, record_id, view_id)
    standing = handed_over(session, at.found.Return.id)
    if at.role is not Capacity.AUDITOR or standing is None:
        raise Refused("This return isn't with you, so send it yourself: close this form and open it again.")
    if (anew := newer(session, who, at, answers, asked)) is not None:
        return anew
    form = submit.prepared(session, who, at, answers, asked=asked)
    if sent_before(session, at.found.Return.id, view_id, at.base):
        raise Refused("This form was sent already. Please close it and open the return again.")
    if form.newest.number != at.base:
        return submit.overtaken(session, who, at, form)
    if draft_store.is_ready(session, at, form.answers):
        return look(session, standing.id)
    kept = draft_store.store(session, who, at, form.answers)
    kept.ready_at = kept.saved_at
    session.flush()
    key = f"{MessageKind.HANDOVER}:{standing.id}:ready:{standing.by_id}"
    ledger.insert(
        session, MessageKind.HANDOVER, at.found.Cycle.id, standing.id, person_id=standing.by_id, key=key
    )  # fmt: skip
    ledger.redraw(session, MessageKind.HANDOVER, [standing.id])
    _changed(session, who, at.found, "handover.ready", session.get_one(Person, standing.person_id))
    return look(session, standing.id)


def mine(session: Session, who: Actor) -> tuple[Waiting, ...]:
    """The returns that are with this auditor, by audit, area and reference."""
    agencies = {grant.agency_id for grant in who.grants if grant.kind == RoleKind.AUDITOR}
    if not agencies:
        return ()
    handed = select(Handover.return_id).where(Handover.person_id == who.person_id, Handover.ended_at.is_(None))
    listed = waiting.returns_where(session, who, Return.id.in_(handed))
    return tuple(each for each in listed if not each.locked)


def look(session: Session, handover_id: str) -> HandedOver:
    """A handover as it is now. The caller checks permission."""
    row = session.get_one(Handover, handover_id)
    found = find(session, row.return_id)
    ready_at = session.scalar(
        select(Draft.ready_at)
        .where(Draft.return_id == row.return_id, Draft.by_id == row.person_id, Draft.ready_at.is_not(None))
        .order_by(Draft.ready_at.desc())
        .limit(1)
    )
    return HandedOver(
        id=row.id,
        return_id=row.return_id,
        party=party_of(found),
        cycle_name=found.Cycle.name,
        due_at=deadline(found.Cycle.due_on),
        auditor_id=row.person_id,
        auditor=session.get_one(Person, row.person_id).label,
        by=session.get_one(Person, row.by_id).label,
        at=row.at,
        ready_at=ready_at,
        ended_at=row.ended_at,
        sent=found.Return.state == ReturnState.SUBMITTED,
    )


def _changed(session: Session, who: Actor, found: Found, verb: str, auditor: Person) -> None:
    detail = f"{party_of(found).reference} {auditor.id}"
    trail.record(session, who, verb, subject_id=found.Return.id, cycle_id=found.Cycle.id, detail=detail)
    promise(session, PromiseKind.DRAFT, found.Return.id, now(session))
