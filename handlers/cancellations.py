"""Cancelling a cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import cancellations as rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import cancellations as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(views.CANCEL)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.cancelling(found))
        ack()

    @app.view(views.DO)
    def cancel(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            found = rules.cancel(session, actor(session, body), form.record_id, form.text(rules.WHY), form.seen)
        ack(response_action="update", view=views.done_with(found) if found.done else views.cancelling(found))
