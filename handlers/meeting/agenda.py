"""Looking at a cycle's meetings and their agendas."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.meeting import agenda
from handlers.edge import Body, actor, clicked, in_place, page, shown
from storage.engine import Sessions
from views.meeting import agenda as agenda_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button that shows them, and for turning their pages."""

    @app.action(agenda_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = agenda.show(session, actor(session, body), clicked(action))
        in_place(body, client)(trigger_id=body["trigger_id"], view=agenda_view.shown(found))
        ack()

    @app.action(agenda_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            found = agenda.show(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=agenda_view.shown(found, to))
        ack()
