"""Planning an audit cycle."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.setup import plan as plan_rules
from handlers.edge import Body, actor, clicked, opening
from storage.engine import Sessions
from views.forms import Form
from views.setup import plan as plan_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form of a new cycle, and of one that isn't open yet."""

    @app.action(plan_view.NEW)
    def new(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            plan = plan_rules.propose(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=plan_view.form(plan))
        ack()

    @app.action(plan_view.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            plan = plan_rules.current(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=plan_view.form(plan))
        ack()

    @app.view(plan_view.PLAN)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            plan = plan_rules.save(session, actor(session, body), form.record_id, form.texts)
        ack(response_action="update", view=plan_view.saved(plan))
