"""Recording who came to a meeting."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.meeting import agenda, attendance
from handlers.edge import Body, actor, below, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.meeting import agenda as agenda_view
from views.meeting import attendance as attendance_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(attendance_view.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = attendance.open_form(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=attendance_view.recording(found))
        ack()

    @app.view(attendance_view.RECORD)
    def record(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            found = attendance.record(session, who, form.record_id, attendance_view.given(form), form.seen)
            meetings = agenda.show(session, who, found.cycle_id)
        under = below(body)
        if not found.done:
            ack(response_action="update", view=attendance_view.recording(found))
        elif under is None:
            ack(response_action="update", view=attendance_view.recorded(found))
        else:  # the meetings, from which it was opened
            client.views_update(view_id=under, view=agenda_view.shown_at(meetings, found.meeting_id))
            ack()
