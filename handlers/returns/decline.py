"""Asking not to answer, and deciding on it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import decline
from audit.returns.decline import DECISION, REASON
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.returns import decline as decline_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the agency's button and form, and for the coordinators'."""

    @app.action(decline_view.ASK)
    def open_form(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            asking = decline.open_asking(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=decline_view.form(asking))
        ack()

    @app.view(decline_view.SEND)
    def ask(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            asked = decline.ask(session, actor(session, body), form.record_id, form.text(REASON))
        ack(response_action="update", view=decline_view.asked(asked))

    @app.action(decline_view.DECIDE)
    def read(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            asked = decline.read(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=decline_view.deciding(asked))
        ack()

    @app.view(decline_view.SETTLE)
    def settle(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        approve = {decline_view.APPROVE: True, decline_view.REFUSE: False}.get(form.text(DECISION))
        with sessions.begin() as session:
            settled = decline.settle(session, actor(session, body), form.record_id, form.view_id, approve=approve)
        ack(response_action="update", view=decline_view.settled(settled))
