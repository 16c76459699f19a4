"""Drawing a sample, and drawing it again."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.setup import sample
from handlers.edge import Body, actor, clicked, opening, shown
from storage.clock import now
from storage.engine import Sessions
from views.forms import Form
from views.setup import sample as sample_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the forms in which a sample is drawn and checked."""
    _drawing(app, sessions)
    _checking(app, sessions)


def _drawing(app: App, sessions: Sessions) -> None:
    @app.action(sample_view.CHOOSE)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            draw = sample.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=sample_view.form(draw))
        ack()

    @app.view(sample_view.DRAW)
    def draw(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        given = sample.Given(
            sample_view.texts(form), form.texts.get("quotas", ""), form.text("seed"), form.ticked.get("agencies", ())
        )
        with sessions.begin() as session:
            drawn = sample.submit(session, actor(session, body), form.record_id, given, form.seen)
        ack(response_action="update", view=sample_view.stored(drawn) if drawn.stored else sample_view.form(drawn))


def _checking(app: App, sessions: Sessions) -> None:
    @app.action(sample_view.CHECK)
    def check(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            line = sample.drawn(session, actor(session, body), clicked(action))
            view = sample_view.checking(line, now(session))
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()

    @app.view(sample_view.VERIFY)
    def verify(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:  # a check is recorded
            check = sample.check(session, actor(session, body), form.record_id, sample_view.texts(form))
            answer = sample_view.checked(check, now(session))
        ack(response_action="update", view=answer)
