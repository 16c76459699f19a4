"""Naming the Google Sheet in which a cycle is drawn."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.sheet import state
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.sheet import naming as naming_view


def register(app: App, sessions: Sessions, share_with: str = "") -> None:
    """Listen for the form; `share_with`: the account that draws sheets, "" if there is none."""

    @app.action(naming_view.ADDRESS)
    def ask(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            sheet = state.open_sheet(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=naming_view.form(sheet, share_with))
        ack()

    @app.view(naming_view.BIND)
    def bind(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            sheet = state.set_address(
                session, actor(session, body), form.record_id, form.text(naming_view.FIELD),
                unreleased=form.text(naming_view.READERS) != "no",
            )  # fmt: skip
        ack(response_action="update", view=naming_view.saved(sheet))
