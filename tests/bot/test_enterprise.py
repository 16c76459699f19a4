"""Slack's Enterprise organisations: one identity for a person on every kind of request; one workspace for the app."""

import json
from typing import Any

from sqlalchemy import select

from sandbox.faults import Fault
from storage.people import Agency, Person, Workspace
from storage.returns import Return
from tests.kit.forging import click, command, home_opened, send
from tests.kit.nights import look
from tests.kit.play import Play
from tests.kit.pressing import asked, pressed, submitted
from views.slack_refusals import EVERYWHERE

LEAD, COORDINATOR, NEW, HERE, OTHER = "U0EDUEAST", "U0COORDIN", "U0OUTSIDER", "T0SANDBOX1", "T0OTHER"
NOT_REGISTERED = "You are not registered"


def of_organisation(payload: dict[str, Any], workspace: str = OTHER) -> dict[str, Any]:
    """A click as it comes from a workspace of an organisation: it names any one workspace of the person's."""
    return payload | {
        "team": {"id": HERE, "enterprise_id": "E0ORG"},
        "user": payload["user"] | {"team_id": workspace},
        "enterprise": {"id": "E0ORG"},
    }


def a_return(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Return.id)).first() or ""


def test_who_clicks_is_who_commands_and_looks_at_home(play: Play) -> None:
    play.load()
    opening = click(LEAD, "return.open", a_return(play))
    assert send(play.workspace, of_organisation(opening)).ok
    assert NOT_REGISTERED not in play.modal_text(LEAD)
    assert NOT_REGISTERED not in send(play.workspace, command(LEAD)).body
    stranger = opening | {"user": {"id": LEAD, "team_id": OTHER}}
    assert send(play.workspace, stranger).ok
    assert NOT_REGISTERED in play.modal_text(LEAD), "outside an organisation that is somebody else"


def test_a_person_of_whom_slack_names_no_workspace_is_of_the_one_that_asks(play: Play) -> None:
    play.load(opened=False)
    user = {
        "id": NEW,
        "deleted": False,
        "real_name": "Education lead, West",
        "enterprise_user": {"id": NEW, "enterprise_id": "E0ORG", "teams": [OTHER, HERE]},
    }
    play.workspace.faults.add(
        Fault(r"users\.info", times=None, status=200, body=json.dumps({"ok": True, "user": user}))
    )
    with play.reading() as session:
        agency_id = session.scalars(select(Agency.id).where(Agency.label == "Education")).one()
    assert asked(play, COORDINATOR, "people.show", "all").ok
    assert pressed(play, COORDINATOR, "leads.choose").ok
    assert submitted(play, COORDINATOR, agency=agency_id).ok
    assert submitted(play, COORDINATOR, leads_all=[NEW]).ok
    with play.reading() as session:
        found = session.execute(
            select(Person.label, Workspace.team_id).join(Workspace).where(Person.user_id == NEW)
        ).all()
    assert [tuple(each) for each in found] == [("Education lead, West", HERE)]
    assert send(play.workspace, of_organisation(click(NEW, "return.open", a_return(play)))).ok
    assert NOT_REGISTERED not in play.modal_text(NEW)
    play.workspace.faults.clear()
    gone = Fault(r"users\.info", times=1, status=200, body=json.dumps({"ok": True, "user": user | {"deleted": True}}))
    play.workspace.faults.add(gone)
    account = user | {"team_id": OTHER, "deleted": True}
    assert play.workspace.sender.event({"type": "user_change", "user": account, "event_ts": "1.2"}).ok
    look(play)
    with play.reading() as session:
        assert not session.scalars(select(Person.active).where(Person.user_id == NEW)).one()


def test_an_app_that_is_installed_everywhere_says_so_and_does_nothing(play: Play) -> None:
    play.load()
    assert send(play.workspace, click(LEAD, "return.open", a_return(play)) | {"is_enterprise_install": True}).ok
    assert EVERYWHERE in play.modal_text(LEAD)
    assert EVERYWHERE in send(play.workspace, command(LEAD) | {"is_enterprise_install": "true"}).body
    assert send(play.workspace, home_opened(LEAD) | {"authorizations": [{"is_enterprise_install": True}]}).ok
    home = play.person(LEAD).home()
    assert home is not None
    assert EVERYWHERE in json.dumps(home.content, ensure_ascii=False)
