"""Reading a case's summary."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.cases import summary
from audit.errors import Refused
from handlers.edge import Body, actor, clicked, opening, shown
from storage.clock import now
from storage.engine import Sessions
from views.cases import summary as summary_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button under a posted summary and for turning its pages."""

    @app.action(summary_view.READ)
    def read(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            case = summary.read_summary(session, actor(session, body), clicked(action))
            view = summary_view.full(case, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(summary_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, page = shown(body), clicked(action)
        if not page.isdecimal():
            raise Refused("There is no such page.")
        with sessions.begin() as session:
            case = summary.read_summary(session, actor(session, body), at.record_id)
            view = summary_view.full(case, now(session), int(page))
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()
