"""Taking a cycle from one state to the next."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.underway import steps
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from views.preview import unmarked
from views.underway import steps as steps_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button that shows the next step, and for the one that takes it."""

    @app.action(steps_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            step = steps.next_step(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=steps_view.shown(step))
        ack()

    @app.action(steps_view.TAKE)
    def take(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        to, seen = unmarked(str(action.get("block_id", "")))
        with sessions.begin() as session:
            step = steps.take(session, actor(session, body), clicked(action), to, seen)
        client.views_update(view_id=at.view_id, view=steps_view.taken(step) if step.done else steps_view.shown(step))
        ack()
