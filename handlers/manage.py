"""The menu of everything that a coordinator can do with a cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import manage as rules
from handlers.edge import Body, actor, clicked, in_place
from storage.engine import Sessions
from views import manage as views
from views.cycles import MANAGE


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button on Home."""

    @app.action(MANAGE)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            managed = rules.manage(session, actor(session, body), clicked(action))
        in_place(body, client)(trigger_id=body["trigger_id"], view=views.menu(managed))
        ack()
