"""Replacing a lead."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.people import people
from audit.underway import leads
from handlers.directory import profiles
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.underway import leads as leads_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(leads_view.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = leads.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=leads_view.replacing(found))
        ack()

    @app.view(leads_view.REPLACE)
    def replace(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        role_id, user_id = form.text(leads.FROM), form.text(leads.TO)
        with sessions.reading() as session:
            who = actor(session, body)
            leads.begin(session, who, form.record_id)  # before Slack is asked about anybody
            strangers = people.strangers(session, who, [user_id])
        told = profiles(client, body, strangers).get(user_id)
        with sessions.begin() as session:
            found = leads.succeed(session, actor(session, body), form.record_id, role_id, user_id, told, form.seen)
        ack(response_action="update", view=leads_view.replaced(found) if found.done else leads_view.replacing(found))
