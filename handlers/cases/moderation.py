"""Moderating self-grades."""

from dataclasses import replace

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.cases import moderation
from audit.cases.moderation import Given, Moderating
from audit.errors import Refused
from audit.meeting import discussion as discussion_rules
from audit.moment import EXCEPTION
from audit.returns.answers import GRADE, REASON, WHY
from handlers.edge import Body, actor, below, choosing, clicked, opening, shown
from storage.engine import Sessions
from views.cases import moderation as moderation_view
from views.forms import Form
from views.meeting.discussion import discussion
from views.parts import ANSWER
from views.preview import CHANGED, asks_otherwise


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form, for choices in it that others follow from, and for its button."""

    @app.action(moderation_view.MODERATE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = moderation.open_moderating(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=moderation_view.moderating(form))
        ack()

    @app.action(ANSWER, matchers=[choosing(moderation_view.MODERATED)])
    def chosen(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), Form.read(body["view"])
        with sessions.reading() as session:
            now = moderation.chosen(session, actor(session, body), form.record_id, _given(form))
        client.views_update(view_id=at.view_id, hash=at.hash, view=moderation_view.moderating(now))
        ack()

    @app.view(moderation_view.MODERATED)
    def moderate(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = Form.read(view), below(body)
        try:
            with sessions.begin() as session:
                who = actor(session, body)
                made = moderation.moderate(session, who, form.record_id, _given(form))
                about = discussion_rules.discussion(session, who, made.case_id) if made.done and under else None
        except Refused as refusal:
            now = _otherwise(sessions, body, form, refusal)
            if now is None:
                raise
            ack(response_action="update", view=moderation_view.moderating(now))
            return
        if about:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        else:
            ack(
                response_action="update",
                view=moderation_view.moderated(made) if made.done else moderation_view.moderating(made),
            )


def _given(form: Form) -> Given:
    return Given(
        form.text(GRADE) or None, form.text(REASON) or None, form.texts.get(WHY, ""), form.texts.get(EXCEPTION, "")
    )


def _otherwise(sessions: Sessions, body: Body, form: Form, refusal: Refused) -> Moderating | None:
    """The form as its answers call for it, if what is wrong with them isn't asked in both; else None."""
    if not refusal.fields:
        return None
    with sessions.reading() as session:
        now = moderation.chosen(session, actor(session, body), form.record_id, _given(form))
    shown_anew = asks_otherwise(form.asked, refusal.fields, moderation_view.moderating(now))
    return replace(now, notice=CHANGED) if shown_anew else None
