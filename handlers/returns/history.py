"""Looking at what became of a return."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import history as history_rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.returns import history as history_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of versions, for one of them in full, and for turning the pages of both."""

    @app.action(history_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            history = history_rules.history(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=history_view.listed(history))
        ack()

    @app.action(history_view.TURN)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            history = history_rules.history(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=history_view.listed(history, to))
        ack()

    @app.action(history_view.BACK)
    def back(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            history = history_rules.history(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=history_view.listed(history))
        ack()

    @app.action(history_view.READ)
    def read(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:  # a reading is recorded
            text = history_rules.read(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=history_view.full(text))
        ack()

    @app.action(history_view.PAGE)
    def turn_text(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.begin() as session:
            text = history_rules.read(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=history_view.full(text, to))
        ack()
