"""Recording who came to a meeting."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import agenda
from audit import attendance as rules
from handlers.edge import Body, actor, below, clicked, opening
from storage.engine import Sessions
from views import agenda as agenda_views
from views import attendance as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(views.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.open_form(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.recording(found))
        ack()

    @app.view(views.RECORD)
    def record(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            found = rules.record(session, who, form.record_id, views.given(form), form.seen)
            meetings = agenda.show(session, who, found.cycle_id)
        under = below(body)
        if not found.done:
            ack(response_action="update", view=views.recording(found))
        elif under is None:
            ack(response_action="update", view=views.recorded(found))
        else:  # the meetings, from which it was opened
            client.views_update(view_id=under, view=agenda_views.shown_at(meetings, found.meeting_id))
            ack()
