"""Reading, acknowledging and closing immediate actions."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import immediate
from handlers.edge import Body, actor, clicked, opening
from storage.clock import now
from storage.engine import Sessions
from views.forms import Form
from views.returns import immediate as immediate_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons under a coordinator's message, and for the forms that they open."""

    @app.action(immediate_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            found = immediate.read(session, actor(session, body), clicked(action))
            view = immediate_view.opened(found, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(immediate_view.CLOSE)
    def close(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # so is this one
            found = immediate.read(session, actor(session, body), clicked(action))
            view = immediate_view.closing(found, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.view(immediate_view.ACKNOWLEDGE)
    def acknowledge(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            action = immediate.acknowledge(
                session, who, form.record_id, form.text(immediate.DEALING), form.text(immediate.NOTE)
            )  # fmt: skip
            told = immediate_view.acknowledged(action, now(session))
        ack(response_action="update", view=told)

    @app.view(immediate_view.CLOSED)
    def closed(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            action = immediate.close(session, actor(session, body), form.record_id, form.text(immediate.DONE))
            told = immediate_view.closed(action, now(session))
        ack(response_action="update", view=told)
