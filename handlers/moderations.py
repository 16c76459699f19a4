"""Moderating self-grades."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import meetings
from audit import moderations as rules
from audit.answers import GRADE, REASON, WHY
from audit.moderations import Given
from audit.moments import EXCEPTION
from handlers.edge import Body, actor, below, clicked, opening
from storage.engine import Sessions
from views import moderations as views
from views.discussions import discussion
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(views.MODERATE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = rules.open_moderating(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.moderating(form))
        ack()

    @app.view(views.MODERATED)
    def moderate(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = Form.read(view), below(body)
        given = Given(
            form.text(GRADE) or None, form.text(REASON) or None, form.texts.get(WHY, ""), form.texts.get(EXCEPTION, "")
        )
        with sessions.begin() as session:
            who = actor(session, body)
            made = rules.moderate(session, who, form.record_id, given)
            about = meetings.discussion(session, who, made.case_id) if made.done and under else None
        if about:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        else:
            ack(response_action="update", view=views.moderated(made) if made.done else views.moderating(made))
