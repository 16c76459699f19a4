"""Adding a case to a cycle under way."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import additions as rules
from audit.involvements import AGENCIES
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import additions as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(views.NEW)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.adding(found))
        ack()

    @app.view(views.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        reference, area_id = form.text(rules.REFERENCE), form.text(rules.AREA)
        agencies = form.ticked.get(AGENCIES, ())
        with sessions.begin() as session:
            who = actor(session, body)
            found = rules.add(session, who, form.record_id, reference, area_id, agencies, form.seen)
        ack(response_action="update", view=views.added(found) if found.done else views.adding(found))
