"""Saying that children aren't known to an agency."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.returns import nil as nil_rules
from audit.returns.answers import GIVEN_BY, SOURCE
from audit.returns.nil import Told
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from views.forms import Form
from views.returns import nil as nil_view
from views.returns.nil import TickedForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button in the return's form, and for the steps of saying several at once."""

    @app.action(nil_view.NIL)
    def say(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            nil = nil_rules.say(session, actor(session, body), at.record_id, at.view_id)
        client.views_update(view_id=at.view_id, view=nil_view.said(nil))
        ack()

    @app.action(nil_view.ENTER)
    def enter(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            entering = nil_rules.open_entering(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=nil_view.form(entering))
        ack()

    @app.view(nil_view.ENTERED)
    def entered(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        told = Told(form.text(SOURCE), form.text(GIVEN_BY))
        with sessions.begin() as session:
            nil = nil_rules.enter(session, actor(session, body), form.record_id, form.view_id, told)
        ack(response_action="update", view=nil_view.said(nil))

    @app.action(nil_view.KNOWN)
    def ask(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        about = clicked(action)
        with sessions.reading() as session:
            asked = nil_rules.unanswered(session, actor(session, body), nil_view.cycle_of(about))
        opening(body, client)(trigger_id=body["trigger_id"], view=nil_view.known(asked, about))
        ack()

    @app.view(nil_view.SPLIT)
    def split(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = TickedForm.read(view)
        with sessions.reading() as session:
            asked = nil_rules.unanswered(session, actor(session, body), form.cycle_id)
        if form.mark == asked.mark:
            following = nil_view.confirming(nil_rules.split(asked, form.return_ids), form.about, form.mark)
        else:
            following = nil_view.known(asked, form.about, form.return_ids, changed=True)
        ack(response_action="update", view=following)

    @app.view(nil_view.SAY)
    def say_all(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = TickedForm.read(view)
        with sessions.begin() as session:
            came = nil_rules.say_all(session, actor(session, body), form.return_ids, form.view_id)
        ack(response_action="update", view=nil_view.outcome(came))
