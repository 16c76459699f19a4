"""Giving and ending roles: a form that sets who holds each role, what people lose by it, and a person's leaving."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import ANSWERING, OVERSEEING, Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import Filled, act_number, newest_act, require_as_filled
from audit.moment import OPEN
from audit.pasted import fingerprint
from audit.people import departures, outside, people
from audit.people.agencies import AgencyLine, AreaLine, everything, take_turns
from audit.people.losses import Loss, loss
from audit.people.outside import Outsider, Place
from audit.people.people import VERB, PersonLine, Profile
from audit.role_in_force import in_force
from audit.row_by_id import existing
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.people import SIGNING, Agency, Person, Role, RoleKind
from storage.promises import PromiseKind, promise
from storage.trail import TrailEntry

_OFFICES = (*OVERSEEING, *SIGNING)
_GIVE, _END, _REPLACE = "role.give", "role.end", "lead.replace"
"""The trail's verbs for these acts, and for replacing a lead (audit.underway.leads)."""


@dataclass(frozen=True)
class Seat:
    """A role that people can be chosen for, in one area (or None: all). `holders`: user ids, held or chosen."""

    kind: str
    area_id: str | None
    area: str | None
    holders: tuple[str, ...]


@dataclass(frozen=True)
class RoleForm(Filled):
    """A form for choosing people, for an agency or (None) for the whole partnership.

    `mark`: of the people who held the roles when it was filled and, once they were shown, of the changes. `losses`: the
    roles that people no longer chosen would lose; `outsiders`: people from outside who would get one.
    """

    agency_id: str | None
    agency: str | None
    seats: tuple[Seat, ...]
    areas: tuple[AreaLine, ...] = ()
    losses: tuple[Loss, ...] = ()
    outsiders: tuple[Outsider, ...] = ()


def officers(session: Session, who: Actor) -> RoleForm:
    """The form for coordinators, chairs, the sub-group and signatories; for a coordinator."""
    require_coordinator(who, VERB)
    return _filled(session, None, [(kind, None, None) for kind in _OFFICES], ())


def agencies(session: Session, who: Actor) -> tuple[AgencyLine, ...]:
    """The agencies for which people can be chosen; for a coordinator."""
    require_coordinator(who, VERB)
    return everything(session).agencies


def answering(session: Session, who: Actor, agency_id: str) -> RoleForm:
    """The form for an agency's leads and deputies, in all areas and in each; for a coordinator."""
    require_coordinator(who, VERB, agency_id)
    agency = existing(session, Agency, agency_id)
    areas = everything(session).areas
    places: list[Place] = [
        (kind, agency_id, area_id) for area_id in (None, *(area.id for area in areas)) for kind in ANSWERING
    ]
    return _filled(session, agency, places, areas)


def _filled(session: Session, agency: Agency | None, places: Sequence[Place], areas: tuple[AreaLine, ...]) -> RoleForm:
    """The form, filled with the people who hold these roles now."""
    labels, seats = {area.id: area.label for area in areas}, []
    for (kind, _, area_id), holders in _holders(session, places).items():
        user_ids = tuple(each.user_id for each in holders)
        seats.append(Seat(kind, area_id, labels.get(area_id or ""), user_ids))
    agency_id, label = (agency.id, agency.label) if agency else (None, None)
    newest = session.scalar(select(func.max(TrailEntry.number)).where(_acts(agency_id, places))) or 0
    return RoleForm(agency_id, label, tuple(seats), areas, mark=f"{fingerprint(*seats, newest)}.{newest}")


def _acts(agency_id: str | None, places: Sequence[Place]) -> ColumnElement[bool]:
    """A condition on the trail's entries: they changed who holds a role at one of these places."""
    roles = [Role.kind.in_({place[0] for place in places}), Role.agency_id == agency_id]
    given = TrailEntry.verb.in_((_GIVE, _END)) & TrailEntry.detail.in_([*map(_detail, places)])
    of_person = TrailEntry.subject_id.in_(select(Role.person_id).where(*roles))
    replaced = (TrailEntry.verb == _REPLACE) & TrailEntry.subject_id.in_(select(Role.id).where(*roles))
    return or_(of_person & or_(given, TrailEntry.verb == departures.LEFT), replaced)


def _only_by(session: Session, who: Actor, form: RoleForm, filled: str) -> bool:
    """Whether `who`, and nobody else, has changed a role of the form since it was filled, with the mark `filled`."""
    since, newest = (act_number(each.rpartition(".")[2]) for each in (filled, form.mark))
    if since is None or newest is None or since >= newest:
        return False
    acts = _acts(form.agency_id, [(seat.kind, form.agency_id, seat.area_id) for seat in form.seats])
    others = TrailEntry.person_id.is_distinct_from(who.person_id)
    return session.scalar(select(TrailEntry.number).where(TrailEntry.number > since, others, acts)) is None


def _holders(session: Session, places: Sequence[Place]) -> dict[Place, list[Person]]:
    kinds, agency_ids = {place[0] for place in places}, {place[1] for place in places}
    same = or_(*(Role.agency_id == each for each in agency_ids))
    rows = session.execute(
        select(Role, Person)
        .join(Person, Person.id == Role.person_id)
        .where(Role.kind.in_(kinds), same, Person.active, in_force(now(session)))
        .order_by(Person.label, Person.id)
    )
    by_place: dict[Place, list[Person]] = {place: [] for place in places}
    for role, person in rows:
        holders = by_place.get((role.kind, role.agency_id, role.area_id))
        if holders is not None and person not in holders:
            holders.append(person)
    return by_place


def choose(
    session: Session, who: Actor, agency_id: str | None, chosen: Mapping[tuple[str, str | None], Sequence[str]], *,
    profiles: Mapping[str, Profile], seen: str,
) -> RoleForm:  # fmt: skip
    """Let exactly the `chosen` people hold each seat of an agency's form, or (None) of the officers'.

    `chosen`: (kind, area id) -> user ids. If somebody else has changed roles since the form was filled (its mark is
    `seen`), it comes back as it would be filled now, so that nobody who lost a role meanwhile gets it back unnoticed.
    If somebody would lose a role, or somebody from outside would get one, that is shown first, and stored once `seen`
    is its mark.
    `profiles`: user id -> profile of the people looked up in Slack. Refused without a coordinator.
    """
    take_turns(session)
    form = officers(session, who) if agency_id is None else answering(session, who, agency_id)
    seats = tuple(
        replace(seat, holders=tuple(dict.fromkeys(chosen.get((seat.kind, seat.area_id), ())))) for seat in form.seats
    )
    held = _holders(session, [(seat.kind, agency_id, seat.area_id) for seat in seats])
    wanted = {(seat.kind, agency_id, seat.area_id): seat.holders for seat in seats}
    as_it_is = all({*wanted[place]} == {each.user_id for each in holders} for place, holders in held.items())
    filled = seen.partition("-")[0]
    if not as_it_is and filled != form.mark and not _only_by(session, who, form, filled):
        return replace(form, again=True)
    if agency_id is None:
        _require_coordinators(session, seats, profiles)
    ended: list[tuple[Place, Person]] = []
    for place, holders in held.items():
        stay = [people.find(session, who, each, profiles.get(each)) for each in wanted[place]] if holders else []
        ended += [(place, person) for person in holders if person not in stay]
    outsiders = outside.outsiders(session, who, wanted, held, profiles)
    changes = fingerprint(
        sorted((*map(str, place), person.id) for place, person in ended),
        sorted((each.label, each.standing, each.kind) for each in outsiders),
    )
    mark = f"{form.mark}-{changes}"
    if (ended or outsiders) and seen != mark:
        losses = tuple(loss(session, place, person, wanted) for place, person in ended)
        return replace(form, seats=seats, losses=losses, outsiders=outsiders, mark=mark)
    gained = _give(session, who, wanted, held, profiles)
    for place, person in ended:
        _end(session, who, place, person)
    if gained or ended:
        _follow(session, {agency_id} if agency_id else set())
    return replace(form, seats=seats, done=True)


def add(session: Session, who: Actor, chosen: Mapping[Place, Sequence[str]], profiles: Mapping[str, Profile]) -> int:
    """Give these people roles (place -> user ids), and leave the others theirs; returns how many were given."""
    gained = _give(session, who, chosen, _holders(session, list(chosen)), profiles)
    agency_ids = {agency_id for _, agency_id, _ in chosen}
    if gained:
        _follow(session, {each for each in agency_ids if each} if None not in agency_ids else set())
    return gained


def _require_coordinators(session: Session, seats: Sequence[Seat], profiles: Mapping[str, Profile]) -> None:
    """Refuse unless at least one chosen coordinator is certainly known, so that somebody has access."""
    chosen = [user_id for seat in seats if seat.kind == RoleKind.COORDINATOR for user_id in seat.holders]
    if not chosen:
        raise Refused(people.ALONE, field="coordinators")
    if not any(each in profiles or ((found := people.only_person(session, each)) and found.active) for each in chosen):
        raise Refused(
            "Slack didn't say who these coordinators are. Please try again in a minute, or keep one who is registered.",
            field="coordinators",
        )


def _give(
    session: Session,
    who: Actor,
    wanted: Mapping[Place, Sequence[str]],
    held: Mapping[Place, Sequence[Person]],
    profiles: Mapping[str, Profile],
) -> int:
    gained, everybody = 0, {user_id for user_ids in wanted.values() for user_id in user_ids}
    with session.no_autoflush:  # flushing for each of hundreds of people is too slow for Slack
        registered = {each: people.register(session, who, each, profiles.get(each)) for each in sorted(everybody)}
        for place, user_ids in wanted.items():
            for person in (registered[each] for each in user_ids if registered[each] not in held[place]):
                people.give(session, person, *place)
                trail.record(session, who, _GIVE, subject_id=person.id, detail=_detail(place))
                gained += 1
    if gained:
        session.flush()
        departures.settle(session)
    return gained


def _end(session: Session, who: Actor, place: Place, person: Person) -> None:
    kind, agency_id, area_id = place
    same = (Role.kind == kind, Role.agency_id == agency_id, Role.area_id == area_id)
    for role in session.scalars(select(Role).where(Role.person_id == person.id, *same)):
        role.until = now(session)
    trail.record(session, who, _END, subject_id=person.id, detail=_detail(place))


def _detail(place: Place) -> str:
    return " ".join(part for part in place if part)


def _follow(session: Session, agencies: set[str]) -> None:
    """Promise that reminders and lists of returns are updated in open cycles, for these agencies or (none) for all."""
    cycles = select(Cycle.id).distinct().where(Cycle.state.in_(OPEN))
    if agencies:
        involved = Involvement.agency_id.in_(agencies)
        cycles = cycles.join(Case, Case.cycle_id == Cycle.id).join(Involvement).where(involved)
    for cycle_id in session.scalars(cycles):
        promise(session, PromiseKind.CYCLE, cycle_id, now(session))


@dataclass(frozen=True)
class LeavingForm(Filled):
    """The form that ends a person's access, with the roles that they would lose."""

    person: PersonLine
    losses: tuple[Loss, ...]


def leaving(session: Session, who: Actor, person_id: str) -> LeavingForm:
    """The form that ends a person's access; Refused if they are the only coordinator."""
    line = people.person(session, who, person_id)
    people.require_somebody_else(session, person_id)
    person, held = session.get_one(Person, person_id), _held(session, person_id)
    mark = fingerprint(person.active, held, newest_act(session, [person_id], _GIVE, _END))
    return LeavingForm(line, tuple(loss(session, place, person) for place in held), mark=mark)


def _held(session: Session, person_id: str) -> list[Place]:
    rows = session.scalars(
        select(Role).where(Role.person_id == person_id, in_force(now(session))).order_by(Role.kind, Role.id)
    )
    return [(role.kind, role.agency_id, role.area_id) for role in rows]


def leave(session: Session, who: Actor, person_id: str, seen: str = "") -> PersonLine:
    """End a person's registration and all their roles, at once. Repeating it changes nothing.

    `seen`: the mark of the form; Refused if the person's roles have changed since.
    """
    take_turns(session)
    form = leaving(session, who, person_id)
    person, held = session.get_one(Person, person_id), _held(session, person_id)
    if person.active or held:
        require_as_filled(seen, form.mark, f"{person.label} has other roles now, or has them again")
    agency_ids = set()
    for place in held:
        _end(session, who, place, person)
        agency_ids |= {place[1]} - {None}
    if person.active:
        person.active = False
        trail.record(session, who, "person.leave", subject_id=person_id)
        _follow(session, {each for each in agency_ids if each})
    return form.person
