"""Looking at a cycle's sheet, and at what people had written in it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.errors import Refused
from audit.sheet import edits as edits_rules
from audit.sheet import state
from handlers.edge import Body, actor, clicked, opening, shown
from storage.clock import now
from storage.engine import Sessions
from views.sheet import state as state_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons about a sheet, and for turning the pages of what people had written."""

    @app.action(state_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            sheet = state.open_sheet(session, actor(session, body), clicked(action))
            view = state_view.shown(sheet, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(state_view.READ)
    def read(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            edits = edits_rules.read_edits(session, actor(session, body), clicked(action))
            view = state_view.edits(edits, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(state_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, page = shown(body), clicked(action)
        if not page.isdecimal():
            raise Refused("There is no such page.")
        with sessions.begin() as session:
            edits = edits_rules.read_edits(session, actor(session, body), at.record_id)
            view = state_view.edits(edits, now(session), int(page))
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()
