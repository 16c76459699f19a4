"""A coordinator's nudge to those who haven't answered."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.chasing import nudge
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.chasing import reminders as reminders_view
from views.chasing.reminders import NudgeForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button and for the form that previews who gets a reminder."""

    @app.action(reminders_view.NUDGE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            preview = nudge.preview(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=reminders_view.nudge(preview))
        ack()

    @app.view(reminders_view.SEND)
    def send(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = NudgeForm.read(view)
        with sessions.begin() as session:
            number = nudge.send(session, actor(session, body), form.cycle_id, form.view_id, form.whom)
        ack(response_action="update", view=reminders_view.nudged(number))
