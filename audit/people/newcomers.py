"""Registering a person whom a lead has chosen in Slack to cover or to write for them, and who may be new here."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.days_off import require_meant
from audit.errors import Question, Refused
from audit.pasted import fingerprint
from audit.people.people import Profile, enter, require_met
from audit.role_in_force import in_force
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.clock import now
from storage.people import Person, Role, Standing, Workspace

PERSON, LABEL = "person", "label"
"""The fields of a form that asks for a person."""
LABEL_LIMIT = 80


_WHAT = {
    Standing.OUTSIDE: (
        "is of another organisation. The app may not be able to write to them, and whether they have left, only their"
        " own organisation's Slack knows"
    ),
    **dict.fromkeys((Standing.GUEST, Standing.SINGLE), "is a guest in this workspace, and no member of it"),
}


def registered(session: Session, who: Actor, stranger: Profile, label: str) -> Person:
    """The registered person for this Slack profile, added under `label` (a role, not a name) if need be.

    Refused at PERSON or LABEL. NeedsConfirmation if they are from outside and hold no role, unless `who` has confirmed
    them in the form.
    """
    person = registered_person(session, stranger)
    if not stranger.human:
        raise Refused("Choose a person who uses this Slack: this is an app, or somebody who has left.", PERSON)
    require_met(stranger, PERSON)
    if person is not None and not person.active:
        raise Refused("This person is no longer registered. Ask your coordinator to add them again first.", PERSON)
    asked = questions(session, stranger)
    if person is None:
        return _new(session, who, stranger, label, asked)
    require_meant(who, asked)
    return person


def questions(session: Session, stranger: Profile | None) -> dict[str, Question]:
    """The question at PERSON about a person from outside who holds no role yet; empty for everybody else."""
    what = _WHAT.get(stranger.standing) if stranger is not None and stranger.standing is not None else None
    if stranger is None or what is None or _takes_part(session, stranger):
        return {}
    mark = fingerprint("outside", stranger.team_id, stranger.user_id, stranger.standing)
    return {PERSON: Question((), mark, f"This person {what}", "person")}


def _takes_part(session: Session, stranger: Profile) -> bool:
    person = registered_person(session, stranger)
    role = select(Role.id).where(Role.person_id == person.id, in_force(now(session))).limit(1) if person else None
    return role is not None and session.scalar(role) is not None


def registered_person(session: Session, stranger: Profile | None) -> Person | None:
    """The registered person for this Slack profile; None if there is none, or if no profile is given."""
    if stranger is None:
        return None
    return session.scalar(
        select(Person)
        .join(Workspace, Workspace.id == Person.workspace_id)
        .where(Workspace.team_id == stranger.team_id, Person.user_id == stranger.user_id)
    )


def _new(session: Session, who: Actor, stranger: Profile, label: str, asked: Mapping[str, Question]) -> Person:
    missing = "This person is new here: say what they are, such as “Police deputy, East”."
    fields.check(session, who, {LABEL: TypedField(label, missing, LABEL_LIMIT)}, beside=asked)
    person, new = enter(session, stranger.team_id, stranger.user_id, label, standing=stranger.standing)
    if new:
        trail.record(session, who, "person.add", subject_id=person.id)
    return person
