"""What each line of a list of people would do, and why some lines can't be stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.pasted import Bad, Unreadable
from audit.people import outside
from audit.people.agencies import Territory
from audit.people.outside import Outsider, Place
from audit.people.people import HeldRole, Profile
from audit.people.people_list_lines import Lines, NamedPerson, Sought, Way, quoted
from audit.people.people_list_matches import Matches
from audit.role_in_force import in_force
from storage.clock import now
from storage.people import Person, Role, Workspace

Account = tuple[str, str]
"""A person in Slack: (team id, user id)."""


class LineOutcome(StrEnum):
    """What a line does: register the person, reactivate them, give them the role, or nothing as they hold it."""

    NEW = "new"
    BACK = "back"
    GIVEN = "given"
    ALREADY = "already"


@dataclass(frozen=True)
class RoleEntry:
    """A line that can be stored. `outsider`: set if the person is from outside and would now get the role."""

    number: int
    label: str
    role: HeldRole
    outcome: LineOutcome
    outsider: Outsider | None = None


def entered(session: Session, listed: Lines, found: Matches, territory: Territory) -> tuple[list[RoleEntry], list[Bad]]:
    """What each line would do, once everybody has been looked up; and the lines that can't be stored."""
    entries, faulty, held, known = list[RoleEntry](), list(listed.bad), _held(session), _known(session)
    for line in listed.lines:
        try:
            profile = meant(line.sought, found)
        except Unreadable as why:
            faulty.append(Bad(line.number, str(why)))
            continue
        account = (profile.team_id, profile.user_id)
        outcome = _outcome((account, line.place) in held, known.get(account))
        held.add((account, line.place))
        outsider = outside.as_outsider(None, profile, line.place[0]) if outcome is not LineOutcome.ALREADY else None
        entries.append(RoleEntry(line.number, profile.label, _role(line, territory), outcome, outsider))
    return entries, sorted(faulty, key=lambda each: each.number)


def _held(session: Session) -> set[tuple[Account, Place]]:
    """Every role held now by an active person: (account, place)."""
    rows = session.execute(
        select(Workspace.team_id, Person.user_id, Role.kind, Role.agency_id, Role.area_id)
        .select_from(Role)
        .join(Person, Person.id == Role.person_id)
        .join(Workspace, Workspace.id == Person.workspace_id)
        .where(Person.active, in_force(now(session)))
    )
    return {((team_id, user_id), (kind, agency_id, area_id)) for team_id, user_id, kind, agency_id, area_id in rows}


def _known(session: Session) -> dict[Account, bool]:
    """Account -> whether the person is active, for everybody who is registered."""
    rows = session.execute(
        select(Workspace.team_id, Person.user_id, Person.active).join(Workspace, Workspace.id == Person.workspace_id)
    )
    return {(team_id, user_id): active for team_id, user_id, active in rows}


def _outcome(holds: bool, active: bool | None) -> LineOutcome:  # noqa: FBT001  # two facts about a person
    if holds:
        return LineOutcome.ALREADY
    if active is None:
        return LineOutcome.NEW
    return LineOutcome.GIVEN if active else LineOutcome.BACK


def _role(line: NamedPerson, territory: Territory) -> HeldRole:
    kind, agency_id, area_id = line.place
    agency = next((each.label for each in territory.agencies if each.id == agency_id), None)
    return HeldRole(kind, agency, next((each.label for each in territory.areas if each.id == area_id), None))


def meant(sought: Sought, found: Matches) -> Profile:
    """The one person who is meant; Unreadable says why there is none, or more than one."""
    if sought.key in found.why:
        raise Unreadable(found.why[sought.key])
    profiles = found.people[sought.key]
    humans = [each for each in profiles if each.human]
    named = f"“{quoted(sought.text)}”"
    if len(humans) > 1:
        raise Unreadable(f"{len(humans)} people are called {named}: write the e-mail address or member id")
    if humans and humans[0].stranger:
        raise Unreadable(
            f"{named} is of another organisation, and in no channel that the app is in: have them invited to the audit"
            " channel first"
        )
    if humans:
        return humans[0]
    raise Unreadable(_why_nobody(profiles, sought.way, named))


def _why_nobody(there: Sequence[Profile], way: Way, named: str) -> str:
    if there:
        app = all(each.bot for each in there)
        return f"{named} is an app, not a person" if app else f"the Slack account of {named} is deactivated"
    if way is Way.NAME:
        return (
            f"nobody in this Slack is called {named}: write the name as Slack does, or the e-mail address or member id"
        )
    other = "" if way is Way.ID else ": people of other organisations are found by their member id only"
    return f"Slack knows nobody with the {way} {named}{other}"
