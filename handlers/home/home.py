"""The Home tab."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.home import home as home_rules
from handlers.edge import Body, actor, opening, sender
from storage.engine import Sessions
from views.home import home as home_view
from views.parts import DONE


def register(app: App, sessions: Sessions) -> None:
    """Listen for somebody opening Home, coming back to it from something they did, or asking for help there."""

    @app.event("app_home_opened")
    def opened(ack: Ack, body: Body, client: WebClient) -> None:
        if body["event"].get("tab", "home") == "home":
            publish(sessions, body, client)
        ack()

    @app.action(home_view.HELP)
    def show_help(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            actor(session, body)
        opening(body, client)(trigger_id=body["trigger_id"], view=home_view.help_shown())
        ack()

    @app.view_closed(DONE)
    def back(ack: Ack, body: Body, client: WebClient) -> None:
        publish(sessions, body, client)
        ack()


def publish(sessions: Sessions, body: Body, client: WebClient) -> None:
    """Show whoever sent `body` their Home as it is now."""
    with sessions.reading() as session:
        home = home_rules.home(session, actor(session, body))
    client.views_publish(user_id=sender(body)[1], view=home_view.home(home))
