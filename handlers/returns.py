"""Opening and sending an agency's return."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import returns as rules
from handlers.edge import Body, actor, clicked
from storage.engine import Sessions
from storage.faults import fault
from views import returns as views
from views.forms import ReturnForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.view(views.SUBMIT)
    def submit(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = ReturnForm.read(view)
        with sessions.begin() as session:
            saved = rules.submit(session, actor(session, body), form.record_id, form.view_id, form.answers())
            fault("submit.before_commit")
        fault("submit.after_commit")
        ack(response_action="update", view=views.saved(saved))

    @app.action(views.OPEN)
    def open_form(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = rules.open_form(session, actor(session, body), clicked(action))
        client.views_open(trigger_id=body["trigger_id"], view=views.form(form))
        ack()
