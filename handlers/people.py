"""People and their roles."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import people, roles
from handlers.directory import profiles
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views import people as views
from views import roles as role_views
from views.forms import Form


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of people, its pages, somebody leaving, and the forms in which roles are given."""
    _listing(app, sessions)
    _leaving(app, sessions)
    _officers(app, sessions)
    _leads(app, sessions)


def _listing(app: App, sessions: Sessions) -> None:
    @app.action(views.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            everybody = people.everybody(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.listed(everybody))
        ack()

    @app.action(views.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            everybody = people.everybody(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.listed(everybody, number))
        ack()


def _leaving(app: App, sessions: Sessions) -> None:
    @app.action(views.END)
    def end(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            person, losses = roles.leaving(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.leaving(person, losses))
        ack()

    @app.view(views.LEAVE)
    def leave(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            person = roles.leave(session, who, form.record_id)
            session.flush()
            everybody = people.everybody(session, who)
        ack(response_action="update", view=views.listed(everybody, notice=f"{person.label} has no access any more."))


def _officers(app: App, sessions: Sessions) -> None:
    @app.action(views.OFFICERS)
    def edit(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            choosing = roles.officers(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=role_views.officers(choosing))
        ack()

    @app.view(role_views.SAVE_OFFICERS)
    def save(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:
            strangers = people.strangers(session, actor(session, body), role_views.everybody(form))
        told = profiles(client, body, strangers)
        with sessions.begin() as session:
            who = actor(session, body)
            choosing = roles.officers(session, who)
            choosing = roles.choose(
                session, who, choosing, role_views.chosen_officers(form), profiles=told, seen=form.seen
            )
            session.flush()
            everybody = people.everybody(session, who)
        shown_next = role_views.officers(choosing)
        if choosing.saved:
            shown_next = views.listed(everybody, notice=role_views.told(choosing))
        ack(response_action="update", view=shown_next)


def _leads(app: App, sessions: Sessions) -> None:
    @app.action(views.LEADS)
    def choose(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            agencies = roles.agencies(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=role_views.agencies(agencies))
        ack()

    @app.view(role_views.NEXT)
    def edit(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.reading() as session:
            choosing = roles.answering(session, actor(session, body), form.text(role_views.AGENCY))
        ack(response_action="update", view=role_views.answering(choosing))

    @app.view(role_views.SAVE_LEADS)
    def save(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:
            strangers = people.strangers(session, actor(session, body), role_views.everybody(form))
        told = profiles(client, body, strangers)
        with sessions.begin() as session:
            who = actor(session, body)
            choosing = roles.answering(session, who, form.record_id)
            chosen = role_views.chosen_answering(form, choosing)
            choosing = roles.choose(session, who, choosing, chosen, profiles=told, seen=form.seen)
            session.flush()
            everybody = people.everybody(session, who)
        shown_next = role_views.answering(choosing)
        if choosing.saved:
            shown_next = views.listed(everybody, notice=role_views.told(choosing))
        ack(response_action="update", view=shown_next)
