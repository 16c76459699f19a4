"""Replacing a lead."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import leads as rules
from audit import people
from handlers.directory import profiles
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import leads as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(views.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.replacing(found))
        ack()

    @app.view(views.REPLACE)
    def replace(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        role_id, user_id = form.text(rules.FROM), form.text(rules.TO)
        with sessions.reading() as session:
            who = actor(session, body)
            rules.begin(session, who, form.record_id)  # before Slack is asked about anybody
            strangers = people.strangers(session, who, [user_id])
        told = profiles(client, body, strangers).get(user_id)
        with sessions.begin() as session:
            found = rules.succeed(session, actor(session, body), form.record_id, role_id, user_id, told, form.seen)
        ack(response_action="update", view=views.replaced(found) if found.done else views.replacing(found))
