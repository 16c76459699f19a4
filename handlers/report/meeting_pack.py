"""Asking for a meeting's pack."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.report import meeting_pack
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.report import meeting_pack as meeting_pack_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button on a meeting's agenda."""

    @app.action(meeting_pack_view.PACK)
    def ask(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # each case in it is recorded as read
            asked = meeting_pack.ask(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=meeting_pack_view.asked(asked))
        ack()
