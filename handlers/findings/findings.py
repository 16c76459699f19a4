"""Adding a finding to a case, changing it and withdrawing it."""

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from audit.access import Actor
from audit.findings import edit as edit_rules
from audit.findings.edit import OpenFinding, Wording
from audit.meeting import discussion
from handlers.edge import Body, actor, below, clicked, closing, opening, record, shown
from storage.engine import Sessions
from views.findings import findings as findings_view
from views.forms import Form
from views.meeting import discussion as discussion_view
from views.parts import View


def register(app: App, sessions: Sessions) -> None:
    """Listen for the forms and their buttons."""
    _opening(app, sessions)
    _sending(app, sessions)


def _opening(app: App, sessions: Sessions) -> None:
    @app.action(findings_view.NEW)
    def begin(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            opened = edit_rules.begin(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=findings_view.form(opened))
        ack()

    @app.action(findings_view.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            opened = edit_rules.change(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=findings_view.form(opened))
        ack()


def _sending(app: App, sessions: Sessions) -> None:
    @app.view(findings_view.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            opened = edit_rules.add(session, who, form.record_id, record(form.seen), _wording(form))
            hub = _hub(session, who, opened, body)
        _answer(ack, client, body, opened, hub)

    @app.view(findings_view.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            opened = edit_rules.save(session, who, form.record_id, _version(form), _wording(form))
            hub = _hub(session, who, opened, body)
        _answer(ack, client, body, opened, hub)

    @app.action(findings_view.WITHDRAW)
    def withdraw(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, form = shown(body), Form.read(body["view"])
        with sessions.begin() as session:
            who = actor(session, body)
            opened = edit_rules.withdraw(session, who, clicked(action), _version(form))
            hub = _hub(session, who, opened, body)
        client.views_update(
            view_id=at.view_id, view=findings_view.withdrawn(opened) if opened.done else findings_view.form(opened)
        )
        under = below(body)
        if hub is not None and under is not None:
            client.views_update(view_id=under, view=hub)
        ack()


def _hub(session: Session, who: Actor, opened: OpenFinding, body: Body) -> View | None:
    """The case's discussion as it is now, where it stands under the form."""
    if not opened.done or below(body) is None:
        return None
    session.flush()
    return discussion_view.discussion(discussion.discussion(session, who, opened.case_id))


def _answer(ack: Ack, client: WebClient, body: Body, opened: OpenFinding, hub: View | None) -> None:
    """Show what came first, or bring the discussion up to date and close the form."""
    if opened.done:
        closing(ack, client, body, hub or findings_view.saved(opened))
    else:
        ack(response_action="update", view=findings_view.form(opened))


def _wording(form: Form) -> Wording:
    return Wording(
        form.text(edit_rules.KIND),
        form.text(edit_rules.AGENCY),
        form.text(edit_rules.THEME),
        form.text(edit_rules.TEXT),
    )


def _version(form: Form) -> int:
    """The version that the form showed; 0, which is none, if it doesn't say."""
    return int(form.seen) if form.seen.isdecimal() and form.seen.isascii() and len(form.seen) < 9 else 0  # noqa: PLR2004  # digits
