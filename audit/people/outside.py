"""Who is from outside: guests in the app's Slack workspace, and people of other organisations in its shared channels.

They may hold any role, since agencies are other organisations: whoever gives them one is told what it means first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.people import people
from audit.people.people import Profile
from storage.people import Person, Standing

Place = tuple[str, str | None, str | None]
"""What can be held: kind, agency's id, area's id."""


@dataclass(frozen=True)
class Outsider:
    """Somebody who is no member of the app's workspace and would be given a role of this kind; `standing` says what."""

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
    """Who would be given a role and is a guest, or of another organisation. Refused of whom the app can't meet."""
    found: dict[tuple[str, str], Outsider] = {}
    for place, user_ids in wanted.items():
        for user_id in user_ids:
            profile = profiles.get(user_id)
            people.require_met(profile)
            person = people.find(session, who, user_id, profile)
            if person is not None and person in held[place]:
                continue
            outsider = as_outsider(person, profile, place[0])
            if outsider is not None:
                found.setdefault((user_id, place[0]), outsider)
    return tuple(found.values())


def as_outsider(person: Person | None, profile: Profile | None, kind: str) -> Outsider | None:
    """Somebody who would be given a role of this kind, if they are from outside as far as is known."""
    standing = profile.standing if profile else person.standing if person else None
    if standing is None or standing == Standing.MEMBER:
        return None
    label = profile.label if profile else person.label if person else ""
    return Outsider(label, str(standing), kind)
