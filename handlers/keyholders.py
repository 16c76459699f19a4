"""Naming somebody else who holds the key to the references."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import keyholders as rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import keyholders as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and the button that opens it."""

    @app.action(views.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            change = rules.open_holder(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.changing(change))
        ack()

    @app.view(views.CHANGE)
    def change(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            change = rules.change(session, actor(session, body), form.record_id, form.text(rules.HOLDER), form.seen)
        ack(response_action="update", view=views.changed(change) if change.done else views.changing(change))
