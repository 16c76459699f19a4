"""Keeping what is typed in a return's form, going on from it, and throwing it away."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import draft
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from views.parts import ANSWER
from views.returns import draft as draft_view
from views.returns import form as form_view
from views.returns.form import ReturnForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons about drafts, and for choices in the form that others follow from."""

    @app.action(draft_view.SAVE)
    def save(ack: Ack, body: Body, client: WebClient) -> None:
        _keep(sessions, body, client)
        ack()

    @app.action(ANSWER)
    def chosen(ack: Ack, body: Body, client: WebClient) -> None:
        if body.get("view", {}).get("callback_id") in form_view.FORMS:
            _keep(sessions, body, client)
        ack()

    @app.action(draft_view.TAKE)
    def take(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # that somebody reads a colleague's draft is recorded
            opened = draft.take(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=form_view.form(opened))
        ack()

    @app.action(draft_view.DISCARD)
    def discard(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            gone = draft.discard(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, view=draft_view.discarded(gone))
        ack()


def _keep(sessions: Sessions, body: Body, client: WebClient) -> None:
    """Keep what stands in the form, and show it anew with what follows from what was chosen."""
    at, form = shown(body), ReturnForm.read(body["view"])
    with sessions.begin() as session:
        who = actor(session, body)
        opened = draft.save(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
    client.views_update(view_id=at.view_id, hash=at.hash, view=form_view.form(opened))
