"""Adding a case to a cycle under way."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.underway import new_case
from audit.underway.involvements import AGENCIES
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.underway import new_case as new_case_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(new_case_view.NEW)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = new_case.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=new_case_view.adding(found))
        ack()

    @app.view(new_case_view.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        reference, area_id = form.text(new_case.REFERENCE), form.text(new_case.AREA)
        agencies = form.ticked.get(AGENCIES, ())
        with sessions.begin() as session:
            who = actor(session, body)
            found = new_case.add(session, who, form.record_id, reference, area_id, agencies, form.seen)
        ack(response_action="update", view=new_case_view.added(found) if found.done else new_case_view.adding(found))
