"""With whom a channel is shared, named by agencies here: Slack doesn't tell an app the names of other workspaces."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.role_in_force import in_force
from storage.clock import now
from storage.people import Agency, Person, Role, Workspace


@dataclass(frozen=True)
class Other:
    """A workspace that a channel is shared with: its Slack id, and the agencies whose people belong to it."""

    team_id: str
    agencies: tuple[str, ...] = ()


def agencies(session: Session, team_ids: Collection[str]) -> Mapping[str, tuple[str, ...]]:
    """Slack id of a workspace -> the labels of the agencies for which its people have roles here."""
    if not team_ids:
        return {}
    held = (
        select(Workspace.team_id, Agency.label)
        .join(Person, Person.workspace_id == Workspace.id)
        .join(Role, Role.person_id == Person.id)
        .join(Agency, Agency.id == Role.agency_id)
        .where(Workspace.team_id.in_(team_ids), Person.active, in_force(now(session)))
        .distinct()
        .order_by(Agency.label)
    )
    labels: dict[str, tuple[str, ...]] = {}
    for team_id, label in session.execute(held):
        labels[team_id] = (*labels.get(team_id, ()), label)
    return labels
