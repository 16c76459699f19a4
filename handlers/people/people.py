"""People and their roles."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.people import people, roles
from handlers.directory import profiles
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.forms import Form
from views.people import people as people_view
from views.people import roles as roles_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of people, its pages, somebody leaving, and the forms in which roles are given."""
    _listing(app, sessions)
    _leaving(app, sessions)
    _officers(app, sessions)
    _leads(app, sessions)


def _listing(app: App, sessions: Sessions) -> None:
    @app.action(people_view.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            everybody = people.everybody(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=people_view.listed(everybody))
        ack()

    @app.action(people_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            everybody = people.everybody(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=people_view.listed(everybody, number))
        ack()


def _leaving(app: App, sessions: Sessions) -> None:
    @app.action(people_view.END)
    def end(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            person, losses = roles.leaving(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=people_view.leaving(person, losses))
        ack()

    @app.view(people_view.LEAVE)
    def leave(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            person = roles.leave(session, who, form.record_id)
            session.flush()
            everybody = people.everybody(session, who)
        ack(
            response_action="update",
            view=people_view.listed(everybody, notice=f"{person.label} has no access any more."),
        )


def _officers(app: App, sessions: Sessions) -> None:
    @app.action(people_view.OFFICERS)
    def edit(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            choosing = roles.officers(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=roles_view.officers(choosing))
        ack()

    @app.view(roles_view.SAVE_OFFICERS)
    def save(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:
            strangers = people.strangers(session, actor(session, body), roles_view.everybody(form))
        told = profiles(client, body, strangers)
        with sessions.begin() as session:
            who = actor(session, body)
            choosing = roles.officers(session, who)
            choosing = roles.choose(
                session, who, choosing, roles_view.chosen_officers(form), profiles=told, seen=form.seen
            )
            session.flush()
            everybody = people.everybody(session, who)
        shown_next = roles_view.officers(choosing)
        if choosing.saved:
            shown_next = people_view.listed(everybody, notice=roles_view.told(choosing))
        ack(response_action="update", view=shown_next)


def _leads(app: App, sessions: Sessions) -> None:
    @app.action(people_view.LEADS)
    def choose(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            agencies = roles.agencies(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=roles_view.agencies(agencies))
        ack()

    @app.view(roles_view.NEXT)
    def edit(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.reading() as session:
            choosing = roles.answering(session, actor(session, body), form.text(roles_view.AGENCY))
        ack(response_action="update", view=roles_view.answering(choosing))

    @app.view(roles_view.SAVE_LEADS)
    def save(ack: Ack, view: dict[str, object], body: Body, client: WebClient) -> None:
        form = Form.read(view)
        with sessions.reading() as session:
            strangers = people.strangers(session, actor(session, body), roles_view.everybody(form))
        told = profiles(client, body, strangers)
        with sessions.begin() as session:
            who = actor(session, body)
            choosing = roles.answering(session, who, form.record_id)
            chosen = roles_view.chosen_answering(form, choosing)
            choosing = roles.choose(session, who, choosing, chosen, profiles=told, seen=form.seen)
            session.flush()
            everybody = people.everybody(session, who)
        shown_next = roles_view.answering(choosing)
        if choosing.saved:
            shown_next = people_view.listed(everybody, notice=roles_view.told(choosing))
        ack(response_action="update", view=shown_next)
