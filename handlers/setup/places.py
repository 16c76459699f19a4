"""Areas and meetings of a planned cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.setup import places as places_rules
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from views.forms import Form
from views.setup import places as places_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for a cycle's places, and the forms that change them."""
    _looking(app, sessions)
    _changing(app, sessions)


def _looking(app: App, sessions: Sessions) -> None:
    @app.action(places_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            places = places_rules.show(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=places_view.listed(places))
        ack()

    @app.action(places_view.NEW)
    def new(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = places_rules.fresh(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=places_view.form(form))
        ack()

    @app.action(places_view.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = places_rules.form(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=places_view.form(form))
        ack()


def _changing(app: App, sessions: Sessions) -> None:
    @app.view(places_view.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            places = places_rules.add(session, actor(session, body), form.record_id, form.texts)
        ack(response_action="update", view=places_view.listed(places, notice="The area is in this audit."))

    @app.view(places_view.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            places = places_rules.save(session, actor(session, body), form.record_id, form.texts)
        ack(response_action="update", view=places_view.listed(places, notice="Saved."))

    @app.action(places_view.REMOVE)
    def remove(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            places = places_rules.remove(session, actor(session, body), clicked(action))
        view = places_view.listed(places, notice="The area is out of this audit.")
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()
