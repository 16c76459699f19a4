"""Learning themes."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import themes as rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views import themes as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of learning themes, its pages, and the forms that change it."""
    _listing(app, sessions)
    _changing(app, sessions)


def _listing(app: App, sessions: Sessions) -> None:
    @app.action(views.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            themes = rules.listed(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.listed(themes))
        ack()

    @app.action(views.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            themes = rules.listed(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.listed(themes, number))
        ack()


def _changing(app: App, sessions: Sessions) -> None:
    @app.action(views.ADD)
    def add(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            rules.listed(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.adding())
        ack()

    @app.view(views.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            added = rules.add(session, who, form.texts.get("lines", ""))
            session.flush()
            themes = rules.listed(session, who)
        ack(response_action="update", view=views.listed(themes, notice=views.added(added)))

    @app.action(views.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            theme = rules.theme(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.changing(theme))
        ack()

    @app.view(views.CHANGE)
    def change(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        strength = form.text("kind") == views.STRENGTH if "kind" in form.texts else None
        retired = form.text("state") == views.RETIRED if "state" in form.texts else None
        with sessions.begin() as session:
            who = actor(session, body)
            theme = rules.change(
                session, who, form.record_id, form.text("label"), strength=strength, retired=retired, seen=form.seen
            )
            session.flush()
            themes = rules.listed(session, who)
        ack(response_action="update", view=views.listed(themes, notice=f"Saved: {theme.label}."))
