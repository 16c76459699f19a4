"""Strangers: people whom a lead chooses in Slack, to cover or to write for them, and who may be unknown here."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import Refused
from audit.people.people import Profile, require_met
from audit.screening import fields
from audit.screening.fields import Typed
from storage.people import Person, Workspace

PERSON, LABEL = "person", "label"
"""The fields of a form that asks for somebody."""
LABEL_LIMIT = 80


def registered(session: Session, who: Actor, stranger: Profile, label: str) -> Person:
    """The person in our books, new under `label` (a role, no name) if need be; Refused at PERSON or LABEL."""
    person = session.scalar(
        select(Person)
        .join(Workspace, Workspace.id == Person.workspace_id)
        .where(Workspace.team_id == stranger.team_id, Person.user_id == stranger.user_id)
    )
    if not stranger.human:
        raise Refused("Choose a person who uses this Slack: this is an app, or somebody who has left.", PERSON)
    require_met(stranger, PERSON)
    if person is not None and not person.active:
        raise Refused("This person is registered no longer. Ask your coordinator to add them again first.", PERSON)
    return person or _new(session, who, stranger, label)


def _new(session: Session, who: Actor, stranger: Profile, label: str) -> Person:
    missing = "This person is new here: say what they are, such as “Police deputy, East”."
    fields.check(session, who, {LABEL: Typed(label, missing, LABEL_LIMIT)})
    workspace = session.scalar(select(Workspace).where(Workspace.team_id == stranger.team_id))
    if workspace is None:
        workspace = Workspace(team_id=stranger.team_id, name=stranger.team_id)
        session.add(workspace)
    person = Person(workspace_id=workspace.id, user_id=stranger.user_id, label=label, standing=stranger.standing)
    session.add(person)
    session.flush()
    trail.record(session, who, "person.add", subject_id=person.id)
    return person
