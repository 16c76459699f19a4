"""Re-opening a ratified case."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.meeting import discussion as discussion_rules
from audit.meeting import reopen as reopen_rules
from handlers.edge import Body, actor, below, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.meeting import reopen as reopen_view
from views.meeting.discussion import discussion


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(reopen_view.REOPEN)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = reopen_rules.open_reopening(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=reopen_view.reopening(form))
        ack()

    @app.view(reopen_view.REOPENED)
    def reopen(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = Form.read(view), below(body)
        with sessions.begin() as session:
            who = actor(session, body)
            case = reopen_rules.reopen(session, who, form.record_id, form.texts.get(reopen_rules.REASON, ""))
            about = discussion_rules.discussion(session, who, case.id) if under else None
        if about:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        else:
            ack(response_action="update", view=reopen_view.reopened(case))
