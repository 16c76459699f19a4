"""The discussion of a case."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import meetings as rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views import discussions as views
from views.cases import DISCUSS


def register(app: App, sessions: Sessions) -> None:
    """Listen for its button, for turning its pages, and for going to the case before or after it."""

    @app.action(DISCUSS)
    def discuss(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            found = rules.open_discussion(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.discussion(found))
        ack()

    @app.action(views.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.begin() as session:
            found = rules.open_discussion(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.discussion(found, to))
        ack()

    @app.action(views.PREVIOUS)
    @app.action(views.NEXT)
    def go_on(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), clicked(action)
        with sessions.begin() as session:
            found = rules.open_discussion(session, actor(session, body), to)
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.discussion(found))
        ack()
