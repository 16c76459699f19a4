"""Where messages may go: looking at a cycle's channels, and allowing one that is shared."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import channels as rules
from handlers.edge import Body, actor, asked, clicked, opening, shown
from storage.engine import Sessions
from views import channels as views


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of a cycle's channels and for its buttons."""

    @app.action(views.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            view = views.listed(rules.show(session, actor(session, body), clicked(action)))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(views.CHECK)
    def check(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, place_id = shown(body), clicked(action)
        with sessions.reading() as session:
            _, channel = rules.place(session, actor(session, body), place_id)
        told = asked(lambda: client.conversations_info(channel=channel))
        found = told if isinstance(told, str) else views.found(told["channel"])
        with sessions.begin() as session:
            view = views.listed(rules.checked(session, actor(session, body), place_id, found))
        client.views_update(view_id=at.view_id, view=view)
        ack()

    @app.action(views.ALLOW)
    def allow(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            view = views.listed(rules.allow(session, actor(session, body), clicked(action)))
        client.views_update(view_id=at.view_id, view=view)
        ack()

    @app.action(views.FORBID)
    def forbid(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            view = views.listed(rules.forbid(session, actor(session, body), clicked(action)))
        client.views_update(view_id=at.view_id, view=view)
        ack()
