"""Cancelling a cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.underway import cancel as cancel_rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.underway import cancel as cancel_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(cancel_view.CANCEL)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = cancel_rules.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=cancel_view.cancelling(found))
        ack()

    @app.view(cancel_view.DO)
    def cancel(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            found = cancel_rules.cancel(
                session, actor(session, body), form.record_id, form.text(cancel_rules.WHY), form.seen
            )
        ack(
            response_action="update", view=cancel_view.done_with(found) if found.done else cancel_view.cancelling(found)
        )
