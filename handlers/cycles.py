"""Running a cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import cycles as rules
from audit import opening as openings
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import cycles as views


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons with which a coordinator moves a cycle on."""

    @app.action(views.OPEN_CYCLE)
    def open_cycle(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            rules.open_cycle(session, actor(session, body), clicked(action))
            cycle = rules.view(session, clicked(action))
            reached = openings.openings(session, [cycle.id])[cycle.id]
        opening(body, client)(trigger_id=body["trigger_id"], view=views.opened(cycle, reached))
        ack()
