"""The steps of an action: who may take it to which state, what each step requires, and the record of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import MONITORING, Actor, require_action, require_stepping
from audit.actions import actions
from audit.actions import owner as owner_rules
from audit.actions.actions import OWED, ActionView
from audit.actions.add import PAST
from audit.actions.owner import Owner
from audit.calendar import chosen, in_london
from audit.errors import NotFound, Refused
from audit.filled_form import Filled
from audit.screening import fields
from audit.screening.fields import TypedField
from storage.actions import Action, ActionState, ActionStep, Impact
from storage.clock import now
from storage.crypto import unseal
from storage.cycles import Cycle, CycleState
from storage.people import RoleKind
from storage.types import LOCK

STATE, NOTE, DUE, IMPACT = "state", "note", "due", "impact"
"""The form's fields."""
_REASONED = (ActionState.DONE, ActionState.VERIFIED, ActionState.DROPPED)
"""States that need a note: the evidence, or why the action is dropped."""

_DOING = {
    ActionState.OPEN: (ActionState.IN_PROGRESS, ActionState.DONE),
    ActionState.IN_PROGRESS: (ActionState.OPEN, ActionState.DONE),
    ActionState.DONE: (ActionState.IN_PROGRESS,),
}
"""State -> states to which its owner or a coordinator may take an action."""
_MONITORING = {
    ActionState.OPEN: (ActionState.DROPPED,),
    ActionState.IN_PROGRESS: (ActionState.DROPPED,),
    ActionState.DONE: (ActionState.IN_PROGRESS, ActionState.VERIFIED, ActionState.DROPPED),
}
"""State -> states to which coordinators and the sub-group may. For verified, see `_why_not`."""


@dataclass(frozen=True)
class ActionForReader:
    """An action for one reader. `steps`: they may take a step. `passes`: they may change its owner."""

    action: ActionView
    now: datetime
    steps: bool
    passes: bool = False


@dataclass(frozen=True)
class StepForm(Filled):
    """The form for an action's next step. `record_id`: the newest step's id, or the action's before its first step.

    `states`: those that this person may choose, the current one first. `impacts`: whether the form asks if practice
    changed. `why_not`: why they can't verify the action; None if they can, or it isn't done. `given`: field -> what the
    form shows.
    """

    record_id: str
    action: ActionView
    now: datetime
    states: tuple[str, ...]
    impacts: bool
    why_not: str | None = None
    given: Mapping[str, str] = field(default_factory=dict)


def read(session: Session, who: Actor, action_id: str) -> ActionForReader:
    """An action with all its steps, for its owner and people who oversee audits. The reading is recorded."""
    shown = look(session, who, action_id)
    action = shown.action
    trail.reading(session, who, "action.read", subject_id=action_id, cycle_id=action.cycle_id, detail=action.name)
    return shown


def look(session: Session, who: Actor, action_id: str) -> ActionForReader:
    """An action with all its steps, for somebody who has it open already. No reading is recorded."""
    owner = owner_rules.owner(session, action_id)
    require_action(who, "action.read", action_id, owns=owner.owns(who))
    action = actions.by_id(session, action_id)
    passes = who.has(*MONITORING) and not action.closed
    return ActionForReader(action, now(session), bool(_states(session, who, owner, action.state)), passes)


def begin(session: Session, who: Actor, action_id: str) -> StepForm:
    """The form for the next step, for those who may take one. Refused if they may not change a dropped action."""
    owner = owner_rules.owner(session, action_id)
    require_stepping(who, "action.step", action_id, owns=owner.owns(who))
    form = _form(session, who, owner, {})
    if not form.states:
        raise Refused("This action is dropped. A coordinator can take it up again.")
    return form


def _form(session: Session, who: Actor, owner: Owner, given: Mapping[str, str], *, again: bool = False) -> StepForm:
    action = actions.by_id(session, owner.action_id)
    states = _states(session, who, owner, action.state)
    done = action.state == ActionState.DONE
    return StepForm(
        record_id=newest(session, action),
        action=action,
        now=now(session),
        states=states,
        impacts=action.state in {ActionState.DONE, ActionState.VERIFIED},
        why_not=_why_not(session, who, owner) if done and who.has(*MONITORING) else None,
        given=given,
        again=again,
    )


def newest(session: Session, action: ActionView) -> str:
    """The record from which a form about an action is filled: its newest step's id, or its own before the first."""
    step = select(ActionStep.id).where(ActionStep.action_id == action.id, ActionStep.number == action.version)
    return session.scalar(step) or action.id


def _states(session: Session, who: Actor, owner: Owner, state: str) -> tuple[str, ...]:
    """The states to which this person may take an action from `state`, that one first; empty if they may do nothing."""
    at, coordinates = (
        ActionState(state),
        who.has(RoleKind.COORDINATOR) and _cycle(session, owner).state != CycleState.CLOSED,
    )
    if at is ActionState.DROPPED:
        return (at, ActionState.IN_PROGRESS) if coordinates else ()
    if at is ActionState.VERIFIED:
        return (at, ActionState.IN_PROGRESS) if coordinates else (at,) if _may(who, owner) else ()
    states: list[ActionState] = [at] if _may(who, owner) else []
    if owner.owns(who) or coordinates:
        states += _DOING[at]
    if who.has(*MONITORING):
        states += _MONITORING[at]
        if at is ActionState.DONE and _why_not(session, who, owner):
            states.remove(ActionState.VERIFIED)
    return tuple(dict.fromkeys(states))


def _cycle(session: Session, owner: Owner) -> Cycle:
    return session.scalars(
        select(Cycle).join(Action, Action.cycle_id == Cycle.id).where(Action.id == owner.action_id)
    ).one()


def _may(who: Actor, owner: Owner) -> bool:
    return owner.owns(who) or who.has(*MONITORING)


def _why_not(session: Session, who: Actor, owner: Owner) -> str | None:
    """Why this coordinator or sub-group member can't verify the action; None if they can."""
    said = select(ActionStep).where(ActionStep.action_id == owner.action_id).order_by(ActionStep.number)
    by: str | None = None
    before = ActionState.OPEN.value
    passed: set[str] = set()
    for step in session.scalars(said):
        if step.state == ActionState.DONE != before:
            by, passed = step.by_id, set()
        elif step.former_owner is not None:
            passed.add(step.by_id)
        before = step.state
    if owner.is_of(who):
        return "You own this action, or your agency does, so somebody else has to verify it."
    if who.person_id in passed:  # otherwise an owner could pass it on and verify it
        return "You changed its owner after it was done, so somebody else has to verify it."
    return "You said that it is done, so somebody else has to verify it." if by == who.person_id else None


def step(session: Session, who: Actor, record_id: str, given: Mapping[str, str]) -> ActionView | StepForm:
    """Take an action's next step. `record_id` is as in StepForm. The same form sent again changes nothing.

    If somebody else took a step first, nothing is done and the form is returned with what was typed. Refused at the
    fields.
    """
    base, action_id = filled_from(session, record_id)
    owner = owner_rules.owner(session, action_id)
    require_stepping(who, "action.step", action_id, owns=owner.owns(who))
    session.refresh(_cycle(session, owner), with_for_update=LOCK)  # before the action, as ratifying does
    row = session.get_one(Action, action_id, with_for_update=LOCK)
    if row.version != base:
        if row.version == base + 1 and _repeats(session, who, row, given):
            return actions.by_id(session, action_id)
        return _form(session, who, owner, given, again=True)
    state, due_on, impact = _checked(session, who, owner, row, given)
    row.state, row.due_on, row.impact = state, due_on, impact
    row.closed_at = (row.closed_at or now(session)) if state in actions.CLOSED else None
    actions.keep_step(session, who, row, given.get(NOTE, "").strip())
    return actions.by_id(session, action_id)


def filled_from(session: Session, record_id: str) -> tuple[int, str]:
    """The version that a form was filled from (see `newest`), and the action's id. NotFound if it no longer exists."""
    step = session.get(ActionStep, record_id)
    if step is not None:
        return step.number, step.action_id
    if session.get(Action, record_id) is None:
        raise NotFound("This action no longer exists.")
    return 0, record_id


def _repeats(session: Session, who: Actor, row: Action, given: Mapping[str, str]) -> bool:
    """Whether the newest step came from this same form, sent before."""
    last = actions.newest_step(session, row)
    same = (last.state, last.due_on.isoformat()) == (given.get(STATE), given.get(DUE) or last.due_on.isoformat())
    impact = (given.get(IMPACT) or last.impact) == last.impact
    note = unseal(session, last, NOTE) == given.get(NOTE, "").strip()
    return last.by_id == who.person_id and last.former_owner is None and same and note and impact


def _checked(
    session: Session, who: Actor, owner: Owner, row: Action, given: Mapping[str, str]
) -> tuple[str, date, str | None]:
    """The state, due date and impact that the step sets. Refused at the fields."""
    state, note = given.get(STATE, ""), given.get(NOTE, "")
    _require_state(session, who, owner, row, state)
    typed = given.get(DUE, "")
    due_on = chosen(typed) if typed else row.due_on
    if due_on is None:
        raise Refused("Please choose a day.", DUE)
    if due_on != row.due_on and due_on < in_london(now(session)).date():
        raise Refused(PAST, DUE)
    impact = _impact(row, state, given.get(IMPACT, ""))
    fields.check(session, who, {NOTE: TypedField(note, _words_needed(row, state, due_on, impact))})
    return state, due_on, impact


def _require_state(session: Session, who: Actor, owner: Owner, row: Action, state: str) -> None:
    if state in _states(session, who, owner, row.state):
        return
    if row.state in actions.CLOSED:
        moment.require(_cycle(session, owner), moment.STANDING, "what was verified or dropped in it stays so")
    if state == ActionState.VERIFIED and who.has(*MONITORING):
        waits = "Only what is done can be verified." if row.state != ActionState.DONE else None
        raise Refused(waits or _why_not(session, who, owner) or "This can't be verified.", STATE)
    by = {
        ActionState.VERIFIED: "Only a coordinator or a member of the sub-group can verify it, not its owner.",
        ActionState.DROPPED: "Only a coordinator or a member of the sub-group can drop it.",
    }
    ended = "Only a coordinator can take it up again." if row.state in actions.CLOSED else None
    sentence = ended or by.get(ActionState(state) if state in set(ActionState) else ActionState.OPEN)
    raise Refused(sentence or "It can't move to that from its present status. Please choose again.", STATE)


def _impact(row: Action, state: str, given: str) -> str | None:
    """The impact, which only a done or verified action has. Taking an action up again removes it."""
    if state in OWED or state == ActionState.DROPPED:
        return None
    if given and given not in set(Impact):
        raise Refused("Please choose again.", IMPACT)
    if given and row.state in OWED:
        raise Refused("Mark it as done first, then say whether it changed practice.", IMPACT)
    return given or row.impact


def _words_needed(row: Action, state: str, due_on: date, impact: str | None) -> str:
    """What the note must say, as a sentence; "" if the step needs no note."""
    if (state, due_on, impact) == (row.state, row.due_on, row.impact):
        return "Nothing is changed. Choose its new state, or write a note."
    if state != row.state and state in _REASONED:
        sentences = {
            ActionState.DONE: "Say what was done and what shows it.",
            ActionState.VERIFIED: "Say what you saw that shows it is done.",
            ActionState.DROPPED: "Say why it is dropped.",
        }
        return sentences[ActionState(state)]
    if state != row.state and row.state in _REASONED:
        return "Say why it is taken up again."
    if impact != row.impact and impact is not None:
        return "Say what shows whether it changed practice."
    return "Say why the day is moved." if due_on != row.due_on else ""
