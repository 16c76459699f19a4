"""The list of all audits, and one of them."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import archive as rules
from handlers.edge import Body, actor, clicked, in_place, page, shown
from storage.engine import Sessions
from views import archive as views
from views.cycles import LOOK
from views.parts import ALL


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons on Home, for those of the list, and for the way back to it."""

    @app.action(views.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.listed(session, actor(session, body))
        in_place(body, client)(trigger_id=body["trigger_id"], view=views.listed(found))
        ack()

    @app.action(LOOK)
    def look(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.look(session, actor(session, body), clicked(action))
        in_place(body, client)(trigger_id=body["trigger_id"], view=views.shown(found))
        ack()

    @app.action(views.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            who = actor(session, body)
            if at.record_id == ALL:
                view = views.listed(rules.listed(session, who, to))
            else:
                view = views.shown(rules.look(session, who, at.record_id), to)
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()
