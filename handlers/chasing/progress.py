"""Looking at how far a cycle's returns have come."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.chasing import progress as progress_rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.chasing import progress as progress_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button that shows it, and for turning its pages."""

    @app.action(progress_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            progress = progress_rules.progress(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=progress_view.shown(progress))
        ack()

    @app.action(progress_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            progress = progress_rules.progress(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=progress_view.shown(progress, to))
        ack()
