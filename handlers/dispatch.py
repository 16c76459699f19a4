"""Find the one handler for a payload, by its id in a table.

Bolt has only one listener for each kind of payload, with its middleware, authorisation and error handling around it.
"""

import re
from collections.abc import Iterable, Mapping

from slack_bolt import Ack, App
from slack_sdk import WebClient

from handlers.call import Call
from handlers.edge import Body
from handlers.listeners import Listener, ListenerKind, Reply
from storage import observed
from storage.engine import Sessions
from storage.faults import fault
from views.parts import Content

Key = tuple[ListenerKind, str, str]
"""(kind, id, form) of a listener."""
ANY = re.compile("")


def by_key(listeners: Iterable[Listener]) -> Mapping[Key, Listener]:
    """The listeners by kind, id and form. ValueError if two have the same."""
    table: dict[Key, Listener] = {}
    for listener in listeners:
        key = (listener.kind, listener.id, listener.form)
        if key in table:
            raise ValueError(f"two listeners for {key}")
        table[key] = listener
    return table


def find(table: Mapping[Key, Listener], body: Body) -> Listener | None:
    """The listener for a payload, preferring one for the payload's form only; None if there is none."""
    form = str(body.get("view", {}).get("callback_id", ""))
    if "command" in body:
        kind, name = ListenerKind.COMMAND, body["command"]
    elif "event" in body:
        kind, name = ListenerKind.EVENT, body["event"]["type"]
    elif "actions" in body:
        kind, name = ListenerKind.ACTION, str(body["actions"][0]["action_id"])
    else:
        kind, name = ListenerKind(body["type"]), form
    return table.get((kind, name, form)) or table.get((kind, name, ""))


def register(app: App, listeners: Iterable[Listener], sessions: Sessions, share_with: str) -> None:
    """Let `app` answer the payloads that have a listener; bolt handles all others."""
    table = by_key(listeners)

    def listened(body: Body) -> bool:
        return find(table, body) is not None

    def answer(ack: Ack, body: Body, client: WebClient) -> None:
        listener = find(table, body)
        assert listener is not None  # noqa: S101  # `listened` has checked it
        answered(listener, Call(body, client, sessions, share_with), ack)

    for kind in (app.action, app.view, app.view_closed, app.command, app.event):
        kind(ANY, matchers=[listened])(answer)


def answered(listener: Listener, call: Call, ack: Ack) -> None:
    """Run the listener's handler, and acknowledge the request with its reply."""
    observed.answers(listener.kind)
    reply = listener.answer(call)
    fault("answer.before")
    _acknowledge(ack, reply)


def _acknowledge(ack: Ack, reply: Reply) -> None:
    if reply is None:
        ack()
    elif isinstance(reply, Content):
        ack(text=reply.text, blocks=reply.blocks)
    else:
        ack(response_action="update", view=reply)
