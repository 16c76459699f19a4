"""The discussion of a case."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.meeting import discussion
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.cases.summary import DISCUSS
from views.meeting import discussion as discussion_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for its button, for turning its pages, and for going to the case before or after it."""

    @app.action(DISCUSS)
    def discuss(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            found = discussion.open_discussion(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=discussion_view.discussion(found))
        ack()

    @app.action(discussion_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.begin() as session:
            found = discussion.open_discussion(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=discussion_view.discussion(found, to))
        ack()

    @app.action(discussion_view.PREVIOUS)
    @app.action(discussion_view.NEXT)
    def go_on(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), clicked(action)
        with sessions.begin() as session:
            found = discussion.open_discussion(session, actor(session, body), to)
        client.views_update(view_id=at.view_id, hash=at.hash, view=discussion_view.discussion(found))
        ack()
