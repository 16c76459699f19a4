"""Departures: somebody's Slack account was deactivated, so they take part no longer."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.access import in_force
from storage.clock import now
from storage.people import Cover, Person, Role, Workspace


def left(session: Session, team_id: str, user_id: str) -> bool:
    """End the registration of whom Slack has deactivated, and all they held; False if they weren't registered.

    Whoever is let into Slack again doesn't come back by themselves: a coordinator has to give them their roles anew.
    """
    person = session.scalar(
        select(Person)
        .join(Workspace, Workspace.id == Person.workspace_id)
        .where(Workspace.team_id == team_id, Person.user_id == user_id)
        .with_for_update(of=Person)
    )
    if person is None or not person.active:
        return False
    moment = now(session)
    person.active = False
    session.execute(update(Role).where(Role.person_id == person.id, in_force(moment)).values(until=moment))
    session.execute(update(Cover).where(Cover.person_id == person.id, Cover.until > moment).values(until=moment))
    trail.record(session, None, "person.left", subject_id=person.id, detail="deactivated in Slack")
    return True
