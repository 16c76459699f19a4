"""Cases pasted from a spreadsheet."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.setup import case_list
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.setup import case_list as case_list_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the box and what is pasted into it."""

    @app.action(case_list_view.PASTE)
    def paste(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            listed = case_list.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=case_list_view.form(listed))
        ack()

    @app.view(case_list_view.STORE)
    def store(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        text = form.texts.get(case_list_view.LINES, "")
        with sessions.begin() as session:
            listed = case_list.submit(session, actor(session, body), form.record_id, text, form.seen)
        ack(
            response_action="update",
            view=case_list_view.stored(listed) if listed.stored else case_list_view.form(listed),
        )
