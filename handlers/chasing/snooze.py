"""Being reminded later."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.chasing import snooze
from handlers.edge import Body, actor, clicked, opening
from storage.clock import now
from storage.engine import Sessions
from views.chasing import snooze as snooze_view
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button and its form."""

    @app.action(snooze_view.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            choice = snooze.choices(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=snooze_view.choosing(choice))
        ack()

    @app.view(snooze_view.REST)
    def rest(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            until = snooze.rest(session, actor(session, body), form.record_id, form.text(snooze.UNTIL))
            told = snooze_view.resting(until, now(session))
        ack(response_action="update", view=told)
