"""Home, the slash command, the list of all audits, and an audit's menu."""

from audit.home import every_audit, home, menu
from audit.sheet import state
from handlers.call import Call
from handlers.listeners import on_action, on_closed, on_command, on_event, opens
from storage.clock import now
from views.home import every_audit as every_audit_view
from views.home import home as home_view
from views.home import menu as menu_view
from views.parts import ALL, REFRESH_HOME, Content
from views.setup.opening import LOOK, MANAGE
from views.sheet import state as state_view

COMMAND = "/audit"


def answer_command(call: Call) -> Content:
    """Answer `/audit`, `/audit sheet` and `/audit help`."""
    asked = call.body.get("text", "").strip().lower()
    with call.reading() as session:
        who = call.actor(session)
        if asked == "sheet":
            return state_view.answer(state.overview(session, who), now(session))
        if asked == "help":
            return home_view.help_message()
        page = home.home(session, who)
    call.publish(home_view.home(page))
    return home_view.command_answer(page, mistyped=bool(asked))


def show_home(call: Call) -> None:
    """Show a person's current Home."""
    with call.reading() as session:
        page = home.home(session, call.actor(session))
    call.publish(home_view.home(page))


def open_tab(call: Call) -> None:
    """Show Home when it is opened; the app's other tabs are Slack's own."""
    if call.body["event"].get("tab", "home") == "home":
        show_home(call)


def show_help(call: Call) -> None:
    """Explain the app, to anybody who is registered."""
    with call.reading() as session:
        call.actor(session)
    call.open(home_view.help_shown())


def list_audits(call: Call) -> None:
    """List the audits that a person may look at."""
    with call.reading() as session:
        audits = every_audit.page_of_audits(session, call.actor(session))
    call.open_here(every_audit_view.list_view(audits))


def turn_audits(call: Call) -> None:
    """Turn to another page, of the list or of one audit."""
    at, page = call.shown, call.page
    with call.reading() as session:
        who = call.actor(session)
        if at.record_id == ALL:
            view = every_audit_view.list_view(every_audit.page_of_audits(session, who, page))
        else:
            view = every_audit_view.audit_view(every_audit.look(session, who, at.record_id), page)
    call.redraw(at, view)


LISTENERS = (
    on_event("app_home_opened", open_tab),
    on_closed(REFRESH_HOME, show_home),
    on_command(COMMAND, answer_command),
    on_action(home_view.HELP, show_help),
    on_action(every_audit_view.SHOW, list_audits),
    opens(LOOK, every_audit.look, every_audit_view.audit_view, here=True),
    on_action(every_audit_view.PAGE, turn_audits),
    opens(MANAGE, menu.manage, menu_view.menu, here=True),
)
