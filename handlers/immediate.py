"""Reading, acknowledging and closing immediate actions."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import immediate as rules
from handlers.edge import Body, actor, clicked, opening
from storage.clock import now
from storage.engine import Sessions
from views import immediate as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons under a coordinator's message, and for the forms that they open."""

    @app.action(views.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            found = rules.read(session, actor(session, body), clicked(action))
            view = views.opened(found, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(views.CLOSE)
    def close(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # so is this one
            found = rules.read(session, actor(session, body), clicked(action))
            view = views.closing(found, now(session))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.view(views.ACKNOWLEDGE)
    def acknowledge(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            action = rules.acknowledge(
                session, who, form.record_id, form.text(rules.DEALING), form.text(rules.NOTE)
            )  # fmt: skip
            told = views.acknowledged(action, now(session))
        ack(response_action="update", view=told)

    @app.view(views.CLOSED)
    def closed(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            action = rules.close(session, actor(session, body), form.record_id, form.text(rules.DONE))
            told = views.closed(action, now(session))
        ack(response_action="update", view=told)
