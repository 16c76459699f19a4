"""Splitting a learning theme."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import evidence
from audit import splits as rules
from audit.mergers import INTO
from handlers.edge import Body, actor, clicked, closing, opening
from storage.engine import Sessions
from views import mergers
from views import splits as views
from views.forms import Form
from views.parts import count_of


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(mergers.SPLIT)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = rules.splitting(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.splitting(found))
        ack()

    @app.view(views.PARTED)
    def split(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        chosen, into = views.chosen(form.ticked), "".join(form.ticked.get(INTO, ())[:1])
        with sessions.begin() as session:
            who = actor(session, body)
            found = rules.split(session, who, form.record_id, chosen, into, form.text(rules.LABEL), form.seen)
            session.flush()
            said = f"{count_of(len(found.chosen), 'finding')} moved to another theme."
            changed = mergers.shown(evidence.theme(session, who, form.record_id), notice=said) if found.done else None
        if changed is None:
            ack(response_action="update", view=views.splitting(found))
        else:
            closing(ack, client, body, changed)
