"""Areas and meetings of a planned cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import places as rules
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from views import places as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for a cycle's places, and the forms that change them."""
    _looking(app, sessions)
    _changing(app, sessions)


def _looking(app: App, sessions: Sessions) -> None:
    @app.action(views.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            places = rules.show(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.listed(places))
        ack()

    @app.action(views.NEW)
    def new(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = rules.fresh(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.form(form))
        ack()

    @app.action(views.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = rules.form(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.form(form))
        ack()


def _changing(app: App, sessions: Sessions) -> None:
    @app.view(views.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            places = rules.add(session, actor(session, body), form.record_id, form.texts)
        ack(response_action="update", view=views.listed(places, notice="The area is in this audit."))

    @app.view(views.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            places = rules.save(session, actor(session, body), form.record_id, form.texts)
        ack(response_action="update", view=views.listed(places, notice="Saved."))

    @app.action(views.REMOVE)
    def remove(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            places = rules.remove(session, actor(session, body), clicked(action))
        view = views.listed(places, notice="The area is out of this audit.")
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()
