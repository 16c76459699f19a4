"""Changes in a cycle after it has opened: its steps, dates, cases, involvements and leads; and cancelling it."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.people import people
from audit.underway import (
    cancel,
    case_meetings,
    dates,
    description_change,
    involvements,
    leads,
    new_case,
    steps,
    tool_change,
)
from handlers.call import Call
from handlers.directory import profiles
from handlers.listeners import goes_on, on_action, on_form, opens, sends, turns
from views.confirming import unmarked
from views.forms import Form
from views.parts import View
from views.underway import cancel as cancel_view
from views.underway import case_meetings as case_meetings_view
from views.underway import dates as dates_view
from views.underway import description_change as description_change_view
from views.underway import involvements as involvements_view
from views.underway import leads as leads_view
from views.underway import new_case as new_case_view
from views.underway import steps as steps_view
from views.underway import tool_change as tool_change_view


def take_step(call: Call) -> None:
    """Take a cycle to its next state, if nothing has changed since it was shown."""
    at = call.shown
    to, seen = unmarked(str(call.action.get("block_id", "")))
    with call.begin() as session:
        step = steps.take(session, call.actor(session), call.clicked, to, seen)
    call.replace(at, steps_view.taken(step) if step.done else steps_view.view(step))


def move_deadline(session: Session, who: Actor, form: Form) -> View:
    """Move a cycle's deadline, after a preview."""
    move = dates.move_deadline(session, who, form.record_id, form.text(dates.DUE), form.seen)
    return dates_view.deadline_moved(move) if move.done else dates_view.moving_deadline(move)


def move_meeting(session: Session, who: Actor, form: Form) -> View:
    """Move a meeting, after a preview."""
    move = dates.move_meeting(session, who, form.record_id, form.texts, form.seen)
    return dates_view.meeting_moved(move) if move.done else dates_view.moving_meeting(move)


def move_cases(session: Session, who: Actor, form: Form) -> View:
    """Move cases to another meeting, after a preview."""
    chosen = case_meetings_view.chosen(form)
    move = case_meetings.move(session, who, form.record_id, chosen, form.texts, form.seen)
    return case_meetings_view.moved(move) if move.done else case_meetings_view.moving(move)


def change_case(session: Session, who: Actor, form: Form) -> View:
    """Change a case's agencies, or withdraw the case, after a preview."""
    agencies, standing = form.ticked.get(involvements.AGENCIES, ()), form.text(involvements.STANDING)
    withdraw = standing == involvements.WITHDRAWN
    case = involvements.change(session, who, form.record_id, agencies, form.seen, withdraw=withdraw)
    return involvements_view.changed(case) if case.done else involvements_view.changing(case)


def add_case(session: Session, who: Actor, form: Form) -> View:
    """Add a case, after a preview."""
    reference, place_id = form.text(new_case.REFERENCE), form.texts.get(new_case.PLACE, "")
    agencies = form.ticked.get(involvements.AGENCIES, ())
    case = new_case.add(session, who, form.record_id, reference, place_id, agencies, form.seen)
    return new_case_view.added(case) if case.done else new_case_view.adding(case)


def replace_lead(call: Call) -> View:
    """Replace an agency's lead or deputy, after a preview."""
    form = call.form
    role_id, user_id = form.text(leads.FROM), form.text(leads.TO)
    with call.reading() as session:
        who = call.actor(session)
        leads.begin(session, who, form.record_id)  # refuse before asking Slack about the new lead
        strangers = people.strangers(session, who, [user_id])
    profile = profiles(call.client, call.body, strangers).get(user_id)
    with call.begin() as session:
        change = leads.succeed(session, call.actor(session), form.record_id, role_id, user_id, profile, form.seen)
    return leads_view.replaced(change) if change.done else leads_view.replacing(change)


def change_description(session: Session, who: Actor, form: Form) -> View:
    """Change a cycle's description, after a preview."""
    change = description_change.change(session, who, form.record_id, form.texts, form.seen)
    return description_change_view.changed(change) if change.done else description_change_view.changing(change)


def change_tool(call: Call) -> None:
    """Move a cycle to its audit tool's newest version, if nothing has changed since it was shown."""
    at = call.shown
    version, seen = unmarked(str(call.action.get("block_id", "")))
    with call.begin() as session:
        number = int(version) if version.isdecimal() else 0
        change = tool_change.change(session, call.actor(session), call.clicked, number, seen)
    call.replace(at, tool_change_view.changed(change) if change.done else tool_change_view.view(change))


def cancel_cycle(session: Session, who: Actor, form: Form) -> View:
    """Cancel a cycle, after a preview."""
    cancelling = cancel.cancel(session, who, form.record_id, form.text(cancel.WHY), form.seen)
    return cancel_view.confirmation(cancelling) if cancelling.done else cancel_view.cancelling(cancelling)


LISTENERS = (
    opens(steps_view.SHOW, steps.next_step, steps_view.view),
    on_action(steps_view.TAKE, take_step),
    opens(dates_view.CHOOSE_DEADLINE, dates.open_deadline, dates_view.moving_deadline),
    sends(dates_view.MOVE_DEADLINE, move_deadline),
    opens(dates_view.CHOOSE_MEETING, dates.open_meeting, dates_view.moving_meeting),
    sends(dates_view.MOVE_MEETING, move_meeting),
    opens(case_meetings_view.CHOOSE, case_meetings.begin, case_meetings_view.moving),
    sends(case_meetings_view.MOVE, move_cases),
    opens(involvements_view.LIST, involvements.case_rows, involvements_view.view),
    turns(involvements_view.PAGE, involvements.case_rows, involvements_view.view),
    goes_on(involvements_view.OPEN, involvements.open_case, involvements_view.changing),
    sends(involvements_view.CHANGE, change_case),
    opens(new_case_view.NEW, new_case.begin, new_case_view.adding),
    sends(new_case_view.ADD, add_case),
    opens(leads_view.CHOOSE, leads.begin, leads_view.replacing),
    on_form(leads_view.REPLACE, replace_lead),
    opens(description_change_view.CHOOSE, description_change.open_form, description_change_view.changing),
    sends(description_change_view.CHANGE, change_description),
    opens(tool_change_view.SHOW, tool_change.open_change, tool_change_view.view),
    on_action(tool_change_view.DO, change_tool),
    opens(cancel_view.CANCEL, cancel.begin, cancel_view.cancelling),
    sends(cancel_view.DO, cancel_cycle),
)
