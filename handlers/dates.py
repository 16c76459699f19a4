"""Moving a deadline or a meeting."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import dates as rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views import dates as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for both forms and their buttons."""

    @app.action(views.CHOOSE_DEADLINE)
    def choose_deadline(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            move = rules.open_deadline(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.moving_deadline(move))
        ack()

    @app.view(views.MOVE_DEADLINE)
    def move_deadline(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            move = rules.move_deadline(session, who, form.record_id, form.text(rules.DUE), form.seen)
        ack(response_action="update", view=views.deadline_moved(move) if move.done else views.moving_deadline(move))

    @app.action(views.CHOOSE_MEETING)
    def choose_meeting(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            move = rules.open_meeting(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.moving_meeting(move))
        ack()

    @app.view(views.MOVE_MEETING)
    def move_meeting(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            move = rules.move_meeting(session, actor(session, body), form.record_id, form.texts, form.seen)
        ack(response_action="update", view=views.meeting_moved(move) if move.done else views.moving_meeting(move))
