"""The Google Sheet of a cycle: naming it, what it follows, and what people had written in it."""

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.sheet import edits, state
from handlers.call import Call
from handlers.listeners import on_action, sends
from storage.clock import now
from views.forms import Form
from views.parts import View
from views.sheet import naming as naming_view
from views.sheet import state as state_view


def show_sheet(call: Call) -> None:
    """Show how a cycle's sheet stands."""
    with call.reading() as session:
        view = state_view.shown(state.open_sheet(session, call.actor(session), call.clicked), now(session))
    call.open(view)


def read_edits(call: Call) -> None:
    """Show what people had written in a sheet; the reading is recorded."""
    with call.begin() as session:
        view = state_view.edits(edits.read_edits(session, call.actor(session), call.clicked), now(session))
    call.open(view)


def turn_edits(call: Call) -> None:
    """Turn to another page of it, which is a reading too."""
    at, page = call.shown, call.page
    with call.begin() as session:
        written = edits.read_edits(session, call.actor(session), at.record_id)
        view = state_view.edits(written, now(session), page)
    call.redraw(at, view)


def ask_for_address(call: Call) -> None:
    """Ask for the sheet in which a cycle is to be drawn, and say with which account it must be shared."""
    with call.reading() as session:
        sheet = state.open_sheet(session, call.actor(session), call.clicked)
    call.open(naming_view.form(sheet, call.share_with))


def bind_sheet(session: Session, who: Actor, form: Form) -> View:
    """Have a cycle drawn in the sheet with that address."""
    address, unreleased = form.text(naming_view.FIELD), form.text(naming_view.READERS) != "no"
    return naming_view.saved(state.set_address(session, who, form.record_id, address, unreleased=unreleased))


LISTENERS = (
    on_action(state_view.SHOW, show_sheet),
    on_action(state_view.READ, read_edits),
    on_action(state_view.PAGE, turn_edits),
    on_action(naming_view.ADDRESS, ask_for_address),
    sends(naming_view.BIND, bind_sheet),
)
