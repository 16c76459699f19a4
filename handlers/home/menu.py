"""The menu of everything that a coordinator can do with a cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.home import menu
from handlers.edge import Body, actor, clicked, in_place
from storage.engine import Sessions
from views.home import menu as menu_view
from views.setup.opening import MANAGE


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button on Home."""

    @app.action(MANAGE)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            managed = menu.manage(session, actor(session, body), clicked(action))
        in_place(body, client)(trigger_id=body["trigger_id"], view=menu_view.menu(managed))
        ack()
