"""Learning themes."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.findings import themes as themes_rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.forms import Form
from views.themes import themes as themes_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of learning themes, its pages, and the forms that change it."""
    _listing(app, sessions)
    _changing(app, sessions)


def _listing(app: App, sessions: Sessions) -> None:
    @app.action(themes_view.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            themes = themes_rules.listed(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=themes_view.listed(themes))
        ack()

    @app.action(themes_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            themes = themes_rules.listed(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=themes_view.listed(themes, number))
        ack()


def _changing(app: App, sessions: Sessions) -> None:
    @app.action(themes_view.ADD)
    def add(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            themes_rules.listed(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=themes_view.adding())
        ack()

    @app.view(themes_view.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            added = themes_rules.add(session, who, form.texts.get("lines", ""))
            session.flush()
            themes = themes_rules.listed(session, who)
        ack(response_action="update", view=themes_view.listed(themes, notice=themes_view.added(added)))

    @app.action(themes_view.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            theme = themes_rules.theme(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=themes_view.changing(theme))
        ack()

    @app.view(themes_view.CHANGE)
    def change(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        strength = form.text("kind") == themes_view.STRENGTH if "kind" in form.texts else None
        retired = form.text("state") == themes_view.RETIRED if "state" in form.texts else None
        with sessions.begin() as session:
            who = actor(session, body)
            theme = themes_rules.change(
                session, who, form.record_id, form.text("label"), strength=strength, retired=retired, seen=form.seen
            )
            session.flush()
            themes = themes_rules.listed(session, who)
        ack(response_action="update", view=themes_view.listed(themes, notice=f"Saved: {theme.label}."))
