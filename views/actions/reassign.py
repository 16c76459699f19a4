"""The form that passes an action on to a new owner."""

from audit.actions.add import OWNER
from audit.actions.reassign import OwnerForm
from audit.actions.step import NOTE
from audit.people.newcomers import PERSON
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from views.actions.actions import REMINDED, name, state
from views.actions.step import AGAIN
from views.confirming import previewed
from views.parts import View, alert, escape, fitted, modal, paragraphs, person_select, text_input
from views.words import on

OWNED = "action.owned"

_TEXT = 600


def owning(form: OwnerForm) -> View:
    """The form: who owns the action, who gets its reminders, and why it is passed on."""
    action, given = form.action, form.given
    reminded = f" (reminders go to {escape(action.owner_label)})" if action.owner_label else ""
    about = [
        name(action),
        f"{state(action, form.now)} · due {on(action.due_on, form.now)}",
        f"Owner now: {escape(action.owner)}{reminded}",
        f"Agency: {escape(action.agency) if action.agency else 'none: the partnership itself'}",
        fitted(action.text, _TEXT),
    ]
    why = "Whoever gets it is told at once. Do not write names or anything else that identifies somebody."
    inputs = [
        text_input(
            OWNER, "Who owns it", given.get(OWNER, ""), limit=LINE_LIMIT, multiline=False, optional=False,
            hint="A role, not a name.",
        ),
        person_select(PERSON, "Who gets the reminders", given.get(PERSON, ""), optional=True, hint=REMINDED),
        text_input(NOTE, "Why is the owner changing?", given.get(NOTE, ""), limit=TEXT_LIMIT, optional=False, hint=why),
    ]  # fmt: skip
    mark = form.record_id if form.again else ""  # a new mark: Slack fills in the typed values again
    blocks = [*([alert(AGAIN)] if form.again else []), *paragraphs(about), *previewed(inputs, mark)]
    return modal("Change the owner", blocks, record_id=form.record_id, verb=OWNED, submit="Save")
