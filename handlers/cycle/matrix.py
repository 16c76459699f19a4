"""Looking at the whole table case by agency."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.cycle import release
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.cycle import matrix as matrix_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button that shows it, and for turning its pages."""

    @app.action(matrix_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            board = release.matrix(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=matrix_view.shown(board))
        ack()

    @app.action(matrix_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            board = release.matrix(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=matrix_view.shown(board, to))
        ack()
