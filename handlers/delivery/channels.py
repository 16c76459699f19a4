"""Where messages may go: looking at a cycle's channels, and allowing one that is shared."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.delivery import channels
from handlers.edge import Body, actor, asked, clicked, opening, shown
from storage.engine import Sessions
from views.delivery import channels as channels_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of a cycle's channels and for its buttons."""

    @app.action(channels_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            view = channels_view.listed(channels.show(session, actor(session, body), clicked(action)))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(channels_view.CHECK)
    def check(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, place_id = shown(body), clicked(action)
        with sessions.reading() as session:
            _, channel = channels.place(session, actor(session, body), place_id)
        told = asked(lambda: client.conversations_info(channel=channel))
        found = told if isinstance(told, str) else channels_view.found(told["channel"])
        with sessions.begin() as session:
            view = channels_view.listed(channels.checked(session, actor(session, body), place_id, found))
        client.views_update(view_id=at.view_id, view=view)
        ack()

    @app.action(channels_view.ALLOW)
    def allow(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            view = channels_view.listed(channels.allow(session, actor(session, body), clicked(action)))
        client.views_update(view_id=at.view_id, view=view)
        ack()

    @app.action(channels_view.FORBID)
    def forbid(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            view = channels_view.listed(channels.forbid(session, actor(session, body), clicked(action)))
        client.views_update(view_id=at.view_id, view=view)
        ack()
