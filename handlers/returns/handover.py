"""Handing a return to an auditor, and what the auditor sends."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import handover
from audit.returns.form import OpenReturn
from handlers.directory import chosen
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.returns import form as form_view
from views.returns import handover as handover_view
from views.returns.form import ReturnForm
from views.returns.handover import HandoverForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons and the forms."""

    @app.action(handover_view.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            asked = handover.choose(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=handover_view.choosing(asked))
        ack()

    @app.view(handover_view.GIVE)
    def give(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = HandoverForm.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            handover.require_own(session, actor(session, body), form.return_id)
        stranger = chosen(client, body, form.user_id)
        with sessions.begin() as session:
            handed = handover.give(session, actor(session, body), form.return_id, stranger, form.label)
        ack(response_action="update", view=handover_view.given(handed))

    @app.action(handover_view.END)
    def end(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            handed = handover.end(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=handover_view.ended(handed))
        ack()

    @app.view(handover_view.READY)
    def ready(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = ReturnForm.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            said = handover.ready(session, who, form.record_id, form.view_id, form.answers(), asked=form.asked)
        ack(
            response_action="update",
            view=form_view.form(said) if isinstance(said, OpenReturn) else handover_view.told_ready(said),
        )
