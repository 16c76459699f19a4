"""A cycle's Google Sheets: setting, lending and taking them back, their state, and people's changes in them."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.cycle import sheet_file
from audit.sheet import edits_for_coordinators, lend, sheet_conditions, state
from handlers.call import Call
from handlers.listeners import dated, on_action, opens, sends, turns
from views.forms import Form
from views.parts import View
from views.sheet import edits_for_coordinators as edits_for_coordinators_view
from views.sheet import lend as lend_view
from views.sheet import naming
from views.sheet import sheet_conditions as sheet_conditions_view
from views.sheet import sheet_file as sheet_file_view
from views.sheet import state as state_view


def ask_for_address(call: Call) -> None:
    """Open the form for the address of a cycle's sheet, with the account that the sheet must be shared with."""
    with call.reading() as session:
        sheet = state.open_sheet(session, call.actor(session), call.clicked)
    call.open(naming.form(sheet, call.share_with))


def bind_sheet(session: Session, who: Actor, form: Form) -> View:
    """Store the address of the sheet in which a cycle, or a part of it, is drawn."""
    address, unreleased = form.text(naming.FIELD), form.text(naming.READERS) != "no"
    reflections = form.text(naming.REFLECTIONS) != "no"
    return naming.saved(
        state.set_address(
            session, who, form.record_id, address, unreleased=unreleased, reflections=reflections, seen=form.seen
        )
    )


def ask_for_loan(call: Call) -> None:
    """Open the form that lends a sheet: for whom, and its address."""
    with call.reading() as session:
        asked = lend.lending(session, call.actor(session), call.clicked)
    call.open(lend_view.form(asked, call.share_with))


def lend_sheet(session: Session, who: Actor, form: Form) -> View:
    """Lend a sheet: have an agency's or an area's part of a cycle drawn in it."""
    to, address = form.text(lend_view.TO), form.text(naming.FIELD)
    reflections = form.text(naming.REFLECTIONS) != "no"
    return naming.saved(lend.lend(session, who, form.record_id, to, address, reflections=reflections, seen=form.seen))


def take_back(session: Session, who: Actor, form: Form) -> View:
    """Take a lent sheet back: have what was drawn in it removed, and draw in it no more."""
    return lend_view.taken(lend.take_back(session, who, form.record_id, form.seen))


def leave_as_it_is(session: Session, who: Actor, form: Form) -> View:
    """Stop using a spreadsheet from which what was drawn couldn't be removed."""
    return lend_view.taken(lend.leave_as_it_is(session, who, form.record_id, form.seen))


def decide(session: Session, who: Actor, form: Form) -> View:
    """Store whether reflections are drawn in a sheet that anyone with the link can open."""
    show = form.text(sheet_conditions.FIELD) == "show"
    decided = sheet_conditions.decide(session, who, form.record_id, show=show, seen=form.seen)
    return sheet_conditions_view.decided(decided)


EDITS = dated(edits_for_coordinators.read_edits)
LISTENERS = (
    opens(state_view.SHOW, dated(state.open_sheet), lambda seen: state_view.view(*seen)),
    opens(edits_for_coordinators_view.READ, EDITS, lambda seen: edits_for_coordinators_view.edits(*seen), writes=True),
    turns(
        edits_for_coordinators_view.PAGE,
        EDITS,
        lambda seen, page: edits_for_coordinators_view.edits(*seen, page),
        writes=True,
    ),
    opens(state_view.DRAW, state.draw, state_view.drawn_now, writes=True),
    opens(sheet_file_view.EXPORT, sheet_file.ask, sheet_file_view.confirmation, writes=True),
    on_action(state_view.ADDRESS, ask_for_address),
    sends(naming.BIND, bind_sheet),
    opens(state_view.OTHERS, dated(lend.others), lambda seen: lend_view.others(*seen), here=True),
    opens(lend_view.ABOUT, dated(state.open_sheet), lambda seen: state_view.view(*seen), here=True),
    on_action(lend_view.LENDING, ask_for_loan),
    sends(lend_view.LEND, lend_sheet),
    opens(state_view.LEAVING, lend.leaving, lend_view.leaving),
    sends(lend_view.TAKE_BACK, take_back),
    sends(lend_view.LET_GO, leave_as_it_is),
    opens(sheet_conditions_view.CHOOSE, dated(sheet_conditions.choose), lambda seen: sheet_conditions_view.form(*seen)),
    sends(sheet_conditions_view.DECIDE, decide),
)
