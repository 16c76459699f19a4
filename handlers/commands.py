"""The one slash command: nobody has to remember more."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import home as rules
from audit import sheets
from handlers.edge import Body, actor, sender
from storage.clock import now
from storage.engine import Sessions
from views import home as views
from views import sheets as sheet_views

COMMAND = "/audit"


def register(app: App, sessions: Sessions) -> None:
    """Listen for /audit, /audit sheet and /audit help."""

    @app.command(COMMAND)
    def audit(ack: Ack, command: dict[str, str], body: Body, client: WebClient) -> None:
        asked = command.get("text", "").strip().lower()
        home = None
        with sessions.reading() as session:
            who = actor(session, body)
            if asked == "sheet":
                content = sheet_views.listed(sheets.overview(session, who), now(session))
            elif asked == "help":
                content = views.help_message()
            else:
                home = rules.home(session, who)
                content = views.look_at_home(home)
        if home is not None:
            client.views_publish(user_id=sender(body)[1], view=views.home(home))
        ack(text=content.text, blocks=content.blocks)
