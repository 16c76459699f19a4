"""People from outside: guests in the app's Slack workspace, and people of other organisations in shared channels.

They may hold any role, since agencies are other organisations; whoever gives them one has to confirm it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.people import people
from audit.people.people import Profile
from storage.people import Person, Standing

Place = tuple[str, str | None, str | None]
"""What a role is for: (kind, agency id or None, area id or None)."""


@dataclass(frozen=True)
class Outsider:
    """A person who isn't a member of the app's workspace and would be given this kind of role."""

    label: str
    standing: str
    kind: str


def outsiders(
    session: Session,
    who: Actor,
    wanted: Mapping[Place, Sequence[str]],
    held: Mapping[Place, Sequence[Person]],
    profiles: Mapping[str, Profile],
) -> tuple[Outsider, ...]:
    """The people from outside who would be given a role. Refused if one of them shares no channel with the app."""
    by_person: dict[tuple[str, str], Outsider] = {}
    for place, user_ids in wanted.items():
        for user_id in user_ids:
            profile = profiles.get(user_id)
            people.require_met(profile)
            person = people.find(session, who, user_id, profile)
            if person is not None and person in held[place]:
                continue
            outsider = as_outsider(person, profile, place[0])
            if outsider is not None:
                by_person.setdefault((user_id, place[0]), outsider)
    return tuple(by_person.values())


def as_outsider(person: Person | None, profile: Profile | None, kind: str) -> Outsider | None:
    """This person as an Outsider to be given a role of this kind; None if they aren't known to be from outside."""
    standing = profile.standing if profile else person.standing if person else None
    if standing is None or standing == Standing.MEMBER:
        return None
    label = profile.label if profile else person.label if person else ""
    return Outsider(label, str(standing), kind)
