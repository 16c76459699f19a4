"""Names that must not enter."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.screening import denied
from handlers.edge import Body, actor, opening
from storage.engine import Sessions
from views.forms import Form
from views.screening import denied as denied_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form of the list, and its button."""

    @app.action(denied_view.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            listed = denied.look(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=denied_view.form(listed))
        ack()

    @app.view(denied_view.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            listed = denied.change(session, who, form.texts.get(denied.NAMES, ""), form.texts.get(denied.GONE, ""))
        ack(response_action="update", view=denied_view.saved(listed))
