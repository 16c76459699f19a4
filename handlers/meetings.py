"""Ratifying a case."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import meetings as rules
from audit.meetings import Judging
from handlers.edge import Body, actor, below, clicked, opening
from storage.engine import Sessions
from views import meetings as views
from views.discussions import discussion
from views.forms import VerdictForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the judgement's form and its button."""

    @app.view(views.RATIFY)
    def ratify(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = VerdictForm.read(view), below(body)
        with sessions.begin() as session:
            who = actor(session, body)
            case = rules.ratify(session, who, form.record_id, form.verdict(), form.seen)
            about = None if isinstance(case, Judging) or not under else rules.discussion(session, who, case.id)
        if isinstance(case, Judging):
            ack(response_action="update", view=views.judging(case))
        elif about:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        else:
            ack(response_action="update", view=views.ratified(case))

    @app.action(views.JUDGE)
    def judge(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = rules.open_judging(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.judging(form))
        ack()
