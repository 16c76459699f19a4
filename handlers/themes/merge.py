"""A learning theme across cycles; merging it into another, undoing that, and renaming it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.findings import themes
from audit.themes import evidence
from audit.themes import merge as merge_rules
from handlers.edge import Body, actor, clicked, closing, opening, page, shown
from storage.engine import Sessions
from views.forms import Form
from views.parts import View
from views.themes import merge as merge_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the theme's page, and for the buttons and forms that change it."""
    _looking(app, sessions)
    _merging(app, sessions)
    _renaming(app, sessions)


def _looking(app: App, sessions: Sessions) -> None:
    @app.action(merge_view.OPEN)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            theme = evidence.theme(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=merge_view.shown(theme))
        ack()

    @app.action(merge_view.TURN)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.begin() as session:
            theme = evidence.theme(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=merge_view.shown(theme, to))
        ack()


def _merging(app: App, sessions: Sessions) -> None:
    @app.action(merge_view.MERGE)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = merge_rules.merging(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=merge_view.merging(found))
        ack()

    @app.view(merge_view.MERGED)
    def merge(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            found = merge_rules.merge(session, who, form.record_id, form.text(merge_rules.INTO), form.seen)
            said = f"“{found.theme.label}” counts as this theme from now on."
            changed = _page(session, who, found.into_id, said) if found.done else None
        if changed is None:
            ack(response_action="update", view=merge_view.merging(found))
        else:
            closing(ack, client, body, changed)

    @app.action(merge_view.UNMERGE)
    def unmerge(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            who = actor(session, body)
            merge_rules.unmerge(session, who, clicked(action))
            changed = _page(session, who, at.record_id, "The merger is undone.")
        client.views_update(view_id=at.view_id, view=changed)
        ack()


def _renaming(app: App, sessions: Sessions) -> None:
    @app.action(merge_view.RENAME)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            theme = themes.theme(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=merge_view.renaming(theme))
        ack()

    @app.view(merge_view.RENAMED)
    def rename(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            themes.change(session, who, form.record_id, form.text("label"), seen=form.seen)
            changed = _page(session, who, form.record_id, "The theme is renamed.")
        closing(ack, client, body, changed)


def _page(session: Session, who: Actor, theme_id: str, notice: str) -> View:
    """The theme's page after a change."""
    session.flush()
    return merge_view.shown(evidence.theme(session, who, theme_id), notice=notice)
