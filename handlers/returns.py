"""An agency's return: sending it, drafts, nil, declining, taking back, handover, cover, and immediate actions."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.people.newcomers import LABEL, PERSON
from audit.returns import calendar_file, cover, decline, draft, handover, history, immediate, nil, submit, take_back
from audit.returns.answers import CHANGE_REASON, GIVEN_BY, SOURCE
from audit.returns.form import OpenReturn
from audit.returns.nil import NilSource
from audit.returns.submit import Saved
from handlers.call import Call
from handlers.directory import chosen
from handlers.listeners import changes, dated, goes_on, on_action, on_choice, on_form, opens, sends, turns
from storage.clock import now
from storage.faults import fault
from views.forms import Form
from views.parts import ANSWER, View
from views.returns import calendar_file as calendar_file_view
from views.returns import cover as cover_view
from views.returns import decline as decline_view
from views.returns import draft as draft_view
from views.returns import form as form_view
from views.returns import handover as handover_view
from views.returns import history as history_view
from views.returns import immediate as immediate_view
from views.returns import nil as nil_view
from views.returns import request
from views.returns import take_back as take_back_view
from views.returns.form import ReturnForm
from views.returns.nil import TickedForm


def open_return(call: Call) -> None:
    """Open a return's form; if a coordinator reads an agency's return in it, that is recorded first."""
    with call.reading() as session:
        opened = submit.open_form(session, call.actor(session), call.clicked)
    if submit.is_reading(opened):  # only then: others needn't wait for a transaction that writes
        with call.begin() as session:
            submit.note_reading(session, call.actor(session), opened)
    call.open(form_view.form(opened))


def submit_return(call: Call) -> View:
    """Send a return."""
    form = ReturnForm.read(call.view)

    def stored(session: Session) -> Saved | OpenReturn:
        who = call.actor(session)
        sent = submit.submit(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
        fault("submit.before_commit")
        return sent

    sent = call.run_in_transaction(stored)
    fault("submit.after_commit")
    return request.saved(sent) if isinstance(sent, Saved) else form_view.form(sent)


def turn_return(call: Call) -> View:
    """Go on to the next page of the return's form, and store what was typed as a draft."""
    form = ReturnForm.read(call.view)
    with call.begin() as session:
        who = call.actor(session)
        opened = draft.turn(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
    return form_view.form(opened)


def turn_return_back(call: Call) -> None:
    """Go back to the previous page of the return's form, and store what was typed as a draft."""
    _save_draft(call, by=-1)


def keep_draft(call: Call) -> None:
    """Store a return's form as a draft, and show the form again, updated to its choices."""
    _save_draft(call, by=0)


def _save_draft(call: Call, by: int) -> None:
    at, form = call.shown, ReturnForm.read(call.view)
    with call.begin() as session:
        who = call.actor(session)
        opened = draft.save(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked, by=by)
    call.redraw(at, form_view.form(opened))


def ignore_choice(_call: Call) -> None:
    """Acknowledge a choice that changes nothing else."""


def send_nil(call: Call) -> None:
    """Make a return nil from its form: the agency doesn't know the child."""
    at = call.shown
    with call.begin() as session:
        sent = nil.send(session, call.actor(session), at.record_id, at.view_id)
    call.replace(at, nil_view.confirmation(sent))


def enter_nil(session: Session, who: Actor, form: Form) -> View:
    """Enter a nil return that an agency gave to a coordinator."""
    source = NilSource(form.text(SOURCE), form.text(GIVEN_BY))
    return nil_view.confirmation(nil.enter_for_agency(session, who, form.record_id, form.view_id, source))


def ask_which_known(call: Call) -> None:
    """Ask a person which of the children in their outstanding returns are known."""
    about = call.clicked
    with call.reading() as session:
        unanswered = nil.unanswered(session, call.actor(session), nil_view.cycle_of(about))
    call.open(nil_view.which_are_known(unanswered, about))


def split_known(call: Call) -> View:
    """Preview the nil returns: all those that weren't ticked as known."""
    form = TickedForm.read(call.view)
    with call.reading() as session:
        unanswered = nil.unanswered(session, call.actor(session), form.cycle_id)
    if form.mark != unanswered.mark:
        return nil_view.which_are_known(unanswered, form.about, form.return_ids, changed=True)
    return nil_view.confirming(nil.split(unanswered, form.return_ids), form.about, form.mark)


def send_nils(call: Call) -> View:
    """Send the nil returns of the preview."""
    form = TickedForm.read(call.view)
    with call.begin() as session:
        outcome = nil.send_all(session, call.actor(session), form.return_ids, form.view_id)
    return nil_view.outcome(outcome)


def ask_to_decline(session: Session, who: Actor, form: Form) -> View:
    """Ask the coordinators to approve declining a return."""
    return decline_view.confirmation(decline.ask(session, who, form.record_id, form.text(decline.REASON)))


def settle_decline(session: Session, who: Actor, form: Form) -> View:
    """Decide on a request to decline a return."""
    approve = {decline_view.APPROVE: True, decline_view.REFUSE: False}.get(form.text(decline.DECISION))
    return decline_view.settled(decline.settle(session, who, form.record_id, form.view_id, approve=approve))


def take_return_back(session: Session, who: Actor, form: Form) -> View:
    """Take back a return that was sent."""
    taken = take_back.take_back(session, who, form.record_id, form.view_id, form.text(CHANGE_REASON))
    return take_back_view.taken_back(taken)


def hand_over(call: Call) -> View:
    """Hand a return to an auditor."""
    form = call.form
    with call.reading() as session:  # refuse before asking Slack about the auditor
        handover.require_own(session, call.actor(session), form.record_id)
    auditor, label = chosen(call.client, call.body, form.text(PERSON)), form.text(LABEL)
    with call.begin() as session:
        handed = handover.give(session, call.actor(session), form.record_id, auditor, label)
    return handover_view.confirmation(handed, label)


def return_ready(call: Call) -> View:
    """Give a return back to the lead, ready for sign-off."""
    form = ReturnForm.read(call.view)
    with call.begin() as session:
        who = call.actor(session)
        ready = handover.ready(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
    return form_view.form(ready) if isinstance(ready, OpenReturn) else handover_view.ready_confirmation(ready)


def arrange_cover(call: Call) -> View:
    """Arrange cover for a lead or deputy, until a last day."""
    form = call.form
    with call.reading() as session:  # refuse before asking Slack about the stand-in
        cover.choices(session, call.actor(session), form.record_id)
    stand_in, label = chosen(call.client, call.body, form.text(PERSON)), form.text(LABEL)
    with call.begin() as session:
        who = call.actor(session)
        arranged = cover.arrange(session, who, form.record_id, stand_in, label, form.text(cover.LAST_DAY), form.seen)
        return cover_view.arranged(arranged, now(session), label)


def acknowledge_immediate(session: Session, who: Actor, form: Form) -> View:
    """Acknowledge an immediate action, with who is dealing with it."""
    dealing, note = form.text(immediate.DEALING), form.text(immediate.NOTE)
    action = immediate.acknowledge(session, who, form.record_id, dealing, note, form.seen)
    return immediate_view.acknowledged(action, now(session))


def close_immediate(session: Session, who: Actor, form: Form) -> View:
    """Close an immediate action, with what was done."""
    return immediate_view.closed(immediate.close(session, who, form.record_id, form.text(immediate.DONE)), now(session))


LISTENERS = (
    on_action(request.OPEN, open_return),
    on_form(request.SUBMIT, submit_return),
    on_form(request.NEXT, turn_return),
    on_action(request.BACK, turn_return_back),
    *(on_choice(form, keep_draft) for form in form_view.FORMS),
    on_action(ANSWER, ignore_choice),
    on_action(draft_view.SAVE, keep_draft),
    opens(draft_view.TAKE, draft.take, form_view.form, writes=True),
    changes(draft_view.DISCARD, draft.discard, draft_view.discarded),
    on_action(nil_view.NIL, send_nil),
    opens(nil_view.ENTER, nil.open_entering, nil_view.form),
    sends(nil_view.ENTERED, enter_nil),
    opens(calendar_file_view.ASK, calendar_file.ask, calendar_file_view.confirmation, writes=True),
    on_action(nil_view.KNOWN, ask_which_known),
    on_form(nil_view.SPLIT, split_known),
    on_form(nil_view.SAY, send_nils),
    opens(decline_view.ASK, decline.open_asking, decline_view.form),
    sends(decline_view.SEND, ask_to_decline),
    opens(decline_view.DECIDE, decline.read, decline_view.deciding, writes=True),
    sends(decline_view.SETTLE, settle_decline),
    opens(take_back_view.WITHDRAW, take_back.open_form, take_back_view.form),
    sends(take_back_view.TAKE_BACK, take_return_back),
    opens(handover_view.CHOOSE, handover.choose, handover_view.choosing),
    on_form(handover_view.GIVE, hand_over),
    opens(handover_view.END, handover.end, handover_view.ended, writes=True),
    on_form(handover_view.READY, return_ready),
    opens(cover_view.CHOOSE, cover.choices, cover_view.choosing),
    on_form(cover_view.ARRANGE, arrange_cover),
    opens(cover_view.END, cover.end, cover_view.ended, writes=True),
    opens(history_view.SHOW, history.history, history_view.view),
    turns(history_view.TURN, history.history, history_view.view),
    goes_on(history_view.BACK, history.history, history_view.view),
    goes_on(history_view.READ, history.read, history_view.full, writes=True),
    turns(history_view.PAGE, history.read, history_view.full, writes=True),
    opens(immediate_view.SHOW, dated(immediate.read), lambda seen: immediate_view.opened(*seen), writes=True),
    opens(immediate_view.CLOSE, dated(immediate.read), lambda seen: immediate_view.closing(*seen), writes=True),
    sends(immediate_view.ACKNOWLEDGE, acknowledge_immediate),
    sends(immediate_view.CLOSED, close_immediate),
)
