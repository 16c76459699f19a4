"""Cases pasted from a spreadsheet."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import caselists as rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import caselists as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the box and what is pasted into it."""

    @app.action(views.PASTE)
    def paste(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            listed = rules.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.form(listed))
        ack()

    @app.view(views.STORE)
    def store(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        text = form.texts.get(views.LINES, "")
        with sessions.begin() as session:
            listed = rules.submit(session, actor(session, body), form.record_id, text, form.seen)
        ack(response_action="update", view=views.stored(listed) if listed.stored else views.form(listed))
