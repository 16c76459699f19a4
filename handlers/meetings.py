"""Ratifying a case."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import meetings as rules
from handlers.edge import Body, actor, clicked
from storage.engine import Sessions
from views import meetings as views
from views.forms import VerdictForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the judgement's form and its button."""

    @app.view(views.RATIFY)
    def ratify(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = VerdictForm.read(view)
        with sessions.begin() as session:
            case = rules.ratify(session, actor(session, body), form.case_id, form.verdict())
        ack(response_action="update", view=views.ratified(case))

    @app.action(views.JUDGE)
    def judge(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            case = rules.open_judging(session, actor(session, body), clicked(action))
        client.views_open(trigger_id=body["trigger_id"], view=views.judging(case))
        ack()
