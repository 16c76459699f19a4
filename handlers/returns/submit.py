"""Opening and sending an agency's return."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import draft
from audit.returns import submit as submit_rules
from audit.returns.submit import Saved
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from storage.faults import fault
from views.returns import form as form_view
from views.returns import request as request_view
from views.returns.form import ReturnForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form, the turning of its pages, and its button."""

    @app.view(request_view.SUBMIT)
    def submit(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = ReturnForm.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            sent = submit_rules.submit(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
            fault("submit.before_commit")
        fault("submit.after_commit")
        ack(
            response_action="update", view=request_view.saved(sent) if isinstance(sent, Saved) else form_view.form(sent)
        )

    @app.action(request_view.OPEN)
    def open_form(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = submit_rules.open_form(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=form_view.form(form))
        ack()

    @app.view(request_view.NEXT)
    def turn(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = ReturnForm.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            opened = draft.turn(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
        ack(response_action="update", view=form_view.form(opened))

    @app.action(request_view.BACK)
    def turn_back(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), ReturnForm.read(body["view"])
        with sessions.begin() as session:
            who = actor(session, body)
            opened = draft.save(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked, by=-1)
        client.views_update(view_id=at.view_id, hash=at.hash, view=form_view.form(opened))
        ack()
