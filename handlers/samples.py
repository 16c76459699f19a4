"""Drawing a sample, and drawing it again."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import samples as rules
from handlers.edge import Body, actor, clicked, opening, shown
from storage.clock import now
from storage.engine import Sessions
from views import samples as views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the forms in which a sample is drawn and checked."""
    _drawing(app, sessions)
    _checking(app, sessions)


def _drawing(app: App, sessions: Sessions) -> None:
    @app.action(views.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            draw = rules.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.form(draw))
        ack()

    @app.view(views.DRAW)
    def draw(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        given = rules.Given(
            views.texts(form), form.texts.get("quotas", ""), form.text("seed"), form.ticked.get("agencies", ())
        )
        with sessions.begin() as session:
            drawn = rules.submit(session, actor(session, body), form.record_id, given, form.seen)
        ack(response_action="update", view=views.stored(drawn) if drawn.stored else views.form(drawn))


def _checking(app: App, sessions: Sessions) -> None:
    @app.action(views.CHECK)
    def check(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            line = rules.drawn(session, actor(session, body), clicked(action))
            view = views.checking(line, now(session))
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()

    @app.view(views.VERIFY)
    def verify(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:  # a check is recorded
            check = rules.check(session, actor(session, body), form.record_id, views.texts(form))
            answer = views.checked(check, now(session))
        ack(response_action="update", view=answer)
