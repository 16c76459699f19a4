"""Changing the cases of a cycle under way, and which agencies are involved in them."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.underway import involvements
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.forms import Form
from views.underway import involvements as involvements_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of cases, its pages, and the form that takes its place."""

    @app.action(involvements_view.LIST)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = involvements.listed(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=involvements_view.listed(found))
        ack()

    @app.action(involvements_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            found = involvements.listed(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=involvements_view.listed(found, number))
        ack()

    @app.action(involvements_view.OPEN)
    def open_case(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            found = involvements.open_case(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=involvements_view.changing(found))
        ack()

    @app.view(involvements_view.CHANGE)
    def change(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        agencies, withdraw = (
            form.ticked.get(involvements.AGENCIES, ()),
            form.text(involvements.STANDING) == involvements.WITHDRAWN,
        )
        with sessions.begin() as session:
            who = actor(session, body)
            found = involvements.change(session, who, form.record_id, agencies, form.seen, withdraw=withdraw)
        ack(
            response_action="update",
            view=involvements_view.changed(found) if found.done else involvements_view.changing(found),
        )
