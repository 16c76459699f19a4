"""Actions: a line in a list, the full view with all steps, the form of a new action, and the blocks on Home."""

from collections.abc import Sequence
from datetime import datetime

from audit.actions.actions import IMPACTS, STATES, ActionView, StepView
from audit.actions.add import AGENCY, DUE, OWNER, WHAT, NewActionForm
from audit.actions.step import ActionForReader
from audit.calendar import in_london
from audit.people.newcomers import PERSON
from audit.tools import LINE_LIMIT, TEXT_LIMIT
from views.confirming import previewed
from views.pages import Unit, list_modal, pages
from views.parts import (
    Block,
    View,
    actions,
    button,
    context,
    datepicker,
    divider,
    done,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    person_select,
    section,
    select,
    text_input,
    verbatim,
)
from views.words import CAUTION, on, stamp

SHOW = "action.show"
"""The button that shows an action (value: the action's id)."""
PAGE = "action.page"
LABEL = "Look at it"
"""The button's label; it isn't \"Open\", since that is also a state of an action."""
NEW = "action.new"
"""The button that opens the form of a new action (value: the id of its case or recommendation)."""
ADD = "action.add"
STEP = "action.step"
"""The button that opens the form for an action's progress (value: the action's id)."""
OWN = "action.owner"
"""The button that opens the form for an action's new owner (value: the action's id)."""

REMINDED = "Leave empty to remind the agency's leads. Somebody new here can open only this action."
_TEXT = 150
"""The most characters of an action's text in a list."""
_LEAST = 2


def name(action: ActionView) -> str:
    """An action's references: mrkdwn."""
    return f"*{escape(action.title)}* (audit {action.cycle_number})"


def about(action: ActionView) -> str:
    """An action's references for a button's screen-reader label: plain text."""
    return f"{action.name}, audit {action.cycle_number}"


def state(action: ActionView, now: datetime) -> str:
    """An action's state, whether it is overdue and, if recorded, whether it changed practice."""
    late = " · ⚠️ overdue" if action.overdue(in_london(now).date()) else ""
    impact = f" · changed practice: {IMPACTS[action.impact].lower()}" if action.impact else ""
    return f"{STATES[action.state]}{late}{impact}"


def summary(action: ActionView, now: datetime) -> str:
    """One line about an action, with references only and none of its text: mrkdwn."""
    owner = f" · {escape(action.agency)}" if action.agency else ""
    return f"{name(action)}{owner} · due {on(action.due_on, now)} · {state(action, now)}"


def line(action: ActionView, now: datetime) -> Block:
    """An action in a list, for readers entitled to its text, with the button that shows it."""
    text = f"{summary(action, now)}\n{fitted(action.text, _TEXT)}"
    return section(text, button(LABEL, SHOW, action.id, about=about(action)))


def home_blocks(owed: Sequence[ActionView], now: datetime, room: int) -> list[Block]:
    """The actions that somebody owes, overdue first, in at most `room` blocks; empty without actions or room."""
    if not owed or room < _LEAST:
        return []
    whole = len(owed) < room
    some = owed if whole else owed[: room - 2]
    left = [] if whole else [context(f"and {len(owed) - len(some)} more, due later: they appear as these are closed.")]
    return [header("Actions"), *(line(each, now) for each in some), *left]


def view(opened: ActionForReader, page: int = 0, *, notice: str = "") -> View:
    """A page of an action with all its steps, newest first."""
    action = opened.action
    current = pages(_units(opened)).nearest(page)
    top = [section(f"{name(action)}{current.where}")]
    doings = [button("Update progress", STEP, action.id, primary=True)] if opened.steps else []
    doings += [button("Change the owner", OWN, action.id)] if opened.passes else []
    row = [actions("stepping", *doings)] if doings else []
    blocks = [*top, *current.blocks, *row, *current.turning(PAGE)]
    return list_modal("Action", blocks, record_id=action.id, notice=notice)


def _units(opened: ActionForReader) -> list[Unit]:
    action, now = opened.action, opened.now
    reminded = f" (reminders go to {escape(action.owner_label)})" if action.owner_label else ""
    facts = [
        f"*{state(action, now)}*",
        f"Owner: {escape(action.owner)}{reminded}",
        f"Agency: {escape(action.agency) if action.agency else 'none: the partnership itself'}",
        f"Due: {on(action.due_on, now)}",
        *(["It comes from the judgement of the case."] if action.from_judgement else []),
    ]
    what = [section("*What is to be done*"), *verbatim(action.text), divider()]
    steps = [("Steps", _step(each, now)) for each in reversed(action.steps)]
    first = section("*Steps, the newest first*" if steps else "*No step has been taken yet.*")
    return [("", [*paragraphs(facts), *what, first]), *steps, ("", [context(f"Added {stamp(action.made_at, now)}.")])]


def _step(step: StepView, now: datetime) -> list[Block]:
    impact = f" · changed practice: {IMPACTS[step.impact].lower()}" if step.impact else ""
    text = f"*{STATES[step.state]}* · due {on(step.due_on, now)}{impact}\n{escape(step.by)}, {stamp(step.at, now)}"
    return [section(text), *_owners(step), *verbatim(step.note)]


def _owners(step: StepView) -> list[Block]:
    if step.owners is None:
        return []
    before, after = (escape(each) for each in step.owners)
    previous = "in another person" if before == after else f"before that {before}"
    return [section(f"Owner from then on: {after}, {previous}")]


def adding(form: NewActionForm) -> View:
    """The form of a new action."""
    if form.recommendation is not None:
        about = f"From recommendation {form.recommendation} of audit {form.cycle_number}"
    else:
        about = f"From case {escape(form.reference or '')} of audit {form.cycle_number}"
    inputs = [
        text_input(WHAT, "What is to be done", limit=TEXT_LIMIT, optional=False),
        select(AGENCY, "Agency", form.agencies, None, hint="Leave empty if the partnership itself does it.")
        if form.agencies
        else context("There is no agency yet."),
        text_input(OWNER, "Who owns it", limit=LINE_LIMIT, multiline=False, optional=False, hint="A role, not a name."),
        person_select(PERSON, "Who gets the reminders", optional=True, hint=REMINDED),
        datepicker(DUE, "To be done by", optional=False),
    ]
    blocks = [section(f"*{about}*"), context(CAUTION)]
    form_blocks = previewed([*blocks, *inputs], form.action_id)
    return modal("Add an action", form_blocks, record_id=form.source_id, verb=ADD, submit="Add")


def added(action: ActionView, now: datetime) -> View:
    """The confirmation of a new action that was added on its own."""
    return done("Action added", [
        f"✅ {summary(action, now)}",
        "Whoever owns it gets a message now, and reminders before and after that day until it is done.",
    ])  # fmt: skip
