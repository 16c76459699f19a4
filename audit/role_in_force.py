"""Whether a role is in force, that is, hasn't ended."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, or_

from storage.people import Role


def in_force(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """A condition on Role: it hasn't ended at that moment. Whether the person is still in Slack is Person.active."""
    return or_(Role.until.is_(None), Role.until > moment)
