"""The Home tab."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import home as rules
from handlers.edge import Body, actor, sender
from storage.engine import Sessions
from views import home as views


def register(app: App, sessions: Sessions) -> None:
    """Listen for somebody opening Home."""

    @app.event("app_home_opened")
    def opened(ack: Ack, body: Body, client: WebClient) -> None:
        if body["event"].get("tab", "home") == "home":
            with sessions.reading() as session:
                home = rules.home(session, actor(session, body))
            client.views_publish(user_id=sender(body)[1], view=views.home(home))
        ack()
