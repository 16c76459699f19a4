"""Actions: showing one, adding one, saying how it stands, and who owns it from now on."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.actions import actions, reassign, recommendations
from audit.actions import add as add_rules
from audit.actions import step as step_rules
from audit.actions.reassign import Owning
from audit.actions.step import Stepping
from audit.meeting import discussion
from audit.people.newcomers import PERSON
from handlers.directory import chosen
from handlers.edge import Body, actor, below, clicked, closing, opening, page, record, shown
from storage.clock import now
from storage.engine import Sessions
from views import parts
from views.actions import actions as actions_view
from views.actions import reassign as reassign_view
from views.actions import recommendations as recommendations_view
from views.actions import step as step_view
from views.forms import Form
from views.meeting import discussion as discussion_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons and the forms."""
    _showing(app, sessions)
    _adding(app, sessions)
    _stepping(app, sessions)
    _owning(app, sessions)


def _showing(app: App, sessions: Sessions) -> None:
    @app.action(actions_view.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            found = step_rules.read(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=actions_view.shown(found))
        ack()

    @app.action(actions_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            found = step_rules.look(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=actions_view.shown(found, number))
        ack()


def _adding(app: App, sessions: Sessions) -> None:
    @app.action(actions_view.NEW)
    def new(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = add_rules.begin(session, actor(session, body), clicked(action))
        view = actions_view.adding(form)
        if form.recommendation is None:
            opening(body, client)(trigger_id=body["trigger_id"], view=view)
        else:  # in place of the list, which comes back with the action
            at = shown(body)
            client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()

    @app.view(actions_view.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            add_rules.begin(session, actor(session, body), form.record_id)
        user_id = form.text(PERSON)
        profile = chosen(client, body, user_id) if user_id else None
        with sessions.begin() as session:
            who = actor(session, body)
            action_id = add_rules.add(session, who, form.record_id, record(form.seen), form.texts, profile)
            action, moment = actions.one(session, action_id), now(session)
            found = recommendations.show(session, who, action.cycle_id) if action.recommendation_id else None
            hub = discussion.discussion(session, who, form.record_id) if not found and below(body) else None
        if found:
            notice = f"Action {action.number} is added."
            ack(response_action="update", view=recommendations_view.listed(found, notice=notice))
        else:
            closing(ack, client, body, discussion_view.discussion(hub) if hub else actions_view.added(action, moment))


def _stepping(app: App, sessions: Sessions) -> None:
    @app.action(actions_view.STEP)
    def step(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = step_rules.begin(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=step_view.stepping(form))
        ack()

    @app.view(step_view.STEPPED)
    def stepped(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            action = step_rules.step(session, who, form.record_id, form.texts)
            found: parts.View
            if isinstance(action, Stepping):
                found = step_view.stepping(action)
            else:
                found = actions_view.shown(step_rules.look(session, who, action.id), notice="Saved.")
        ack(response_action="update", view=found)


def _owning(app: App, sessions: Sessions) -> None:
    @app.action(actions_view.OWN)
    def own(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = reassign.begin(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=reassign_view.owning(form))
        ack()

    @app.view(reassign_view.OWNED)
    def owned(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            reassign.check(session, actor(session, body), form.record_id)
        user_id = form.text(PERSON)
        profile = chosen(client, body, user_id) if user_id else None
        with sessions.begin() as session:
            who = actor(session, body)
            action = reassign.pass_on(session, who, form.record_id, form.texts, profile)
            found: parts.View
            if isinstance(action, Owning):
                found = reassign_view.owning(action)
            else:
                found = actions_view.shown(step_rules.look(session, who, action.id), notice="The owner is changed.")
        ack(response_action="update", view=found)
