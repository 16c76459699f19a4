"""Splitting a learning theme."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.themes import evidence
from audit.themes import split as split_rules
from audit.themes.merge import INTO
from handlers.edge import Body, actor, clicked, closing, opening
from storage.engine import Sessions
from views.forms import Form
from views.parts import count_of
from views.themes import merge as merge_view
from views.themes import split as split_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the form and its button."""

    @app.action(merge_view.SPLIT)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            found = split_rules.splitting(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=split_view.splitting(found))
        ack()

    @app.view(split_view.PARTED)
    def split(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        chosen, into = split_view.chosen(form.ticked), "".join(form.ticked.get(INTO, ())[:1])
        with sessions.begin() as session:
            who = actor(session, body)
            found = split_rules.split(
                session, who, form.record_id, chosen, into, form.text(split_rules.LABEL), form.seen
            )
            session.flush()
            said = f"{count_of(len(found.chosen), 'finding')} moved to another theme."
            changed = (
                merge_view.shown(evidence.theme(session, who, form.record_id), notice=said) if found.done else None
            )
        if changed is None:
            ack(response_action="update", view=split_view.splitting(found))
        else:
            closing(ack, client, body, changed)
