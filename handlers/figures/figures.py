"""Looking at the figures of an audit cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.figures import figures as figures_rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.figures import figures as figures_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button that shows them, and for turning their pages."""

    @app.action(figures_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            figures = figures_rules.figures(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=figures_view.shown(figures))
        ack()

    @app.action(figures_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            figures = figures_rules.figures(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=figures_view.shown(figures, to))
        ack()
