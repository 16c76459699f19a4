"""The messages that must be in Slack: the channels that they may go to, and the delivery log."""

import structlog

from audit.delivery import channel_ids, channels, log, slack_conditions
from handlers.call import Call
from handlers.edge import NOT_SLACK, ask_slack
from handlers.listeners import changes, on_action, on_event, opens
from handlers.payloads import CHANNEL_CHANGED, CHANNEL_ID_CHANGED, TOKEN_CHANGED
from views.delivery import channels as channels_view
from views.delivery import log as log_view
from views.pages import closes_all
from views.parts import View
from views.slack_refusals import TOKEN_REFUSED, error_code, refusal


def check_channel(call: Call) -> None:
    """Ask Slack about a channel, and show the cycle's channels with the result."""
    at, place_id = call.shown, call.clicked
    with call.reading() as session:
        _, channel = channels.place(session, call.actor(session), place_id)
    answer = ask_slack(lambda: call.client.conversations_info(channel=channel))
    finding = answer if isinstance(answer, str) else channels_view.slack_channel(answer["channel"])
    with call.begin() as session:
        listed = channels.checked(session, call.actor(session), place_id, finding)
    call.replace(at, closes_all(channels_view.view(listed)))


def channel_changed(call: Call) -> None:
    """Have a channel of an audit checked, since something about it was changed."""
    named: object = call.body["event"]["channel"]  # an object with its new name, if it was renamed
    channel = str(named["id"] if isinstance(named, dict) else named)
    with call.reading() as session:
        used = channels.used(session, channel)
    if used:
        with call.begin() as session:
            channels.look_soon(session, channel)


def channel_id_changed(call: Call) -> None:
    """Use a channel's new id wherever its old one is stored."""
    event = call.body["event"]
    old, new = event["old_channel_id"], event["new_channel_id"]
    with call.reading() as session:
        known = channel_ids.is_stored(session, old)
    if known:
        with call.begin() as session:
            channel_ids.change(session, old, new)


def token_changed(call: Call) -> None:
    """Ask Slack whether it still accepts the app's token; if not, nothing is sent until it does.

    Only a clear refusal of the token counts; any other outcome is ignored, and the event is taken.
    """
    try:
        call.client.auth_test()
    except NOT_SLACK as error:
        code = error_code(getattr(error, "response", None))  # no answer says nothing about the token
    else:
        return
    if code not in TOKEN_REFUSED:
        return
    with call.begin() as session:
        newly_shut = slack_conditions.token_refused(session, refusal(code))
    if newly_shut:
        structlog.get_logger().error("slack_token_refused", name=code)  # a traceback would add nothing


def turn_log(call: Call) -> None:
    """Turn to another page of the delivery log."""
    at, page = call.shown, call.page
    with call.reading() as session:
        shown = log.show(session, call.actor(session), at.record_id, page)
    call.redraw(at, log_view.view(shown))


def deliver_again(call: Call) -> None:
    """Try one message or sheet again that was set aside."""
    shown_id = _log(call)
    with call.begin() as session:
        who = call.actor(session)
        cycle_id = log.retry(session, who, call.clicked)
        shown = log.show(session, who, shown_id or cycle_id)
    _show_log(call, log_view.view(shown))


def deliver_all_again(call: Call) -> None:
    """Try again every message and sheet of a cycle that was set aside."""
    shown_id = _log(call)
    with call.begin() as session:
        who = call.actor(session)
        log.again_all(session, who, call.clicked)
        shown = log.show(session, who, shown_id or call.clicked)
    _show_log(call, log_view.view(shown))


def _log(call: Call) -> str | None:
    """The record of the log in which the button was clicked; None if the button was elsewhere, such as on Home."""
    return call.shown.record_id if call.in_modal else None


def _show_log(call: Call, view: View) -> None:
    """Show the current log: in place of the log that was clicked in, or in a new modal."""
    if call.in_modal:
        call.replace(call.shown, view)
    else:
        call.open(view)


LISTENERS = (
    opens(channels_view.SHOW, channels.show, channels_view.view),
    on_action(channels_view.CHECK, check_channel),
    changes(channels_view.ALLOW, channels.allow, channels_view.view),
    changes(channels_view.FORBID, channels.forbid, channels_view.view),
    opens(log_view.SHOW, log.show, log_view.view),
    on_action(log_view.PAGE, turn_log),
    on_action(log_view.AGAIN, deliver_again),
    on_action(log_view.AGAIN_ALL, deliver_all_again),
    *(on_event(kind, channel_changed) for kind in CHANNEL_CHANGED),
    on_event(CHANNEL_ID_CHANGED, channel_id_changed),
    *(on_event(kind, token_changed) for kind in TOKEN_CHANGED),
)
