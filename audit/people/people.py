"""People: registering them from their Slack profiles, finding and listing them, and giving them roles."""

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
"""The first coordinator's label until Slack has been asked for a name."""


@dataclass(frozen=True)
class Profile:
    """A person's profile in Slack. `team_id`: their own workspace, in whichever channel they were met.

    `outside`: they belong to another organisation; `stranger`: they also share no channel with the app. `guest`: they
    have access to some channels only; `single`: to one channel.
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
        """Whether this is a person with an active account, and not an app."""
        return not (self.deleted or self.bot)

    @property
    def standing(self) -> Standing | None:
        """The person's kind of membership in the app's workspace; None if the account is deactivated."""
        if self.deleted:
            return None
        if self.outside:
            return Standing.OUTSIDE
        if self.single:
            return Standing.SINGLE
        return Standing.GUEST if self.guest else Standing.MEMBER


@dataclass(frozen=True)
class HeldRole:
    """A role held now. `agency`: None for a role of the whole partnership; `area`: None for all areas."""

    kind: str
    agency: str | None
    area: str | None


@dataclass(frozen=True)
class PersonLine:
    """A registered person with their roles now. `active`: False once they have left.

    `standing`: their kind of membership in the app's workspace, or None if Slack hasn't been asked yet.
    """

    id: str
    user_id: str
    label: str
    active: bool
    roles: tuple[HeldRole, ...]
    standing: str | None = None


def first_coordinator(session: Session, team_id: str, user_id: str) -> bool:
    """Register this person as the coordinator if there is none; returns whether that happened.

    A new board needs no command line for it: the person who installs the app is registered, and sets up the rest in
    Slack.
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
    """The person with this Slack id, added with these values if need be, and whether they were added.

    Safe if another transaction adds the same person at the same time.
    """
    workspace_id = _workspace(session, team_id)
    row = {"id": new_id(), "workspace_id": workspace_id, "user_id": user_id, "label": label, "active": active}
    entering = conflicts.insert(session, Person).values(**row, standing=standing).on_conflict_do_nothing()
    new = session.scalar(entering.returning(Person.id)) is not None
    return session.scalars(_of(workspace_id, user_id)).one(), new


def _workspace(session: Session, team_id: str) -> str:
    """The id of a workspace, which is added if need be."""
    row = {"id": new_id(), "team_id": team_id, "name": team_id}
    session.execute(conflicts.insert(session, Workspace).values(row).on_conflict_do_nothing())
    return session.scalars(select(Workspace.id).where(Workspace.team_id == team_id)).one()


def _person(session: Session, workspace_id: str, user_id: str) -> Person | None:
    return session.scalar(_of(workspace_id, user_id))


def _of(workspace_id: str, user_id: str) -> Select[Person]:
    return select(Person).where(Person.workspace_id == workspace_id, Person.user_id == user_id)


def everybody(session: Session, who: Actor) -> tuple[PersonLine, ...]:
    """All registered people, for a coordinator: active ones first, by label."""
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
    """Person id -> their roles now, those of the whole partnership first."""
    rows = session.execute(
        select(Role.person_id, Role.kind, Agency.label, Area.label)
        .outerjoin(Agency, Agency.id == Role.agency_id)
        .outerjoin(Area, Area.id == Role.area_id)
        .where(Role.person_id.in_(list(people)), in_force(now(session)))
    )
    by_person = grouped((person_id, HeldRole(*role)) for person_id, *role in rows)
    return {
        key: tuple(sorted(held, key=lambda one: (one.agency or "", one.area or ""))) for key, held in by_person.items()
    }


def strangers(session: Session, who: Actor, user_ids: Sequence[str]) -> tuple[str, ...]:
    """The chosen user ids that have to be looked up in Slack: not registered, not active, or without a label.

    Refused if one can't be a user id.
    """
    require_coordinator(who, VERB)
    if not all(SLACK_ID.fullmatch(each) for each in user_ids):
        raise Refused("Please choose people from the list.")
    return tuple(each for each in user_ids if (found := only_person(session, each)) is None or _nameless(found))


def _nameless(person: Person) -> bool:
    return not person.active or person.label in (person.user_id, FIRST)


def only_person(session: Session, user_id: str) -> Person | None:
    """The registered person with this user id; None if there is none, or more than one (in several workspaces)."""
    people = session.scalars(select(Person).where(Person.user_id == user_id)).all()
    return people[0] if len(people) == 1 else None


def find(session: Session, who: Actor, user_id: str, profile: Profile | None) -> Person | None:
    """The registered person who is meant, or None. `profile`: theirs in Slack, or None if it wasn't looked up."""
    if profile is None:
        return only_person(session, user_id) or _person(session, _own(session, who), user_id)
    workspace = session.scalar(select(Workspace.id).where(Workspace.team_id == profile.team_id))
    return _person(session, workspace, user_id) if workspace else None


def _own(session: Session, who: Actor) -> str:
    return session.get_one(Person, who.person_id).workspace_id


def register(session: Session, who: Actor, user_id: str, profile: Profile | None) -> Person:
    """The person who is meant, registered and active from now on; Refused for an app or a deactivated account.

    Without a profile they are taken to belong to the coordinator's own workspace, and labelled with their user id until
    they have been looked up; a person of another workspace gets no access until then.
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
    """Refuse, at `field`, a person who shares no channel with the app: nothing that they press would reach it."""
    if profile and profile.stranger:
        raise Refused(
            f"{profile.label} is of another organisation, and in no channel that the app is in: have them invited to"
            " the audit channel first.",
            field,
        )


def give(session: Session, person: Person, kind: str, agency_id: str | None, area_id: str | None) -> None:
    """Give a person a role from now on, unless they hold it."""
    place = (Role.kind == kind, Role.agency_id == agency_id, Role.area_id == area_id)
    role = session.scalars(select(Role).where(Role.person_id == person.id, *place)).first()
    if role is None:
        session.add(Role(person_id=person.id, kind=kind, agency_id=agency_id, area_id=area_id))
    else:
        role.until = None


def person(session: Session, who: Actor, person_id: str) -> PersonLine:
    """A registered person, for a coordinator; NotFound."""
    require_coordinator(who, VERB, person_id)
    row = existing(session, Person, person_id)
    return PersonLine(row.id, row.user_id, row.label, row.active, roles(session, [person_id]).get(person_id, ()))


def require_somebody_else(session: Session, person_id: str) -> None:
    """Refuse if this person is the only coordinator."""
    if coordinators(session) == (person_id,):
        raise Refused(ALONE)
