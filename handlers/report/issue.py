"""A cycle's report: looking at its versions, making one, sending it, and its register."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.report import issue as issue_rules
from audit.report import recipients
from audit.report.recipients import AUDIENCE, DAY, EDITION, HOW, VERSION, Line
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from storage.reports import Edition
from views.forms import Form
from views.parts import View
from views.report import issue as issue_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the button on Home, for those of the modal it opens, and for their forms."""

    @app.action(issue_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            view = issue_view.shelf(issue_rules.shelf(session, actor(session, body), clicked(action)))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.action(issue_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, to = shown(body), page(action)
        with sessions.reading() as session:
            view = issue_view.shelf(issue_rules.shelf(session, actor(session, body), at.record_id), to)
        client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()

    @app.action(issue_view.ISSUE)
    def issue(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, cycle_id = shown(body), clicked(action)
        with sessions.reading() as session:  # the long part, for which nobody else has to wait
            said = issue_rules.draw_up(session, actor(session, body), cycle_id)
        with sessions.begin() as session:
            issued = issue_rules.issue(session, actor(session, body), cycle_id, said)
        told = f"Version {issued.version} {'is made' if issued.new else 'says all of this already'}."
        view = _shelf(sessions, body, cycle_id, told)
        client.views_update(view_id=at.view_id, view=view)
        ack()

    @app.action(issue_view.SEND)
    def send(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        _send(sessions, client, body, clicked(action), Edition.FULL)
        ack()

    @app.action(issue_view.BRIEF)
    def brief(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        _send(sessions, client, body, clicked(action), Edition.BRIEFING)
        ack()

    @app.action(issue_view.GET)
    def choose(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            view = issue_view.getting(issue_rules.choose(session, actor(session, body), clicked(action)))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.view(issue_view.GOT)
    def fetch(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            found = issue_rules.fetch(session, actor(session, body), form.record_id, form.text(EDITION))
        ack(response_action="update", view=issue_view.got(found))

    _register_recipients(app, sessions)


def _register_recipients(app: App, sessions: Sessions) -> None:
    """Listen for the form that records who got a version by another way, and for its button."""

    @app.action(issue_view.RECORD)
    def open_register(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            view = issue_view.recording(issue_rules.recording(session, actor(session, body), clicked(action)))
        opening(body, client)(trigger_id=body["trigger_id"], view=view)
        ack()

    @app.view(issue_view.RECORDED)
    def record(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        line = Line(*(form.text(field) for field in (AUDIENCE, EDITION, VERSION, HOW, DAY)))
        with sessions.begin() as session:
            recipients.record(session, actor(session, body), form.record_id, line)
        ack(response_action="update", view=issue_view.recorded(line.audience))


def _send(sessions: Sessions, client: WebClient, body: Body, report_id: str, edition: Edition) -> None:
    """Have it sent, and show the modal as it is now."""
    at = shown(body)
    with sessions.begin() as session:
        cycle_id = issue_rules.send(session, actor(session, body), report_id, edition)
    client.views_update(view_id=at.view_id, view=_shelf(sessions, body, cycle_id, "It is sent, or on its way."))


def _shelf(sessions: Sessions, body: Body, cycle_id: str, told: str) -> View:
    with sessions.reading() as session:
        return issue_view.shelf(issue_rules.shelf(session, actor(session, body), cycle_id), told=told)
