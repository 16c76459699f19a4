"""The form that records an action's progress."""

from audit.actions.actions import IMPACTS, STATES
from audit.actions.step import DUE, IMPACT, NOTE, STATE, StepForm
from audit.tools import TEXT_LIMIT
from views.actions.actions import name, state
from views.confirming import previewed
from views.parts import Block, View, alert, context, datepicker, escape, fitted, modal, paragraphs, radios, text_input
from views.words import on

STEPPED = "action.stepped"

AGAIN = (
    "This action was updated, or its owner changed, since you opened this form. What you wrote is below, and isn't"
    " saved."
)
_TO = {
    "open": "Open: not started",
    "in_progress": "In progress",
    "done": "Done",
    "verified": "Verified: you have seen that it is done",
    "dropped": "Dropped: it won't be done",
}
_TEXT = 600
_OWNERS = "The owner records when it is started and when it is done; a coordinator can do so for them."


def stepping(form: StepForm) -> View:
    """The form: an action's new state, the evidence, the due date and, once it is done, whether it changed practice."""
    action, given = form.action, form.given
    about = [
        name(action),
        f"{state(action, form.now)} · due {on(action.due_on, form.now)}",
        fitted(action.text, _TEXT),
    ]
    top = [*([alert(AGAIN)] if form.again else []), *paragraphs(about)]
    top += [context(escape(form.why_not))] if form.why_not else []
    top += [context(_OWNERS)] if action.state in {"open", "in_progress"} and "done" not in form.states else []
    choices = [
        (each, f"No change: {STATES[each].lower()}" if each == action.state else _TO[each]) for each in form.states
    ]
    blocks = [
        *top,
        radios(STATE, "Progress", choices, given.get(STATE, action.state)),
        text_input(
            NOTE, "Evidence, or why", given.get(NOTE, ""), limit=TEXT_LIMIT,
            hint="Needed if it is done, verified or dropped, if the date changes, and to say if it changed practice.",
        ),
        datepicker(DUE, "To be done by", given.get(DUE) or action.due_on.isoformat(), optional=False),
        *_impact(form),
    ]  # fmt: skip
    mark = form.record_id if form.again else ""  # a new mark: Slack fills in the typed values, with the new choices
    return modal("Update progress", previewed(blocks, mark), record_id=form.record_id, verb=STEPPED, submit="Save")


def _impact(form: StepForm) -> list[Block]:
    if not form.impacts:
        return [context("Once it is done, you can say here whether it changed practice.")]
    value = form.given.get(IMPACT) or form.action.impact
    hint = "Give the evidence above."
    return [radios(IMPACT, "Did it change practice?", list(IMPACTS.items()), value, optional=True, hint=hint)]
