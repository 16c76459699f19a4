"""Re-opening a ratified case."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import meetings
from audit import reopenings as rules
from handlers.edge import Body, actor, below, clicked, opening
from storage.engine import Sessions
from views import reopenings as views
from views.discussions import discussion
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(views.REOPEN)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = rules.open_reopening(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.reopening(form))
        ack()

    @app.view(views.REOPENED)
    def reopen(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = Form.read(view), below(body)
        with sessions.begin() as session:
            who = actor(session, body)
            case = rules.reopen(session, who, form.record_id, form.texts.get(rules.REASON, ""))
            about = meetings.discussion(session, who, case.id) if under else None
        if about:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        else:
            ack(response_action="update", view=views.reopened(case))
