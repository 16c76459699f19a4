"""Who takes part: registering people as Slack knows them, listing them, and what becomes of somebody who leaves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, coordinators, require_coordinator
from audit.errors import Refused
from audit.labels import SLACK_ID
from audit.people.agencies import take_turns
from audit.role_in_force import in_force
from audit.row_by_id import existing
from storage import conflicts
from storage.clock import now
from storage.mappings import grouped
from storage.people import Agency, Area, Person, Role, RoleKind, Standing, Workspace
from storage.types import new_id

VERB = "people.edit"
_NAME_LIMIT = 80
ALONE = "Somebody has to coordinate: choose at least one coordinator who stays."
FIRST = "Coordinator"
"""What the first coordinator is called until Slack is asked for a name."""


@dataclass(frozen=True)
class Profile:
    """What Slack says of somebody. `team_id`: their own workspace, whichever channel they were met in.

    `outside`: they are of another organisation than the app's workspace, `stranger`: and in no channel that the app is
    in. `guest`: they are in some of its channels only, `single`: in one.
    """

    team_id: str
    user_id: str
    label: str
    deleted: bool = False
    bot: bool = False
    outside: bool = False
    stranger: bool = False
    guest: bool = False
    single: bool = False

    @property
    def human(self) -> bool:
        """Whether it is a person who uses this Slack: no app, and nobody who has left."""
        return not (self.deleted or self.bot)

    @property
    def standing(self) -> Standing | None:
        """What they are in the app's workspace; None of whom Slack doesn't say it any more."""
        if self.deleted:
            return None
        if self.outside:
            return Standing.OUTSIDE
        if self.single:
            return Standing.SINGLE
        return Standing.GUEST if self.guest else Standing.MEMBER


@dataclass(frozen=True)
class HeldRole:
    """A role that is held now, for an agency (or none) in an area (or None: in all)."""

    kind: str
    agency: str | None
    area: str | None


@dataclass(frozen=True)
class PersonLine:
    """A registered person with the roles in force; not `active`: they have left.

    `standing`: what they are in the app's workspace, None until Slack has said.
    """

    id: str
    user_id: str
    label: str
    active: bool
    roles: tuple[HeldRole, ...]
    standing: str | None = None


def first_coordinator(session: Session, team_id: str, user_id: str) -> bool:
    """Register this person as the coordinator if nobody coordinates; whether they were.

    So a new board needs no terminal: whoever installs the app says who that is, and everything else is done in Slack.
    """
    _workspace(session, team_id)
    take_turns(session)
    if coordinators(session):
        return False
    person, _ = enter(session, team_id, user_id, FIRST)
    person.active = True
    give(session, person, RoleKind.COORDINATOR, None, None)
    trail.record(session, None, "role.give", subject_id=person.id, detail=RoleKind.COORDINATOR)
    return True


def enter(
    session: Session, team_id: str, user_id: str, label: str, *, active: bool = True, standing: str | None = None
) -> tuple[Person, bool]:
    """The person as they are in our books, else as given, and whether they are new: others may enter them meanwhile."""
    workspace_id = _workspace(session, team_id)
    row = {"id": new_id(), "workspace_id": workspace_id, "user_id": user_id, "label": label, "active": active}
    entering = conflicts.insert(session, Person).values(**row, standing=standing).on_conflict_do_nothing()
    new = session.scalar(entering.returning(Person.id)) is not None
    return session.scalars(_of(workspace_id, user_id)).one(), new


def _workspace(session: Session, team_id: str) -> str:
    """The id of a workspace, which is entered if need be."""
    row = {"id": new_id(), "team_id": team_id, "name": team_id}
    session.execute(conflicts.insert(session, Workspace).values(row).on_conflict_do_nothing())
    return session.scalars(select(Workspace.id).where(Workspace.team_id == team_id)).one()


def _person(session: Session, workspace_id: str, user_id: str) -> Person | None:
    return session.scalar(_of(workspace_id, user_id))


def _of(workspace_id: str, user_id: str) -> Select[Person]:
    return select(Person).where(Person.workspace_id == workspace_id, Person.user_id == user_id)


def everybody(session: Session, who: Actor) -> tuple[PersonLine, ...]:
    """Everybody who is registered, for a coordinator: those who take part first, by label."""
    require_coordinator(who, VERB)
    people = session.scalars(select(Person).order_by(Person.active.desc(), Person.label, Person.id)).all()
    held = roles(session, (person.id for person in people))
    return tuple(
        PersonLine(
            each.id, each.user_id, each.label, each.active, held.get(each.id, ()) if each.active else (), each.standing
        )
        for each in people
    )


def roles(session: Session, people: Iterable[str]) -> Mapping[str, tuple[HeldRole, ...]]:
    """Person's id -> the roles in force, those of the whole partnership first."""
    rows = session.execute(
        select(Role.person_id, Role.kind, Agency.label, Area.label)
        .outerjoin(Agency, Agency.id == Role.agency_id)
        .outerjoin(Area, Area.id == Role.area_id)
        .where(Role.person_id.in_(list(people)), in_force(now(session)))
    )
    found = grouped((person_id, HeldRole(*role)) for person_id, *role in rows)
    return {key: tuple(sorted(held, key=lambda one: (one.agency or "", one.area or ""))) for key, held in found.items()}


def strangers(session: Session, who: Actor, user_ids: Sequence[str]) -> tuple[str, ...]:
    """The chosen people of whom Slack has to be asked: unknown here, gone, or without a name.

    Refused for what can't be anybody's id.
    """
    require_coordinator(who, VERB)
    if not all(SLACK_ID.fullmatch(each) for each in user_ids):
        raise Refused("Please choose people from the list.")
    return tuple(each for each in user_ids if (found := known(session, each)) is None or _nameless(found))


def _nameless(person: Person) -> bool:
    return not person.active or person.label in (person.user_id, FIRST)


def known(session: Session, user_id: str) -> Person | None:
    """The one registered person of this id; None if there is none, or several in as many workspaces."""
    found = session.scalars(select(Person).where(Person.user_id == user_id)).all()
    return found[0] if len(found) == 1 else None


def find(session: Session, who: Actor, user_id: str, profile: Profile | None) -> Person | None:
    """The registered person that is meant, if there is one; `profile` is what Slack says, where it was asked."""
    if profile is None:
        return known(session, user_id) or _person(session, _own(session, who), user_id)
    workspace = session.scalar(select(Workspace.id).where(Workspace.team_id == profile.team_id))
    return _person(session, workspace, user_id) if workspace else None


def _own(session: Session, who: Actor) -> str:
    return session.get_one(Person, who.person_id).workspace_id


def register(session: Session, who: Actor, user_id: str, profile: Profile | None) -> Person:
    """The person that is meant, registered and taking part from now on; Refused for an app or who has left Slack.

    Where Slack didn't say who somebody is, they are taken to be of the coordinator's own workspace, and are called by
    their id until it does: whoever comes from another workspace gets in only once it has.
    """
    if profile and not profile.human:
        why = "is an app, not a person" if profile.bot else "no longer has a Slack account"
        raise Refused(f"{profile.label} {why}: please choose somebody else.")
    require_met(profile)
    person = find(session, who, user_id, profile)
    if person is None:
        team_id = profile.team_id if profile else session.get_one(Workspace, _own(session, who)).team_id
        person, _ = enter(session, team_id, user_id, user_id, active=False)
    if profile:
        person.label = profile.label[:_NAME_LIMIT] or user_id
        person.standing = profile.standing
    if not person.active:
        person.active = True
        trail.record(session, who, "person.register", subject_id=person.id)
    return person


def require_met(profile: Profile | None, field: str | None = None) -> None:
    """Refused, at `field`, of somebody whom the app can't meet, since nothing that they press would reach it."""
    if profile and profile.stranger:
        raise Refused(
            f"{profile.label} is of another organisation, and in no channel that the app is in: have them invited to"
            " the audit channel first.",
            field,
        )


def give(session: Session, person: Person, kind: str, agency_id: str | None, area_id: str | None) -> None:
    """Let a person hold a role from now on; once, also if they held it before."""
    place = (Role.kind == kind, Role.agency_id == agency_id, Role.area_id == area_id)
    role = session.scalars(select(Role).where(Role.person_id == person.id, *place)).first()
    if role is None:
        session.add(Role(person_id=person.id, kind=kind, agency_id=agency_id, area_id=area_id))
    else:
        role.until = None


def person(session: Session, who: Actor, person_id: str) -> PersonLine:
    """Somebody who is registered, for a coordinator; NotFound."""
    require_coordinator(who, VERB, person_id)
    found = existing(session, Person, person_id)
    return PersonLine(
        found.id, found.user_id, found.label, found.active, roles(session, [person_id]).get(person_id, ())
    )


def require_somebody_else(session: Session, person_id: str) -> None:
    """Refused if nobody else coordinates."""
    if coordinators(session) == (person_id,):
        raise Refused(ALONE)
