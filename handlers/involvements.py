"""Changing the cases of a cycle under way, and which agencies are involved in them."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import involvements as rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views import involvements as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of cases, its pages, and the form that takes its place."""

    @app.action(views.LIST)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.listed(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.listed(found))
        ack()

    @app.action(views.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            found = rules.listed(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.listed(found, number))
        ack()

    @app.action(views.OPEN)
    def open_case(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            found = rules.open_case(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.changing(found))
        ack()

    @app.view(views.CHANGE)
    def change(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        agencies, withdraw = form.ticked.get(rules.AGENCIES, ()), form.text(rules.STANDING) == rules.WITHDRAWN
        with sessions.begin() as session:
            who = actor(session, body)
            found = rules.change(session, who, form.record_id, agencies, form.seen, withdraw=withdraw)
        ack(response_action="update", view=views.changed(found) if found.done else views.changing(found))
