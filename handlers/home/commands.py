"""The one slash command: nobody has to remember more."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.home import home as home_rules
from audit.sheet import state
from handlers.edge import Body, actor, sender
from storage.clock import now
from storage.engine import Sessions
from views.home import home as home_view
from views.sheet import state as state_view

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
                content = state_view.listed(state.overview(session, who), now(session))
            elif asked == "help":
                content = home_view.help_message()
            else:
                home = home_rules.home(session, who)
                content = home_view.look_at_home(home)
        if home is not None:
            client.views_publish(user_id=sender(body)[1], view=home_view.home(home))
        ack(text=content.text, blocks=content.blocks)
