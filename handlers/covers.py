"""Asking somebody to cover, and ending it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import covers as rules
from handlers.directory import chosen
from handlers.edge import Body, actor, clicked, opening
from storage.clock import now
from storage.engine import Sessions
from views import covers as views
from views.covers import CoverForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons and the form."""

    @app.action(views.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            choice = rules.choices(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.choosing(choice))
        ack()

    @app.view(views.ARRANGE)
    def arrange(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = CoverForm.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            rules.choices(session, actor(session, body), form.covered_id)
        stranger = chosen(client, body, form.user_id)
        with sessions.begin() as session:
            who = actor(session, body)
            cover = rules.arrange(session, who, form.covered_id, stranger, form.label, form.last_day)
            told = views.arranged(cover, now(session))
        ack(response_action="update", view=told)

    @app.action(views.END)
    def end(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:
            cover = rules.end(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.ended(cover))
        ack()
