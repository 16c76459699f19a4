"""The list of all audits, and one of them."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.home import every_audit
from handlers.edge import Body, actor, clicked, in_place, page, shown
from storage.engine import Sessions
from views.home import every_audit as every_audit_view
from views.parts import ALL
from views.setup.opening import LOOK


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons on Home, for those of the list, and for the way back to it."""

    @app.action(every_audit_view.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = every_audit.listed(session, actor(session, body))
        in_place(body, client)(trigger_id=body["trigger_id"], view=every_audit_view.listed(found))
        ack()

    @app.action(LOOK)
    def look(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = every_audit.look(session, actor(session, body), clicked(action))
        in_place(body, client)(trigger_id=body["trigger_id"], view=every_audit_view.shown(found))
        ack()

    @app.action(every_audit_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            who = actor(session, body)
            if at.record_id == ALL:
                view = every_audit_view.listed(every_audit.listed(session, who, to))
            else:
                view = every_audit_view.shown(every_audit.look(session, who, at.record_id), to)
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()
