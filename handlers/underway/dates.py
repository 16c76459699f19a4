"""Moving a deadline or a meeting."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.underway import dates
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.underway import dates as dates_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for both forms and their buttons."""

    @app.action(dates_view.CHOOSE_DEADLINE)
    def choose_deadline(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            move = dates.open_deadline(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=dates_view.moving_deadline(move))
        ack()

    @app.view(dates_view.MOVE_DEADLINE)
    def move_deadline(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            move = dates.move_deadline(session, who, form.record_id, form.text(dates.DUE), form.seen)
        ack(
            response_action="update",
            view=dates_view.deadline_moved(move) if move.done else dates_view.moving_deadline(move),
        )

    @app.action(dates_view.CHOOSE_MEETING)
    def choose_meeting(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            move = dates.open_meeting(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=dates_view.moving_meeting(move))
        ack()

    @app.view(dates_view.MOVE_MEETING)
    def move_meeting(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            move = dates.move_meeting(session, actor(session, body), form.record_id, form.texts, form.seen)
        ack(
            response_action="update",
            view=dates_view.meeting_moved(move) if move.done else dates_view.moving_meeting(move),
        )
