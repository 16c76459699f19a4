"""Moderating self-grades."""

from dataclasses import replace

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import meetings
from audit import moderations as rules
from audit.answers import GRADE, REASON, WHY
from audit.errors import Refused
from audit.moderations import Given, Moderating
from audit.moments import EXCEPTION
from handlers.edge import Body, actor, below, choosing, clicked, opening, shown
from storage.engine import Sessions
from views import moderations as views
from views.discussions import discussion
from views.forms import Form
from views.parts import ANSWER
from views.previews import CHANGED, asks_otherwise


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form, for choices in it that others follow from, and for its button."""

    @app.action(views.MODERATE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = rules.open_moderating(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.moderating(form))
        ack()

    @app.action(ANSWER, matchers=[choosing(views.MODERATED)])
    def chosen(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), Form.read(body["view"])
        with sessions.reading() as session:
            now = rules.chosen(session, actor(session, body), form.record_id, _given(form))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.moderating(now))
        ack()

    @app.view(views.MODERATED)
    def moderate(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = Form.read(view), below(body)
        try:
            with sessions.begin() as session:
                who = actor(session, body)
                made = rules.moderate(session, who, form.record_id, _given(form))
                about = meetings.discussion(session, who, made.case_id) if made.done and under else None
        except Refused as refusal:
            now = _otherwise(sessions, body, form, refusal)
            if now is None:
                raise
            ack(response_action="update", view=views.moderating(now))
            return
        if about:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        else:
            ack(response_action="update", view=views.moderated(made) if made.done else views.moderating(made))


def _given(form: Form) -> Given:
    return Given(
        form.text(GRADE) or None, form.text(REASON) or None, form.texts.get(WHY, ""), form.texts.get(EXCEPTION, "")
    )


def _otherwise(sessions: Sessions, body: Body, form: Form, refusal: Refused) -> Moderating | None:
    """The form as its answers call for it, if what is wrong with them isn't asked in both; else None."""
    if not refusal.fields:
        return None
    with sessions.reading() as session:
        now = rules.chosen(session, actor(session, body), form.record_id, _given(form))
    shown_anew = asks_otherwise(form.asked, refusal.fields, views.moderating(now))
    return replace(now, notice=CHANGED) if shown_anew else None
