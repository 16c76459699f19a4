"""Agencies and areas."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit.people import agencies
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views.forms import Form
from views.parts import count_of
from views.people import agencies as agencies_view


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of agencies and areas, its pages, and the forms that change it."""
    _listing(app, sessions)
    _adding(app, sessions)
    _renaming(app, sessions)


def _listing(app: App, sessions: Sessions) -> None:
    @app.action(agencies_view.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            territory = agencies.territory(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=agencies_view.listed(territory))
        ack()

    @app.action(agencies_view.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            territory = agencies.territory(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=agencies_view.listed(territory, number))
        ack()


def _adding(app: App, sessions: Sessions) -> None:
    @app.action(agencies_view.ADD)
    def add(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            agencies.territory(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=agencies_view.adding())
        ack()

    @app.view(agencies_view.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            added = agencies.add_agencies(session, who, form.texts.get("lines", ""))
            session.flush()
            territory = agencies.territory(session, who)
        notice = f"{count_of(added, 'agency', 'agencies')} added."
        ack(response_action="update", view=agencies_view.listed(territory, notice=notice))

    @app.action(agencies_view.ADD_AREAS)
    def add_areas(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            agencies.territory(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=agencies_view.adding_areas())
        ack()

    @app.view(agencies_view.SAVE_AREAS)
    def save_areas(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            added = agencies.add_areas(session, who, form.texts.get("lines", ""))
            session.flush()
            territory = agencies.territory(session, who)
        ack(response_action="update", view=agencies_view.listed(territory, notice=f"{count_of(added, 'area')} added."))


def _renaming(app: App, sessions: Sessions) -> None:
    @app.action(agencies_view.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            agency = agencies.agency(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=agencies_view.renaming(agency))
        ack()

    @app.view(agencies_view.RENAME)
    def rename(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            agency = agencies.rename_agency(session, who, form.record_id, form.text("label"), form.text("short_label"))
            session.flush()
            territory = agencies.territory(session, who)
        ack(response_action="update", view=agencies_view.listed(territory, notice=f"Saved: {agency.label}."))

    @app.action(agencies_view.EDIT_AREA)
    def edit_area(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            area = agencies.area(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=agencies_view.renaming_area(area))
        ack()

    @app.view(agencies_view.RENAME_AREA)
    def rename_area(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            area = agencies.rename_area(session, who, form.record_id, form.text("label"))
            session.flush()
            territory = agencies.territory(session, who)
        ack(response_action="update", view=agencies_view.listed(territory, notice=f"Saved: {area.label}."))
