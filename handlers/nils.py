"""Saying that children aren't known to an agency."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import nils as rules
from audit.answers import GIVEN_BY, SOURCE
from audit.nils import Told
from handlers.edge import Body, actor, clicked, opening, shown
from storage.engine import Sessions
from views import nils as views
from views.forms import Form
from views.nils import TickedForm


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button in the return's form, and for the steps of saying several at once."""

    @app.action(views.NIL)
    def say(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.begin() as session:
            nil = rules.say(session, actor(session, body), at.record_id, at.view_id)
        client.views_update(view_id=at.view_id, view=views.said(nil))
        ack()

    @app.action(views.ENTER)
    def enter(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            entering = rules.open_entering(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.form(entering))
        ack()

    @app.view(views.ENTERED)
    def entered(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        told = Told(form.text(SOURCE), form.text(GIVEN_BY))
        with sessions.begin() as session:
            nil = rules.enter(session, actor(session, body), form.record_id, form.view_id, told)
        ack(response_action="update", view=views.said(nil))

    @app.action(views.KNOWN)
    def ask(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        about = clicked(action)
        with sessions.reading() as session:
            asked = rules.unanswered(session, actor(session, body), views.cycle_of(about))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.known(asked, about))
        ack()

    @app.view(views.SPLIT)
    def split(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = TickedForm.read(view)
        with sessions.reading() as session:
            asked = rules.unanswered(session, actor(session, body), form.cycle_id)
        if form.mark == asked.mark:
            following = views.confirming(rules.split(asked, form.return_ids), form.about, form.mark)
        else:
            following = views.known(asked, form.about, form.return_ids, changed=True)
        ack(response_action="update", view=following)

    @app.view(views.SAY)
    def say_all(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = TickedForm.read(view)
        with sessions.begin() as session:
            came = rules.say_all(session, actor(session, body), form.return_ids, form.view_id)
        ack(response_action="update", view=views.outcome(came))
