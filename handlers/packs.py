"""Asking for a meeting's pack."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import packs as rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import packs as views


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button on a meeting's agenda."""

    @app.action(views.PACK)
    def ask(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # each case in it is recorded as read
            asked = rules.ask(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.asked(asked))
        ack()
