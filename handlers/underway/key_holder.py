"""Naming somebody else who holds the key to the references."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.setup import plan
from audit.underway import key_holder
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.underway import key_holder as key_holder_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and the button that opens it."""

    @app.action(key_holder_view.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            change = key_holder.open_holder(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=key_holder_view.changing(change))
        ack()

    @app.view(key_holder_view.CHANGE)
    def change(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            change = key_holder.change(session, actor(session, body), form.record_id, form.text(plan.HOLDER), form.seen)
        ack(
            response_action="update",
            view=key_holder_view.changed(change) if change.done else key_holder_view.changing(change),
        )
