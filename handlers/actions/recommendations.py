"""Recommendations: the list, its pages, and the forms that change it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.actions import recommend, recommendations
from audit.actions.recommend import AGENCIES, TEXT, THEMES, Wording
from handlers.edge import Body, actor, clicked, opening, page, record, shown
from storage.engine import Sessions
from views.actions import recommendations as recommendations_view
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list and for the forms."""
    _listing(app, sessions)
    _forms(app, sessions)
    _changing(app, sessions)


def _listing(app: App, sessions: Sessions) -> None:
    @app.action(recommendations_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = recommendations.show(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=recommendations_view.listed(found))
        ack()

    @app.action(recommendations_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            found = recommendations.show(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=recommendations_view.listed(found, number))
        ack()


def _forms(app: App, sessions: Sessions) -> None:
    @app.action(recommendations_view.NEW)
    def new(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = recommend.begin(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=recommendations_view.drafting(form))
        ack()

    @app.action(recommendations_view.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = recommend.edit(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=recommendations_view.drafting(form))
        ack()


def _changing(app: App, sessions: Sessions) -> None:
    @app.view(recommendations_view.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            made = recommend.add(session, who, form.record_id, record(form.seen), _wording(form))
            found = recommendations.show(session, who, made.cycle_id)
        ack(
            response_action="update",
            view=recommendations_view.listed(found, notice=f"Recommendation {made.number} is added."),
        )

    @app.view(recommendations_view.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            saved = recommend.save(session, who, form.record_id, form.seen, _wording(form))
            found = recommendations.show(session, who, saved.cycle_id)
        told = recommendations_view.listed(found, notice=f"Recommendation {saved.number} is saved.")
        ack(response_action="update", view=told if saved.done else recommendations_view.drafting(saved))

    @app.action(recommendations_view.WITHDRAW)
    def withdraw(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            who = actor(session, body)
            row = recommend.withdraw(session, who, clicked(action))
            number, found = row.number, recommendations.show(session, who, row.cycle_id)
        view = recommendations_view.listed(found, notice=f"Recommendation {number} is withdrawn.")
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()


def _wording(form: Form) -> Wording:
    return Wording(form.texts.get(TEXT, ""), form.ticked.get(THEMES, ()), form.ticked.get(AGENCIES, ()))
