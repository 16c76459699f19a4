"""Screening of free text: the list of names that no text may contain."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.screening import denied
from handlers.listeners import opens, overall, sends
from views.forms import Form
from views.parts import View
from views.screening import denied as denied_view


def save_names(session: Session, who: Actor, form: Form) -> View:
    """Add names to the list, and take others off it."""
    listed = denied.change(
        session, who, form.texts.get(denied.NAMES, ""), form.texts.get(denied.GONE, ""), seen=form.seen
    )
    return denied_view.saved(listed)


LISTENERS = (
    opens(denied_view.SHOW, overall(denied.look), denied_view.form),
    sends(denied_view.SAVE, save_names),
)
