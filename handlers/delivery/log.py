"""The delivery log, and trying again what was set aside."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.delivery import log
from audit.errors import Refused
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from views.delivery import log as log_view
from views.parts import View


def register(app: App, sessions: Sessions) -> None:
    """Listen for the log, for turning its pages, and for its buttons, which may stand on Home too."""

    @app.action(log_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            view = log_view.listed(log.show(session, actor(session, body), clicked(action)))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(log_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, page = shown(body), clicked(action)
        if not page.isdecimal():
            raise Refused("There is no such page.")
        with sessions.reading() as session:
            view = log_view.listed(log.show(session, actor(session, body), at.record_id, int(page)))
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()

    @app.action(log_view.AGAIN)
    def again(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            who = actor(session, body)
            cycle_id = log.again(session, who, clicked(action))
            view = log_view.listed(log.show(session, who, _log(body) or cycle_id))
        _answer(body, client, view)
        ack()

    @app.action(log_view.AGAIN_ALL)
    def again_all(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            who = actor(session, body)
            log.again_all(session, who, clicked(action))
            view = log_view.listed(log.show(session, who, _log(body) or clicked(action)))
        _answer(body, client, view)
        ack()


def _log(body: Body) -> str | None:
    """The log in which a button was pressed; None if it stood elsewhere."""
    return shown(body).record_id if body.get("view", {}).get("type") == "modal" else None


def _answer(body: Body, client: WebClient, view: View) -> None:
    """Show the log as it is now: in its place, or on its own."""
    if _log(body) is not None:
        client.views_update(view_id=shown(body).view_id, view=view)
    else:
        client.views_open(trigger_id=body["trigger_id"], view=view)
