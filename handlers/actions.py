"""Recommendations, and the actions that follow from them."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.actions import actions, add, edit_recommendation, reassign, recommendations, step
from audit.actions.edit_recommendation import AGENCIES, TEXT, THEMES, RecommendationForm, RecommendationWording
from audit.actions.reassign import OwnerForm
from audit.actions.step import StepForm
from audit.meeting import discussion
from audit.people.newcomers import PERSON
from audit.people.people import Profile
from handlers.call import Call
from handlers.directory import chosen
from handlers.edge import record
from handlers.listeners import goes_on, on_action, on_form, opens, sends, turns
from storage.clock import now
from views.actions import actions as actions_view
from views.actions import reassign as reassign_view
from views.actions import recommendations as recommendations_view
from views.actions import step as step_view
from views.forms import Form
from views.meeting import discussion as discussion_view
from views.parts import View


def add_recommendation(session: Session, who: Actor, form: Form) -> View:
    """Add a recommendation."""
    added = edit_recommendation.add(session, who, form.record_id, record(form.seen), _wording(form))
    return _after(session, who, added, "added")


def save_recommendation(session: Session, who: Actor, form: Form) -> View:
    """Change a recommendation."""
    saved = edit_recommendation.save(session, who, form.record_id, form.seen, _wording(form))
    return _after(session, who, saved, "saved")


def _after(session: Session, who: Actor, form: RecommendationForm, done: str) -> View:
    """The list of recommendations with a notice that this one is `done`; or its form, if somebody changed it first."""
    if not form.done:
        return recommendations_view.drafting(form)
    return _listed(session, who, form.cycle_id, f"Recommendation {form.number} is {done}.")


def withdraw_recommendation(call: Call) -> None:
    """Withdraw a recommendation."""
    at = call.shown
    with call.begin() as session:
        who = call.actor(session)
        withdrawn = edit_recommendation.withdraw(session, who, call.clicked, call.clicked_mark)
        view = _listed(session, who, withdrawn.cycle_id, f"Recommendation {withdrawn.number} is withdrawn.")
    call.replace(at, view)


def _wording(form: Form) -> RecommendationWording:
    return RecommendationWording(form.texts.get(TEXT, ""), form.ticked.get(THEMES, ()), form.ticked.get(AGENCIES, ()))


def _listed(session: Session, who: Actor, cycle_id: str, notice: str) -> View:
    """A cycle's recommendations after a change, with a notice."""
    return recommendations_view.view(recommendations.show(session, who, cycle_id), notice=notice)


def ask_for_action(call: Call) -> None:
    """Open the form of a new action: in place of the recommendations, which return afterwards, or on its own."""
    with call.reading() as session:
        form = add.begin(session, call.actor(session), call.clicked)
    if form.recommendation is None:
        call.open(actions_view.adding(form))
    else:
        call.redraw(call.shown, actions_view.adding(form))


def add_action(call: Call) -> View | None:
    """Add an action, and go back to the recommendations or to the discussion."""
    form = call.form
    with call.reading() as session:  # refuse before asking Slack about the owner
        add.begin(session, call.actor(session), form.record_id)
    owner = _chosen(call)
    with call.begin() as session:
        who = call.actor(session)
        action_id = add.add(session, who, form.record_id, record(form.seen), form.texts, owner)
        action = actions.by_id(session, action_id)
        if action.recommendation_id:
            return _listed(session, who, action.cycle_id, f"{action.title} is added.")
        if call.below is None:
            return actions_view.added(action, now(session))
        about = discussion.discussion(session, who, form.record_id)
    return call.close_on(discussion_view.discussion(about))


def take_step(session: Session, who: Actor, form: Form) -> View:
    """Record an action's progress."""
    taken = step.step(session, who, form.record_id, form.texts)
    if isinstance(taken, StepForm):
        return step_view.stepping(taken)
    return actions_view.view(step.look(session, who, taken.id), notice="Saved.")


def change_owner(call: Call) -> View:
    """Pass an action on to a new owner."""
    form = call.form
    with call.reading() as session:  # refuse before asking Slack about the owner
        reassign.check(session, call.actor(session), form.record_id)
    owner = _chosen(call)
    with call.begin() as session:
        who = call.actor(session)
        passed_on = reassign.pass_on(session, who, form.record_id, form.texts, owner)
        if isinstance(passed_on, OwnerForm):
            return reassign_view.owning(passed_on)
        return actions_view.view(step.look(session, who, passed_on.id), notice="The owner is changed.")


def _chosen(call: Call) -> Profile | None:
    """Slack's profile of the person chosen in the form; None if nobody was chosen."""
    user_id = call.form.text(PERSON)
    return chosen(call.client, call.body, user_id) if user_id else None


LISTENERS = (
    opens(recommendations_view.SHOW, recommendations.show, recommendations_view.view),
    turns(recommendations_view.PAGE, recommendations.show, recommendations_view.view),
    goes_on(recommendations_view.NEW, edit_recommendation.begin, recommendations_view.drafting),
    goes_on(recommendations_view.EDIT, edit_recommendation.edit, recommendations_view.drafting),
    sends(recommendations_view.ADD, add_recommendation),
    sends(recommendations_view.SAVE, save_recommendation),
    on_action(recommendations_view.WITHDRAW, withdraw_recommendation),
    opens(actions_view.SHOW, step.read, actions_view.view, writes=True),
    turns(actions_view.PAGE, step.look, actions_view.view),
    on_action(actions_view.NEW, ask_for_action),
    on_form(actions_view.ADD, add_action),
    goes_on(actions_view.STEP, step.begin, step_view.stepping),
    sends(step_view.STEPPED, take_step),
    goes_on(actions_view.OWN, reassign.begin, reassign_view.owning),
    on_form(reassign_view.OWNED, change_owner),
)
