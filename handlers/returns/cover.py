"""Asking somebody to cover, and ending it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import cover as cover_rules
from handlers.directory import chosen
from handlers.edge import Body, actor, clicked, opening
from storage.clock import now
from storage.engine import Sessions
from views.returns import cover as cover_view
from views.returns.cover import CoverForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons and the form."""

    @app.action(cover_view.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            choice = cover_rules.choices(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=cover_view.choosing(choice))
        ack()

    @app.view(cover_view.ARRANGE)
    def arrange(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = CoverForm.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            cover_rules.choices(session, actor(session, body), form.covered_id)
        stranger = chosen(client, body, form.user_id)
        with sessions.begin() as session:
            who = actor(session, body)
            cover = cover_rules.arrange(session, who, form.covered_id, stranger, form.label, form.last_day)
            told = cover_view.arranged(cover, now(session))
        ack(response_action="update", view=told)

    @app.action(cover_view.END)
    def end(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            cover = cover_rules.end(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=cover_view.ended(cover))
        ack()
