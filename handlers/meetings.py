"""Ratifying a case."""

from dataclasses import replace

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import meetings as rules
from audit.errors import Refused
from audit.meetings import Judging
from handlers.edge import Body, actor, below, choosing, clicked, opening, shown
from storage.engine import Sessions
from views import meetings as views
from views.discussions import discussion
from views.forms import VerdictForm
from views.parts import ANSWER
from views.previews import CHANGED, asks_otherwise


def register(app: App, sessions: Sessions) -> None:
    """Listen for the judgement's form, for choices in it that others follow from, and for its button."""

    @app.view(views.RATIFY)
    def ratify(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form, under = VerdictForm.read(view), below(body)
        try:
            with sessions.begin() as session:
                who = actor(session, body)
                case = rules.ratify(session, who, form.record_id, form.verdict(), form.seen)
                about = None if isinstance(case, Judging) else rules.discussion(session, who, case.id)
        except Refused as refusal:
            now = _otherwise(sessions, body, form, refusal)
            if now is None:
                raise
            ack(response_action="update", view=views.judging(now))
            return
        if isinstance(case, Judging):
            ack(response_action="update", view=views.judging(case))
        elif about and under:
            client.views_update(view_id=under, view=discussion(about))
            ack()
        elif about:
            ack(response_action="update", view=views.ratified(about))

    @app.action(ANSWER, matchers=[choosing(views.RATIFY)])
    def chosen(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), VerdictForm.read(body["view"])
        with sessions.reading() as session:
            now = rules.chosen(session, actor(session, body), form.record_id, form.verdict(), form.seen)
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.judging(now))
        ack()

    @app.action(views.POSITIONS)
    def position(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), VerdictForm.read(body["view"])
        with sessions.reading() as session:
            who, verdict = actor(session, body), form.verdict()
            now = rules.chosen(session, who, form.record_id, verdict, form.seen, one_by_one=True)
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.judging(now))
        ack()

    @app.action(views.JUDGE)
    def judge(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # that somebody reads the self-grades is recorded
            form = rules.read_judging(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.judging(form))
        ack()


def _otherwise(sessions: Sessions, body: Body, form: VerdictForm, refusal: Refused) -> Judging | None:
    """The form as its answers call for it, if what is wrong with them isn't asked in both; else None."""
    if not refusal.fields:
        return None
    with sessions.reading() as session:
        now = rules.chosen(session, actor(session, body), form.record_id, form.verdict(), form.seen)
    shown_anew = asks_otherwise(form.asked, refusal.fields, views.judging(now))
    return replace(now, notice=CHANGED) if shown_anew else None
