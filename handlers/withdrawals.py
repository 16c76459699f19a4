"""Taking back a return that was sent."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import withdrawals as rules
from audit.answers import CHANGE_REASON
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import withdrawals as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button and its question."""

    @app.action(views.WITHDRAW)
    def open_form(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            taking = rules.open_form(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.form(taking))
        ack()

    @app.view(views.TAKE_BACK)
    def take_back(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            taken = rules.take_back(session, who, form.record_id, form.view_id, form.text(CHANGE_REASON))
        ack(response_action="update", view=views.taken_back(taken))
