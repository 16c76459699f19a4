"""Agencies and areas."""

from slack_bolt import Ack, App
from slack_sdk import WebClient

from audit import agencies as rules
from handlers.edge import Body, actor, clicked, opening, page, shown
from storage.engine import Sessions
from views import agencies as views
from views.forms import Form
from views.parts import count_of


def register(app: App, sessions: Sessions) -> None:
    """Listen for the list of agencies and areas, its pages, and the forms that change it."""
    _listing(app, sessions)
    _adding(app, sessions)
    _renaming(app, sessions)


def _listing(app: App, sessions: Sessions) -> None:
    @app.action(views.SHOW)
    def show(ack: Ack, body: Body, client: WebClient) -> None:
        with sessions.reading() as session:
            territory = rules.territory(session, actor(session, body))
        opening(body, client)(trigger_id=body["trigger_id"], view=views.listed(territory))
        ack()

    @app.action(views.PAGE)
    def turn(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at, number = shown(body), page(action)
        with sessions.reading() as session:
            territory = rules.territory(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.listed(territory, number))
        ack()


def _adding(app: App, sessions: Sessions) -> None:
    @app.action(views.ADD)
    def add(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            rules.territory(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.adding())
        ack()

    @app.view(views.SAVE)
    def save(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            added = rules.add_agencies(session, who, form.texts.get("lines", ""))
            session.flush()
            territory = rules.territory(session, who)
        notice = f"{count_of(added, 'agency', 'agencies')} added."
        ack(response_action="update", view=views.listed(territory, notice=notice))

    @app.action(views.ADD_AREAS)
    def add_areas(ack: Ack, body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            rules.territory(session, actor(session, body))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.adding_areas())
        ack()

    @app.view(views.SAVE_AREAS)
    def save_areas(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            added = rules.add_areas(session, who, form.texts.get("lines", ""))
            session.flush()
            territory = rules.territory(session, who)
        ack(response_action="update", view=views.listed(territory, notice=f"{count_of(added, 'area')} added."))


def _renaming(app: App, sessions: Sessions) -> None:
    @app.action(views.EDIT)
    def edit(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            agency = rules.agency(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.renaming(agency))
        ack()

    @app.view(views.RENAME)
    def rename(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            agency = rules.rename_agency(session, who, form.record_id, form.text("label"), form.text("short_label"))
            session.flush()
            territory = rules.territory(session, who)
        ack(response_action="update", view=views.listed(territory, notice=f"Saved: {agency.label}."))

    @app.action(views.EDIT_AREA)
    def edit_area(ack: Ack, action: dict[str, object], body: Body, client: WebClient) -> None:
        at = shown(body)
        with sessions.reading() as session:
            area = rules.area(session, actor(session, body), clicked(action))
        client.views_update(view_id=at.view_id, hash=at.hash, view=views.renaming_area(area))
        ack()

    @app.view(views.RENAME_AREA)
    def rename_area(ack: Ack, view: dict[str, object], body: Body) -> None:
        form = Form.read(view)
        with sessions.begin() as session:
            who = actor(session, body)
            area = rules.rename_area(session, who, form.record_id, form.text("label"))
            session.flush()
            territory = rules.territory(session, who)
        ack(response_action="update", view=views.listed(territory, notice=f"Saved: {area.label}."))
