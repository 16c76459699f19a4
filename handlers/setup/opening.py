"""Running a cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import cycle_facts
from audit.setup import opening as opening_rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.setup import opening as opening_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons with which a coordinator moves a cycle on."""

    @app.action(opening_view.OPEN_CYCLE)
    def open_cycle(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            opening_rules.open_cycle(session, actor(session, body), clicked(action))
            cycle = cycle_facts.view(session, clicked(action))
            reached = opening_rules.openings(session, [cycle.id])[cycle.id]
        opening(body, client)(trigger_id=body["trigger_id"], view=opening_view.opened(cycle, reached))
        ack()
