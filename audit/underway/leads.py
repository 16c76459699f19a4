"""Replacing a lead while a cycle is under way: another person takes over at once."""

from dataclasses import dataclass, replace

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import Refused
from audit.filled_form import Filled, newest_act
from audit.moment import OPEN
from audit.pasted import fingerprint
from audit.people import departures, outside, people
from audit.people.agencies import take_turns
from audit.people.outside import Outsider
from audit.people.people import Profile
from audit.role_in_force import in_force
from audit.underway.change import Follows, follows, under_way
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.people import Agency, Area, Cover, Person, Role, RoleKind
from storage.promises import PromiseKind, promise
from storage.types import LOCK

FROM, TO = "lead", "person"
"""The form's fields."""
VERB = "lead.replace"


@dataclass(frozen=True)
class LeadRole:
    """A lead's role, in one area or (None) in all. `label`: the person's."""

    role_id: str
    agency: str
    area: str | None
    label: str


@dataclass(frozen=True)
class Replacing(Filled):
    """A lead to be replaced: one of `leads`, who lead for the agencies involved in the cycle.

    `lead` is replaced by the person with this `user_id` in Slack, labelled `successor`, who is registered by it if they
    are `new`; `outsider`: set if they are from outside. `covered`: who covers for the lead now, or None. `cycles`: the
    numbers of all audits under way that are affected.
    """

    cycle_id: str
    title: str
    leads: tuple[LeadRole, ...]
    lead: LeadRole | None = None
    user_id: str = ""
    successor: str = ""
    new: bool = False
    outsider: Outsider | None = None
    covered: str | None = None
    cycles: tuple[int, ...] = ()
    follows: Follows | None = None


def begin(session: Session, who: Actor, cycle_id: str) -> Replacing:
    """The form, for a coordinator, while the cycle is under way."""
    cycle = under_way(session, who, VERB, cycle_id)
    return Replacing(cycle.id, cycle.name, _leads(session, cycle_id))


def succeed(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, cycle_id: str, role_id: str, user_id: str, profile: Profile | None, seen: str
) -> Replacing:
    """Give the lead's role `role_id` to another person, once `seen` proves that the consequences were displayed.

    The former lead's access ends at once; the agency keeps others' drafts and covers. `profile`: the successor's in
    Slack, if it was looked up. If this is done already, nothing changes (`done`). Refused at its field.
    """
    take_turns(session)
    cycle = under_way(session, who, VERB, cycle_id, locked=True)
    role = session.get(Role, role_id, with_for_update=LOCK, populate_existing=True)
    if role is None or role.kind != RoleKind.AGENCY_LEAD or role.agency_id is None:
        raise Refused("Please choose a lead.", FROM)
    if profile and not profile.human:
        raise Refused("Please choose a person who has a Slack account.", TO)
    people.require_met(profile, TO)
    person = people.find(session, who, user_id, profile)
    replacing = _replacing(session, cycle, role, user_id, person, profile)
    if role.until is not None and role.until <= now(session):
        if seen and person is not None and _holds(session, person, role):
            return replace(replacing, done=True)
        raise Refused("This lead has been replaced meanwhile. Please close this and open it again.", FROM)
    if person is not None and _holds(session, person, role):
        raise Refused("They lead there already. Please choose somebody else.", TO)
    replacing = _previewed(session, cycle, role, replacing, person)
    if seen != replacing.mark:
        return replace(replacing, again=bool(seen))
    successor = people.register(session, who, user_id, profile)
    people.give(session, successor, RoleKind.AGENCY_LEAD, role.agency_id, role.area_id)
    role.until = now(session)
    detail = f"{role.person_id} to {successor.id}"
    trail.record(session, who, VERB, subject_id=role.id, cycle_id=cycle.id, detail=detail)
    session.flush()
    departures.settle(session)
    for each in _cycles(session, role.agency_id):
        promise(session, PromiseKind.CYCLE, each.id, now(session))
    return replace(replacing, done=True)


def _replacing(  # noqa: PLR0917  # what a form is made of
    session: Session, cycle: Cycle, role: Role, user_id: str, person: Person | None, profile: Profile | None
) -> Replacing:
    lead = next(iter(_leads(session, cycle.id, role.id)), None)
    named = person.label if person and person.active and person.label != user_id else None
    return Replacing(
        cycle.id,
        cycle.name,
        _leads(session, cycle.id),
        lead,
        user_id,
        named or (profile.label if profile else user_id),
        new=person is None or not person.active,
        outsider=outside.as_outsider(person, profile, role.kind),
    )


def _previewed(session: Session, cycle: Cycle, role: Role, replacing: Replacing, person: Person | None) -> Replacing:
    """The form with the consequences: the former lead's request is updated, the successor's is sent or updated."""
    following = follows(session, cycle, places=())
    former = session.get_one(Person, role.person_id)
    requested = set(
        session.scalars(
            select(Message.person_id).where(Message.cycle_id == cycle.id, Message.kind == MessageKind.REQUEST)
        )
    )
    has_request = person is not None and person.id in requested
    told = ([former.label] if former.id in requested and former.active else []) + (
        [replacing.successor] if has_request else []
    )
    following = replace(
        following,
        asked=() if has_request else (replacing.successor,),
        told=tuple(told),
        summaries=(),
        board=False,
        sheet=False,
    )
    covers = select(Person.label).join(Cover, Cover.person_id == Person.id)
    numbers = tuple(each.number for each in _cycles(session, role.agency_id or ""))
    replacing = replace(
        replacing,
        follows=following,
        covered=session.scalar(covers.where(Cover.role_id == role.id, Cover.until > now(session))),
        cycles=numbers,
    )
    seen = (replacing.user_id, replacing.outsider, replacing.covered, numbers, following)
    return replace(replacing, mark=fingerprint(VERB, cycle.id, role.id, *seen, newest_act(session, [role.id], VERB)))


def _leads(session: Session, cycle_id: str, role_id: str | None = None) -> tuple[LeadRole, ...]:
    """The current leads of all agencies involved in a cycle, for its areas; or just the role with this id."""
    asked = exists().where(
        Case.cycle_id == cycle_id,
        Involvement.case_id == Case.id,
        Involvement.agency_id == Role.agency_id,
        or_(Role.area_id.is_(None), Role.area_id == Case.area_id),
        *ASKED,
    )
    which = [Role.id == role_id] if role_id else [asked, in_force(now(session)), Person.active]
    rows = session.execute(
        select(Role.id, Agency.label, Area.label, Person.label)
        .join(Person, Person.id == Role.person_id)
        .join(Agency, Agency.id == Role.agency_id)
        .outerjoin(Area, Area.id == Role.area_id)
        .where(Role.kind == RoleKind.AGENCY_LEAD, *which)
        .order_by(Agency.label, Area.label, Person.label, Role.id)
    )
    return tuple(LeadRole(*row) for row in rows)


def _holds(session: Session, person: Person, role: Role) -> bool:
    """Whether this person leads the same agency in the same area now."""
    same = (Role.kind == role.kind, Role.agency_id == role.agency_id, Role.area_id == role.area_id)
    theirs = exists().where(Role.person_id == person.id, *same, in_force(now(session)))
    return person.active and bool(session.scalar(select(theirs)))


def _cycles(session: Session, agency_id: str) -> list[Cycle]:
    """The cycles under way in which this agency is involved."""
    asked = exists().where(
        Case.cycle_id == Cycle.id,
        Involvement.case_id == Case.id,
        Involvement.agency_id == agency_id,
        *ASKED,
    )
    return list(session.scalars(select(Cycle).where(Cycle.state.in_(OPEN), asked).order_by(Cycle.number)))
