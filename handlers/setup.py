"""A cycle before it opens: its plan, places, case list or sample, and opening it."""

from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.access import Actor
from audit.errors import Refused
from audit.setup import case_list, opening, places, plan, sample, taken_over
from handlers.call import Call
from handlers.edge import record
from handlers.listeners import (
    dated,
    goes_on,
    on_action,
    on_choice,
    on_form,
    opens,
    overall,
    sends,
    updated_form,
)
from storage.clock import now
from views.confirming import CHANGED
from views.forms import Form
from views.parts import View
from views.setup import case_list as case_list_view
from views.setup import opening as opening_view
from views.setup import places as places_view
from views.setup import plan as plan_view
from views.setup import sample as sample_view
from views.setup import taken_over as taken_over_view


def save_plan(call: Call) -> View:
    """Plan a cycle, or change its plan."""
    form = call.form
    try:
        with call.begin() as session:
            return plan_view.saved(plan.save(session, call.actor(session), form.record_id, form.texts, form.seen))
    except Refused as refusal:
        anew = updated_form(form.asked, refusal, lambda: _as_chosen(call, form, CHANGED))
        if anew is None:
            raise
        return anew


def choose_in_plan(call: Call) -> None:
    """Show the plan's form again, updated to the tool and scale chosen in it."""
    call.redraw(call.shown, _as_chosen(call, call.form))


def _as_chosen(call: Call, form: Form, notice: str = "") -> View:
    with call.reading() as session:
        typed = plan.typed(session, call.actor(session), form.record_id, form.texts)
    return plan_view.form(typed, notice, form.seen)


def take_over(call: Call) -> None:
    """Fill a new cycle's form with the previous audit's set-up."""
    at, form = call.shown, call.form
    with call.reading() as session:
        plan_as_then = taken_over.facts(session, call.actor(session), form.record_id, form.texts)
    call.redraw(at, plan_view.form(plan_as_then))


def take_places(session: Session, who: Actor, form: Form) -> View:
    """Take over the previous audit's meetings and channels."""
    return places_view.view(
        taken_over.take(session, who, form.record_id, form.texts), notice="The meetings have been added."
    )


def add_meeting(session: Session, who: Actor, form: Form) -> View:
    """Add a meeting, of an area if there are areas, to the audit."""
    listed = places.add(session, who, form.record_id, form.texts, record(form.seen) if form.seen else "")
    return places_view.view(listed, notice="The meeting has been added.")


def save_meeting(session: Session, who: Actor, form: Form) -> View:
    """Change a meeting."""
    return places_view.view(places.save(session, who, form.record_id, form.texts, form.seen), notice="Saved.")


def remove_meeting(call: Call) -> None:
    """Remove a meeting, from its form."""
    at, form = call.shown, call.form
    with call.begin() as session:
        listed = places.remove(session, call.actor(session), call.clicked, form.seen)
    call.replace(at, places_view.view(listed, notice="The meeting has been removed."))


def store_cases(session: Session, who: Actor, form: Form) -> View:
    """Preview the cases in a pasted list, and then store them."""
    listed = case_list.submit(session, who, form.record_id, form.texts.get(case_list.LINES, ""), form.seen)
    return case_list_view.stored(listed) if listed.stored else case_list_view.form(listed)


def draw_sample(session: Session, who: Actor, form: Form) -> View:
    """Preview a sample, and then store it."""
    given = sample.SampleInput(
        sample_view.texts(form), form.texts.get("quotas", ""), form.text("seed"), form.ticked.get("agencies", ())
    )
    drawn = sample.submit(session, who, form.record_id, given, form.seen)
    return sample_view.stored(drawn) if drawn.stored else sample_view.form(drawn)


def check_sample(session: Session, who: Actor, form: Form) -> View:
    """Draw a sample again to check that the result is the same; the check is recorded."""
    return sample_view.checked(sample.check(session, who, form.record_id, sample_view.texts(form)), now(session))


def open_cycle(call: Call) -> None:
    """Open a cycle: its agencies get their requests."""
    with call.begin() as session:
        opening.open_cycle(session, call.actor(session), call.clicked)
        cycle = cycle_facts.view(session, call.clicked)
        reached = opening.openings(session, [cycle.id])[cycle.id]
    call.open(opening_view.opened(cycle, reached))


LISTENERS = (
    opens(plan_view.NEW, overall(plan.propose), plan_view.form),
    opens(plan_view.EDIT, plan.current, plan_view.form),
    on_action(plan_view.TAKE_OVER, take_over),
    on_choice(plan_view.PLAN, choose_in_plan),
    on_form(plan_view.PLAN, save_plan),
    opens(places_view.SHOW, places.show, places_view.view),
    goes_on(taken_over_view.BEGIN, taken_over.begin, taken_over_view.form),
    sends(taken_over_view.TAKE, take_places),
    goes_on(places_view.NEW, places.fresh, places_view.form),
    goes_on(places_view.EDIT, places.form, places_view.form),
    sends(places_view.ADD, add_meeting),
    sends(places_view.SAVE, save_meeting),
    on_action(places_view.REMOVE, remove_meeting),
    opens(case_list_view.PASTE, case_list.begin, case_list_view.form),
    sends(case_list_view.STORE, store_cases),
    opens(sample_view.CHOOSE, sample.begin, sample_view.form),
    sends(sample_view.DRAW, draw_sample),
    goes_on(sample_view.CHECK, dated(sample.drawn), lambda seen: sample_view.checking(*seen)),
    sends(sample_view.VERIFY, check_sample),
    on_action(opening_view.OPEN_CYCLE, open_cycle),
)
