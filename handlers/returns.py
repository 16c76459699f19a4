"""Opening and sending an agency's return."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import drafts
from audit import returns as rules
from audit.returns import Saved
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from storage.faults import fault
from views import answering
from views import returns as views
from views.forms import ReturnForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form, the turning of its pages, and its button."""

    @app.view(views.SUBMIT)
    def submit(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = ReturnForm.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            sent = rules.submit(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
            fault("submit.before_commit")
        fault("submit.after_commit")
        ack(response_action="update", view=views.saved(sent) if isinstance(sent, Saved) else answering.form(sent))

    @app.action(views.OPEN)
    def open_form(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = rules.open_form(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=answering.form(form))
        ack()

    @app.view(views.NEXT)
    def turn(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = ReturnForm.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            opened = drafts.turn(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
        ack(response_action="update", view=answering.form(opened))

    @app.action(views.BACK)
    def turn_back(ack: Ack, body: Body, client: WebClient) -> None:
        at, form = shown(body), ReturnForm.read(body["view"])
        with sessions.begin() as session:
            who = actor(session, body)
            opened = drafts.save(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked, step=0)
        client.views_update(view_id=at.view_id, hash=at.hash, view=answering.form(opened))
        ack()
