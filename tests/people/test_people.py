"""People and roles through the door: who is let in, who loses what, and what a replaced lead still sees."""

import json

import pytest
from sqlalchemy import select

from audit.errors import Refused
from audit.people import people
from sandbox.faults import Fault
from sandbox.slack.model import Channel, Team
from storage.people import Agency, Area, Person, Role, RoleKind, Workspace
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import acting, asked, pressed, submitted

COORDINATOR, OLD, NEW, STRANGER = "U0COORDIN", "U0EDUEAST", "U0OUTSIDER", "U0ABROAD"


def _leads(play: Play, agency: str) -> dict[str, str]:
    """Open the form of an agency's leads and deputies; the areas' ids by label."""
    with play.reading() as session:
        found = session.scalars(select(Agency.id).where(Agency.label == agency)).one()
        areas = {each.label: each.id for each in session.scalars(select(Area))}
    assert asked(play, COORDINATOR, "people.show", "all").ok
    assert pressed(play, COORDINATOR, "leads.choose").ok
    assert submitted(play, COORDINATOR, agency=found).ok
    return areas


def _dm(play: Play, user: str) -> str:
    return json.dumps(play.person(user).messages(play.person(user).dm), ensure_ascii=False)


def test_a_lead_is_replaced_while_the_audit_is_open(drawn: Play) -> None:
    east = _leads(drawn, "Education")["East"]
    blocks = {
        block["block_id"].partition("__")[0]: block["element"].get("initial_users")
        for block in drawn.modal(COORDINATOR).content["blocks"]  # type: ignore[attr-defined]
        if block["type"] == "input"
    }
    assert blocks[f"leads_{east}"] == [OLD]
    assert blocks["leads_all"] is None
    before = rows(drawn.sessions)
    assert submitted(drawn, COORDINATOR, **{f"leads_{east}": [NEW], f"deputies_{east}": []}).ok
    preview = drawn.modal_text(COORDINATOR)
    assert "Education lead, East* · Agency lead: Education (East): 5 returns not sent yet" in preview
    assert "Education deputy, East* · Deputy: Education (East)" in preview
    assert "Nobody else" not in preview
    assert rows(drawn.sessions) == before
    assert submitted(drawn, COORDINATOR).ok
    assert "Saved for Education" in drawn.modal_text(COORDINATOR)
    drawn.settled()
    assert "T2-EAST-03" in _dm(drawn, NEW)
    assert "T2-EAST-03" not in _dm(drawn, OLD)
    assert drawn.open_return(NEW, "T2-EAST-03").ok
    refused = asked(drawn, OLD, "return.open", _a_return(before))
    assert refused.ok
    assert "others answer for it" in drawn.modal_text(OLD)
    assert [each.detail.split()[0] for each in entries(drawn.sessions, "role.end")] == ["agency_lead", "deputy"]


def _a_return(before: dict[str, list[tuple[object, ...]]]) -> str:
    return str(before["returns"][0][0])


def test_names_come_from_slack_and_people_of_another_workspace_are_theirs(play: Play) -> None:
    play.load(opened=False)
    play.workspace.teams["T0PARTNER"] = Team("T0PARTNER", "Partner", "partner")
    play.workspace.add_user(id=STRANGER, team_id="T0PARTNER", name="abroad", real_name="Health deputy, abroad")
    play.workspace.channels["C0AUDITEAST"].members.append(STRANGER)
    _leads(play, "Health Providers")
    before = rows(play.sessions)
    assert submitted(play, COORDINATOR, deputies_all=[STRANGER], leads_all=["U0HEALTH", NEW]).ok
    told = play.modal_text(COORDINATOR)
    assert "*Health deputy, abroad* is of another organisation. The app may not be able to write to them, nor" in told
    assert "*Outsider*" not in told
    assert rows(play.sessions) == before, "first it is shown"
    assert submitted(play, COORDINATOR).ok
    assert "*Health deputy, abroad* · is of another organisation" in play.modal_text(COORDINATOR)
    with play.reading() as session:
        found = session.execute(
            select(Person.label, Workspace.team_id).join(Workspace).where(Person.user_id.in_([STRANGER, NEW]))
        ).all()
        assert sorted(map(tuple, found)) == [("Health deputy, abroad", "T0PARTNER"), ("Outsider", "T0SANDBOX1")]
    guest = play.workspace.add_user(id="U0GUEST", team_id="T0SANDBOX1", name="guest", real_name="Chair, elsewhere")
    guest.is_restricted = guest.is_ultra_restricted = True
    assert pressed(play, COORDINATOR, "officers.edit").ok
    assert submitted(play, COORDINATOR, coordinators=[COORDINATOR, "U0GUEST"]).ok
    told = play.modal_text(COORDINATOR)
    assert "*Chair, elsewhere* is a guest in one channel of this workspace" in told
    assert "As a coordinator they will see everything" in told
    play.close_modal(COORDINATOR)
    stranger = play.workspace.add_user(id="U0FAR", team_id="T0PARTNER", name="far", real_name="Far away")
    play.workspace.add_user(id="U0BOT", team_id="T0SANDBOX1", name="bot", real_name="Some app", is_bot=True)
    met = Channel("C0ELSEWHERE", "elsewhere", COORDINATOR, is_private=True, members=[COORDINATOR, stranger.id])
    play.workspace.channels[met.id] = met
    before = rows(play.sessions)
    _leads(play, "Police")
    assert submitted(play, COORDINATOR, leads_all=["U0POLICE", "U0BOT"]).ok
    assert "Some app is an app, not a person" in play.modal_text(COORDINATOR)
    _leads(play, "Police")
    assert submitted(play, COORDINATOR, leads_all=["U0POLICE", stranger.id]).ok
    assert "in no channel that the app is in" in play.modal_text(COORDINATOR)
    assert rows(play.sessions) == before


def test_where_slack_says_nothing_of_somebody_they_are_called_by_their_id(play: Play) -> None:
    play.load(opened=False)
    play.workspace.add_user(id="U0CSCNEW", team_id="T0SANDBOX1", name="new", real_name="New")
    play.workspace.faults.add(Fault("users.info", times=None, status=500))
    _leads(play, "Police")
    assert submitted(play, COORDINATOR, leads_all=["U0POLICE", NEW]).ok
    assert f"*{NEW}*" in play.modal_text(COORDINATOR)
    assert pressed(play, COORDINATOR, "officers.edit").ok
    assert "who these coordinators are" in (submitted(play, COORDINATOR, coordinators=["U0CSCNEW"]).shown or "")
    play.workspace.faults.clear()
    _leads(play, "Police")
    assert submitted(play, COORDINATOR, leads_all=["U0POLICE", NEW]).ok
    assert "*Outsider*" in play.modal_text(COORDINATOR)


@pytest.mark.both_databases
def test_somebody_always_coordinates_and_who_leaves_is_out_at_once(play: Play) -> None:
    play.load()
    who = acting(play, COORDINATOR)
    with play.reading() as session:
        ids = {each.user_id: each.id for each in session.scalars(select(Person))}
        with pytest.raises(Refused, match="at least one coordinator"):
            people.require_somebody_else(session, who.person_id)
    assert asked(play, COORDINATOR, "people.show", "all").ok
    block = next(
        each
        for each in play.modal(COORDINATOR).content["blocks"]  # type: ignore[attr-defined]
        if ids["U0POLICE"] in json.dumps(each)
    )
    assert pressed(play, COORDINATOR, "person.end", block["block_id"]).ok
    told = play.modal_text(COORDINATOR)
    assert "Agency lead: Police: 15 returns not sent yet. ⚠️ Nobody else answers for 15 of them" in told
    assert submitted(play, COORDINATOR).ok
    assert "Police lead no longer has access" in play.modal_text(COORDINATOR)
    assert play.person("U0POLICE").open_home().ok
    home = play.person("U0POLICE").home()
    assert home
    assert "You are not registered" in json.dumps(home.content)
    with play.reading() as session:
        held = session.scalars(select(Role).where(Role.person_id == ids["U0POLICE"])).all()
    assert [each.kind for each in held if each.until is None] == []
    assert len(entries(play.sessions, "person.leave")) == 1
    assert RoleKind.AGENCY_LEAD in held[0].kind
