"""Naming the Google Sheet in which a cycle is drawn."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import sheets as rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import addresses as views
from views.forms import Form


def register(app: App, sessions: Sessions, share_with: str = "") -> None:
    """Listen for the form; `share_with`: the account that draws sheets, "" if there is none."""

    @app.action(views.ADDRESS)
    def ask(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            sheet = rules.open_sheet(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.form(sheet, share_with))
        ack()

    @app.view(views.BIND)
    def bind(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            sheet = rules.set_address(
                session, actor(session, body), form.record_id, form.text(views.FIELD),
                unreleased=form.text(views.READERS) != "no",
            )  # fmt: skip
        ack(response_action="update", view=views.saved(sheet))
