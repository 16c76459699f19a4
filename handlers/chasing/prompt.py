"""The button in an audit channel that shows whoever presses it their own returns."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import waiting as waiting_rules
from handlers.edge import Body, actor, clicked, opening
from storage.clock import now
from storage.engine import Sessions
from views.chasing import prompt as prompt_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button."""

    @app.action(prompt_view.MINE)
    def mine(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            waiting = waiting_rules.waiting(session, actor(session, body), clicked(action))
            view = prompt_view.mine(waiting, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()
