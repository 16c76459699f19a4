"""Asking not to answer, and deciding on it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import declines as rules
from audit.declines import DECISION, REASON
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import declines as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the agency's button and form, and for the coordinators'."""

    @app.action(views.ASK)
    def open_form(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            asking = rules.open_asking(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.form(asking))
        ack()

    @app.view(views.SEND)
    def ask(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            asked = rules.ask(session, actor(session, body), form.record_id, form.text(REASON))
        ack(response_action="update", view=views.asked(asked))

    @app.action(views.DECIDE)
    def read(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            asked = rules.read(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.deciding(asked))
        ack()

    @app.view(views.SETTLE)
    def settle(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        approve = {views.APPROVE: True, views.REFUSE: False}.get(form.text(DECISION))
        with sessions.begin() as session:
            settled = rules.settle(session, actor(session, body), form.record_id, form.view_id, approve=approve)
        ack(response_action="update", view=views.settled(settled))
