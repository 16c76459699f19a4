"""Handing a return to an auditor, and what the auditor sends."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import handovers as rules
from audit.forms import OpenReturn
from handlers.directory import chosen
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import answering
from views import handovers as views
from views.forms import ReturnForm
from views.handovers import HandoverForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons and the forms."""

    @app.action(views.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            asked = rules.choose(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.choosing(asked))
        ack()

    @app.view(views.GIVE)
    def give(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = HandoverForm.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            rules.require_own(session, actor(session, body), form.return_id)
        stranger = chosen(client, body, form.user_id)
        with sessions.begin() as session:
            handed = rules.give(session, actor(session, body), form.return_id, stranger, form.label)
        ack(response_action="update", view=views.given(handed))

    @app.action(views.END)
    def end(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            handed = rules.end(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.ended(handed))
        ack()

    @app.view(views.READY)
    def ready(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = ReturnForm.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            said = rules.ready(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
        ack(
            response_action="update",
            view=answering.form(said) if isinstance(said, OpenReturn) else views.told_ready(said),
        )
