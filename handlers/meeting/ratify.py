"""Ratifying a case."""

from dataclasses import replace

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.errors import Refused
from audit.meeting import discussion as discussion_rules
from audit.meeting import ratify as ratify_rules
from audit.meeting.ratify import Judging
from handlers.edge import Body, actor, below, choosing, clicked, opening, shown
from storage.engine import Sessions
from views.meeting import ratify as ratify_view
from views.meeting.discussion import discussion
from views.meeting.ratify import VerdictForm
from views.parts import ANSWER
from views.preview import CHANGED, asks_otherwise


def register(app: App, sessions: Sessions) -> None:
    """Listen for the judgement's form, for choices in it that others follow from, and for its button."""

    @app.view(ratify_view.RATIFY)
    def ratify(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = VerdictForm.read(view), below(body)
        try:
            with sessions.begin() as session:
                who = actor(session, body)
                case = ratify_rules.ratify(session, who, form.record_id, form.verdict(), form.seen)
                about = None if isinstance(case, Judging) else discussion_rules.discussion(session, who, case.id)
        except Refused as refusal:
            now = _otherwise(sessions, body, form, refusal)
            if now is None:
                raise
            ack(response_action="update", view=ratify_view.judging(now))
            return
        if isinstance(case, Judging):
            ack(response_action="update", view=ratify_view.judging(case))
        elif about and under:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        elif about:
            ack(response_action="update", view=ratify_view.ratified(about))

    @app.action(ANSWER, matchers=[choosing(ratify_view.RATIFY)])
    def chosen(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), VerdictForm.read(body["view"])
        with sessions.reading() as session:
            now = ratify_rules.chosen(session, actor(session, body), form.record_id, form.verdict(), form.seen)
        client.views_update(view_id=at.view_id, hash=at.hash, view=ratify_view.judging(now))
        ack()

    @app.action(ratify_view.POSITIONS)
    def position(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), VerdictForm.read(body["view"])
        with sessions.reading() as session:
            who, verdict = actor(session, body), form.verdict()
            now = ratify_rules.chosen(session, who, form.record_id, verdict, form.seen, one_by_one=True)
        client.views_update(view_id=at.view_id, hash=at.hash, view=ratify_view.judging(now))
        ack()

    @app.action(ratify_view.JUDGE)
    def judge(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # that somebody reads the self-grades is recorded
            form = ratify_rules.read_judging(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=ratify_view.judging(form))
        ack()


def _otherwise(sessions: Sessions, body: Body, form: VerdictForm, refusal: Refused) -> Judging | None:
    """The form as its answers call for it, if what is wrong with them isn't asked in both; else None."""
    if not refusal.fields:
        return None
    with sessions.reading() as session:
        now = ratify_rules.chosen(session, actor(session, body), form.record_id, form.verdict(), form.seen)
    shown_anew = asks_otherwise(form.asked, refusal.fields, ratify_view.judging(now))
    return replace(now, notice=CHANGED) if shown_anew else None
