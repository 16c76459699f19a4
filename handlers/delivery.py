"""What must stand in Slack, and whether it does: the channels that messages may go to, and the delivery log."""

from audit.delivery import channels, log
from handlers.call import Call
from handlers.edge import asked
from handlers.listeners import changes, on_action, opens
from views.delivery import channels as channels_view
from views.delivery import log as log_view
from views.pages import changed
from views.parts import View


def check_channel(call: Call) -> None:
    """Ask Slack what a channel is like now, and show the cycle's channels with that."""
    at, place_id = call.shown, call.clicked
    with call.reading() as session:
        _, channel = channels.place(session, call.actor(session), place_id)
    answer = asked(lambda: call.client.conversations_info(channel=channel))
    finding = answer if isinstance(answer, str) else channels_view.found(answer["channel"])
    with call.begin() as session:
        listed = channels.checked(session, call.actor(session), place_id, finding)
    call.replace(at, changed(channels_view.listed(listed)))


def turn_log(call: Call) -> None:
    """Turn to another page of the delivery log."""
    at, page = call.shown, call.page
    with call.reading() as session:
        shown = log.show(session, call.actor(session), at.record_id, page)
    call.redraw(at, log_view.listed(shown))


def deliver_again(call: Call) -> None:
    """Try one message or sheet again that was set aside."""
    shown_id = _log(call)
    with call.begin() as session:
        who = call.actor(session)
        cycle_id = log.again(session, who, call.clicked)
        shown = log.show(session, who, shown_id or cycle_id)
    _show_log(call, log_view.listed(shown))


def deliver_all_again(call: Call) -> None:
    """Try again everything of a cycle that was set aside."""
    shown_id = _log(call)
    with call.begin() as session:
        who = call.actor(session)
        log.again_all(session, who, call.clicked)
        shown = log.show(session, who, shown_id or call.clicked)
    _show_log(call, log_view.listed(shown))


def _log(call: Call) -> str | None:
    """The log in which the button was pressed; None if it stood elsewhere, as on Home."""
    return call.shown.record_id if call.in_modal else None


def _show_log(call: Call, view: View) -> None:
    """Show the log as it is now: in its place, or on its own."""
    if call.in_modal:
        call.replace(call.shown, view)
    else:
        call.open(view)


LISTENERS = (
    opens(channels_view.SHOW, channels.show, channels_view.listed),
    on_action(channels_view.CHECK, check_channel),
    changes(channels_view.ALLOW, channels.allow, channels_view.listed),
    changes(channels_view.FORBID, channels.forbid, channels_view.listed),
    opens(log_view.SHOW, log.show, log_view.listed),
    on_action(log_view.PAGE, turn_log),
    on_action(log_view.AGAIN, deliver_again),
    on_action(log_view.AGAIN_ALL, deliver_all_again),
)
