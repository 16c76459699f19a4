"""Taking back a return that was sent."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import take_back as take_back_rules
from audit.returns.answers import CHANGE_REASON
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.returns import take_back as take_back_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button and its question."""

    @app.action(take_back_view.WITHDRAW)
    def open_form(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            taking = take_back_rules.open_form(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=take_back_view.form(taking))
        ack()

    @app.view(take_back_view.TAKE_BACK)
    def take_back(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            taken = take_back_rules.take_back(session, who, form.record_id, form.view_id, form.text(CHANGE_REASON))
        ack(response_action="update", view=take_back_view.taken_back(taken))
