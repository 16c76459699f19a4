"""Looking at what a cycle's meetings saw."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.themes import evidence as evidence_rules
from handlers.edge import Body, actor, clicked, in_place, page, shown
from storage.engine import Sessions
from views.themes import evidence as evidence_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button that shows it, and for turning its pages."""

    @app.action(evidence_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            evidence = evidence_rules.evidence(session, actor(session, body), clicked(action))
        in_place(body, client)(trigger_id=body["trigger_id"], view=evidence_view.shown(evidence))
        ack()

    @app.action(evidence_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.begin() as session:
            evidence = evidence_rules.evidence(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=evidence_view.shown(evidence, to))
        ack()
