"""The one slash command: nobody has to remember more."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import home as rules
from handlers.edge import Body, actor, sender
from storage.engine import Sessions
from views import home as views

COMMAND = "/audit"


def register(app: App, sessions: Sessions) -> None:
    """Listen for /audit and /audit help."""

    @app.command(COMMAND)
    def audit(ack: Ack, command: dict[str, str], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            home = rules.home(session, actor(session, body))
        if command.get("text", "").strip().lower() == "help":
            content = views.help_message()
        else:
            client.views_publish(user_id=sender(body)[1], view=views.home(home))
            content = views.look_at_home(home)
        ack(text=content.text, blocks=content.blocks)
