"""Covers: a person stands in for a lead or deputy until the end of a day, and can answer for their agency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from audit import trail
from audit.access import ANSWERING, Actor, require_coordinator
from audit.calendar import at, chosen, in_london
from audit.delivery import ledger
from audit.delivery.ledger import Due
from audit.errors import NotFound, Refused
from audit.filled_form import newest_act, require_no_other
from audit.moment import OPEN
from audit.people.newcomers import PERSON, registered
from audit.people.people import Profile
from audit.role_in_force import in_force
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import MessageKind
from storage.people import Agency, Area, Cover, Person, Role
from storage.types import LOCK, UtcDateTime, plain_rows

LAST_DAY = "last_day"
"""The form's field besides those of audit.people.newcomers."""
LONGEST = timedelta(days=366)
_ARRANGE, _ENDING = _ACTS = ("cover.arrange", "cover.end")
"""The trail's names for these acts."""


@dataclass(frozen=True)
class CoverView:
    """A cover. `places`: (agency, area or None for all) it is for; `last_day` is included; `over`: it has ended."""

    id: str
    covered_id: str
    covered: str
    by: str
    places: tuple[tuple[str, str | None], ...]
    last_day: date
    over: bool


@dataclass(frozen=True)
class CoverChoice:
    """The form for arranging a cover: the places to cover, and the current cover, if any. `mark`: of the latter."""

    covered_id: str
    covered: str
    places: tuple[tuple[str, str | None], ...]
    now: datetime
    standing: CoverView | None
    mark: str = ""


_MOMENT = bindparam("moment", type_=UtcDateTime())
_Held = Row[Role, str, str | None]
_Found = Row[Cover, Role, Person, str, str, str | None]
_COVERED = aliased(Person)
_FOUND: Select[Cover, Role, Person, str, str, str | None] = (
    select(Cover, Role, Person, _COVERED.label.label("covered"), Agency.label.label("agency"), Area.label.label("area"))
    .join(Role, Role.id == Cover.role_id)
    .join(Person, Person.id == Cover.person_id)
    .join(_COVERED, _COVERED.id == Role.person_id)
    .join(Agency, Agency.id == Role.agency_id)
    .outerjoin(Area, Area.id == Role.area_id)
    .order_by(Cover.id)
)
"""A cover with everything that it belongs to. Covers arranged together for one person are shown as one."""


def choices(session: Session, who: Actor, covered_id: str) -> CoverChoice:
    """The form for covering a lead or deputy, for themselves or a coordinator."""
    roles = _roles(session, who, covered_id)
    person = session.get_one(Person, covered_id)
    places = tuple((agency, area) for _, agency, area in roles)
    standing = next((each for each in _views(session, Role.person_id == covered_id)), None)
    mark = str(newest_act(session, [covered_id], *_ACTS))
    return CoverChoice(covered_id, person.label, places, now(session), standing, mark)


def coverable(session: Session, person_id: str) -> bool:
    """Whether this person is a lead or deputy now, and so can be covered."""
    return bool(_held(session, person_id))


def _roles(session: Session, who: Actor, covered_id: str) -> Sequence[_Held]:
    """The person's roles that can be covered, with labels; Refused if there are none."""
    if who.person_id != covered_id:
        require_coordinator(who, "cover.choose", covered_id)
    held = _held(session, covered_id)
    if not held:
        raise Refused("Only a lead or deputy can be covered, and this person is neither now.")
    return held


_HELD = (
    select(Role, Agency.label, Area.label)
    .join(Agency, Agency.id == Role.agency_id)
    .outerjoin(Area, Area.id == Role.area_id)
    .where(Role.person_id == bindparam("person_id"), Role.kind.in_(ANSWERING), in_force(_MOMENT))
    .order_by(Agency.label, Area.label, Role.id)
)


def _held(session: Session, person_id: str) -> Sequence[_Held]:
    return session.execute(_HELD, {"person_id": person_id, "moment": now(session)}).all()


def arrange(  # noqa: PLR0917  # the parts of a sent form
    session: Session, who: Actor, covered_id: str, stranger: Profile, label: str, last_day: str, seen: str = ""
) -> CoverView:
    """Let another person cover for a lead or deputy until the end of `last_day` (an ISO date).

    A person who isn't registered is, under `label`. An earlier cover ends; the same cover again changes nothing.
    Refused at its field, also if somebody else has arranged or ended a cover since the form with the mark `seen` was
    opened.
    """
    roles = _roles(session, who, covered_id)
    until = _end_of(session, last_day)
    person = registered(session, who, stranger, label)
    if person.id == covered_id:
        raise Refused("Choose somebody else: nobody can cover for themselves.", PERSON)
    _lock(session, covered_id)
    standing = _in_force(session, Role.person_id == covered_id)
    if {(each.Role.id, each.Person.id, each.Cover.until) for each in standing} != {
        (role.id, person.id, until) for role, _, _ in roles
    }:
        if seen:
            covers = f"{standing[0].Person.label} covers" if standing else "nobody covers"
            require_no_other(session, who, covered_id, _ACTS, seen, covers, PERSON)
        _end(session, who, standing)
        made_at = now(session)
        made = [Cover(role_id=role.id, person_id=person.id, until=until, made_at=made_at) for role, _, _ in roles]
        session.add_all(made)
        session.flush()
        trail.record(session, who, _ARRANGE, subject_id=covered_id, detail=f"{person.id} up to {last_day}")
        ledger.add(session, due(session))
    return _views(session, Role.person_id == covered_id)[0]


def _end_of(session: Session, last_day: str) -> datetime:
    """The end of that day in London; Refused at LAST_DAY."""
    today = in_london(now(session)).date()
    day = chosen(last_day)
    if day is None:
        raise Refused("Choose the last day.", LAST_DAY)
    if day < today:
        raise Refused("This day has passed. Choose today or a later day.", LAST_DAY)
    if day > today + LONGEST:
        raise Refused(
            "Choose a day within a year. If it is for good, ask your coordinator to change the lead.", LAST_DAY
        )
    return at(day + timedelta(days=1), time())


def end(session: Session, who: Actor, cover_id: str) -> CoverView:
    """End a cover and those arranged with it, if they are in force; for the person covered or a coordinator."""
    cover = view(session, cover_id)
    if who.person_id != cover.covered_id:
        require_coordinator(who, "cover.end", cover_id)
    _lock(session, cover.covered_id)
    _end(session, who, [each for each in _of(session, cover_id) if each.Cover.until > now(session)])
    return view(session, cover_id)


def _lock(session: Session, covered_id: str) -> None:
    """Lock the person's covers until this transaction ends, and discard what was read of them before."""
    session.get_one(Person, covered_id, with_for_update=LOCK)
    session.expire_all()


def _end(session: Session, who: Actor, covers: Sequence[_Found]) -> None:
    for each in covers:
        each.Cover.until = now(session)
        trail.record(session, who, _ENDING, subject_id=each.Role.person_id, detail=each.Person.id)
    session.flush()
    ledger.redraw(session, MessageKind.COVER, [each.Cover.id for each in covers])


def view(session: Session, cover_id: str) -> CoverView:
    """A cover with those arranged together with it; NotFound."""
    return _as_one(_of(session, cover_id), now(session))


def mine(session: Session, who: Actor) -> tuple[CoverView, ...]:
    """The current covers for this person, then those by this person."""
    either = or_(Role.person_id == who.person_id, Cover.person_id == who.person_id)
    return tuple(sorted(_views(session, either), key=lambda each: each.covered_id != who.person_id))


def _of(session: Session, cover_id: str) -> Sequence[_Found]:
    cover, role = aliased(Cover), aliased(Role)
    one = select(cover.made_at, cover.person_id, role.person_id).join(role, role.id == cover.role_id)
    row = session.execute(one.where(cover.id == cover_id)).one_or_none()
    if row is None:
        raise NotFound("This cover no longer exists.")
    made_at, person_id, covered_id = row
    together = [Cover.made_at == made_at, Cover.person_id == person_id, Role.person_id == covered_id]
    return session.execute(_FOUND.where(*together)).all()


_NOW = _FOUND.where(Cover.until > _MOMENT, in_force(_MOMENT), Person.active)


def _in_force(session: Session, which: ColumnElement[bool]) -> Sequence[_Found]:
    return session.execute(_NOW.where(which), {"moment": now(session)}).all()


def _views(session: Session, which: ColumnElement[bool]) -> tuple[CoverView, ...]:
    together: dict[tuple[str, str, datetime], list[_Found]] = {}
    for each in _in_force(session, which):
        together.setdefault((each.Role.person_id, each.Person.id, each.Cover.made_at), []).append(each)
    return tuple(_as_one(group, now(session)) for group in together.values())


def _as_one(group: Sequence[_Found], moment: datetime) -> CoverView:
    first = group[0]
    return CoverView(
        id=first.Cover.id,
        covered_id=first.Role.person_id,
        covered=first.covered,
        by=first.Person.label,
        places=tuple((each.agency, each.area) for each in group),
        last_day=in_london(first.Cover.until - timedelta(seconds=1)).date(),
        over=all(each.Cover.until <= moment for each in group),
    )


_TOGETHER = (Cover.made_at, Cover.person_id, Role.person_id)
_STANDING = (
    select(func.min(Cover.id), *_TOGETHER)
    .join(Role, Role.id == Cover.role_id)
    .join(Person, Person.id == Cover.person_id)
    .where(Cover.until > _MOMENT, in_force(_MOMENT), Person.active)
)
_FIRSTS = _STANDING.group_by(*_TOGETHER)
_OWED = (
    _STANDING.with_only_columns(*_TOGETHER, Case.cycle_id)
    .distinct()
    .join(Involvement, Involvement.agency_id == Role.agency_id)
    .join(Case, and_(Case.id == Involvement.case_id, or_(Role.area_id.is_(None), Role.area_id == Case.area_id)))
    .join(Cycle, Cycle.id == Case.cycle_id)
    .where(Cycle.state.in_(OPEN), *ASKED)
)


def due(session: Session) -> tuple[Due, ...]:
    """The messages that are due to people who cover: one for each open cycle in which the cover matters."""
    asked = {"moment": now(session)}
    firsts = {tuple(group): first for first, *group in plain_rows(session, _FIRSTS, asked)}
    if not firsts:
        return ()
    rows = plain_rows(session, _OWED, asked)
    owed = [
        (firsts.get((made_at, person_id, whose)), person_id, cycle_id) for made_at, person_id, whose, cycle_id in rows
    ]
    # A cover arranged between the two statements is left out: arranging it adds its messages.
    known = sorted((first, person_id, cycle_id) for first, person_id, cycle_id in owed if first is not None)
    dues = (
        Due(cycle_id, MessageKind.COVER, first, person_id=person_id, key=f"{MessageKind.COVER}:{first}:{cycle_id}")
        for first, person_id, cycle_id in known
    )
    return ledger.missing(session, dues)
