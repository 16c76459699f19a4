"""Actions: showing one, adding one, saying how it stands, and who owns it from now on."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import action_forms, action_steps, meetings, ownership, recommendations
from audit import actions as rules
from audit.action_steps import Stepping
from audit.ownership import Owning
from audit.strangers import PERSON
from handlers.directory import chosen
from handlers.edge import Body, actor, below, clicked, closing, opening, page, record, shown
from storage.clock import now
from storage.engine import Sessions
from views import action_steps as step_views
from views import actions as views
from views import discussions, parts
from views import ownership as ownership_views
from views import recommendations as recommendation_views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the buttons and the forms."""
    _showing(app, sessions)
    _adding(app, sessions)
    _stepping(app, sessions)
    _owning(app, sessions)


def _showing(app: App, sessions: Sessions) -> None:
    @app.action(views.SHOW)
    def show(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.begin() as session:  # a reading is recorded
            found = action_steps.read(session, actor(session, body), clicked(action))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.shown(found))
        ack()

    @app.action(views.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            found = action_steps.look(session, actor(session, body), at.record_id)
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.shown(found, number))
        ack()


def _adding(app: App, sessions: Sessions) -> None:
    @app.action(views.NEW)
    def new(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            form = action_forms.begin(session, actor(session, body), clicked(action))
        view = views.adding(form)
        if form.recommendation is None:
            opening(body, client)(trigger_id=body["trigger_id"], view=view)
        else:  # in place of the list, which comes back with the action
            at = shown(body)
            client.views_update(view_id=at.view_id, hash=at.hash, view=view)
        ack()

    @app.view(views.ADD)
    def add(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            action_forms.begin(session, actor(session, body), form.record_id)
        user_id = form.text(PERSON)
        profile = chosen(client, body, user_id) if user_id else None
        with sessions.begin() as session:
            who = actor(session, body)
            action_id = action_forms.add(session, who, form.record_id, record(form.seen), form.texts, profile)
            action, moment = rules.one(session, action_id), now(session)
            found = recommendations.show(session, who, action.cycle_id) if action.recommendation_id else None
            hub = meetings.discussion(session, who, form.record_id) if not found and below(body) else None
        if found:
            notice = f"Action {action.number} is added."
            ack(response_action="update", view=recommendation_views.listed(found, notice=notice))
        else:
            closing(ack, client, body, discussions.discussion(hub) if hub else views.added(action, moment))


def _stepping(app: App, sessions: Sessions) -> None:
    @app.action(views.STEP)
    def step(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = action_steps.begin(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=step_views.stepping(form))
        ack()

    @app.view(step_views.STEPPED)
    def stepped(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            action = action_steps.step(session, who, form.record_id, form.texts)
            found: parts.View
            if isinstance(action, Stepping):
                found = step_views.stepping(action)
            else:
                found = views.shown(action_steps.look(session, who, action.id), notice="Saved.")
        ack(response_action="update", view=found)


def _owning(app: App, sessions: Sessions) -> None:
    @app.action(views.OWN)
    def own(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            form = ownership.begin(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=ownership_views.owning(form))
        ack()

    @app.view(ownership_views.OWNED)
    def owned(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:  # before Slack is asked about anybody
            ownership.check(session, actor(session, body), form.record_id)
        user_id = form.text(PERSON)
        profile = chosen(client, body, user_id) if user_id else None
        with sessions.begin() as session:
            who = actor(session, body)
            action = ownership.pass_on(session, who, form.record_id, form.texts, profile)
            found: parts.View
            if isinstance(action, Owning):
                found = ownership_views.owning(action)
            else:
                found = views.shown(action_steps.look(session, who, action.id), notice="The owner is changed.")
        ack(response_action="update", view=found)
