"""Being reminded later."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import snoozes as rules
from handlers.edge import Body, actor, clicked, opening
from storage.clock import now
from storage.engine import Sessions
from views import snoozes as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button and its form."""

    @app.action(views.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            choice = rules.choices(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.choosing(choice))
        ack()

    @app.view(views.REST)
    def rest(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            until = rules.rest(session, actor(session, body), form.record_id, form.text(rules.UNTIL))
            told = views.resting(until, now(session))
        ack(response_action="update", view=told)
