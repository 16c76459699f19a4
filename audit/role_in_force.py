"""Whether a role is in force: it hasn't ended."""

from datetime import datetime

from sqlalchemy import BindParameter, ColumnElement, or_

from storage.people import Role


def in_force(moment: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """A condition on Role: at that moment it hasn't ended. Slack may have let the person go: see Person.active."""
    return or_(Role.until.is_(None), Role.until > moment)
