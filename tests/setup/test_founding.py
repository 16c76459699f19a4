"""A board sets itself up from an empty database, through the door; nobody touches a terminal."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest
from sqlalchemy import select

from audit.calendar import LONDON
from bot.settings import Settings
from bot.web import register_first_coordinator
from sandbox.sheets import Drive
from sandbox.slack import Workspace
from storage.cycles import Cycle, CycleArea
from storage.engine import Sessions
from storage.people import Agency, Area
from tests.kit.insisting import cut_again_and_again
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import asked, pressed, submitted
from tests.kit.snapshots import Snapshots

COORDINATOR, LEAD, SECOND, OUTSIDER = "U0COORDIN", "U0EDUEAST", "U0EDUNORTH", "U0OUTSIDER"
AGENCIES = "Children's Social Care\nEducation\nPolice, Police\nWellbeing Prevention and Early Help, Early Help"
CASES = (
    "Reference\tArea\tAgencies\r\n"
    "T1-EAST-01\tEast\tCSC / education / POLICE\r\n"
    "T1-EAST-02 \teast\tChildren\u2019s Social Care|Early Help\r\n"
    '"T1-EAST-03"\tEast\tPolice\r\n'
)


@pytest.fixture
def board(
    settings: Settings, sessions: Sessions, workspace: Workspace, drive: Drive, snapshots: Snapshots
) -> Iterator[Play]:
    """The product with nothing in its database; it is Wednesday noon, and the coordinator is named in the settings."""
    named = settings.model_copy(update={"first_coordinator": f"T0SANDBOX1/{COORDINATOR}"})
    with ExitStack() as stack:
        play = Play(named, sessions, workspace, drive, stack, snapshots=snapshots)
        play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
        register_first_coordinator(named, sessions)
        yield play


@pytest.mark.both_databases
def test_fault_04_a_board_sets_itself_up_and_opens_its_first_audit(board: Play) -> None:
    """In Socket Mode, its connections cut at each moment in turn: what failed is done again, and is there once."""
    with cut_again_and_again(board):
        _sets_up(board)
    assert entries(board.sessions, "cycle.set_up")[0].actor == "Coordinator"


def _sets_up(board: Play) -> None:
    _let_in(board)
    _agencies(board)
    _people(board)
    cycle = _cycle(board)
    _places(board, cycle)
    _cases(board, cycle)
    _sheet(board, cycle)
    board.worker()
    assert asked(board, COORDINATOR, "cycle.open", cycle).ok
    assert "is open" in board.modal_text(COORDINATOR)
    board.settled()
    requests = json.dumps(board.person(LEAD).messages(board.person(LEAD).dm))
    assert "T1-EAST-01" in requests
    assert "T1-EAST-02" not in requests
    assert len(board.drive.spreadsheet(board.spreadsheet_id).titles) > 3
    assert board.status().sheets[0].error is None
    assert board.open_return(LEAD, "T1-EAST-01").ok


def _let_in(board: Play) -> None:
    """The one who is named gets in, nobody else; starting again changes nothing."""
    assert board.person(OUTSIDER).open_home().ok
    home = board.person(OUTSIDER).home()
    assert home
    assert "You are not registered for this audit" in json.dumps(home.content)
    assert board.person(COORDINATOR).open_home().ok
    before = rows(board.sessions, but=frozenset({"connections"}))
    register_first_coordinator(board.settings, board.sessions)
    assert rows(board.sessions, but=frozenset({"connections"})) == before
    assert len(before["roles"]) == 1


def _agencies(board: Play) -> None:
    assert asked(board, COORDINATOR, "agencies.show", "all").ok
    assert pressed(board, COORDINATOR, "agencies.add").ok
    wrong = submitted(board, COORDINATOR, lines=f"{AGENCIES}\nFire and Rescue, police")
    assert wrong.shown == "Nothing was saved. Line 5: “police” belongs to Police already."
    assert rows(board.sessions)["agencies"] == []
    assert submitted(board, COORDINATOR, lines=AGENCIES).ok
    _added(board, "4 agencies added")
    assert "in charts and the sheet: CSC" in board.modal_text(COORDINATOR)
    assert pressed(board, COORDINATOR, "areas.add").ok
    assert submitted(board, COORDINATOR, lines="East\nNorth").ok
    _added(board, "2 areas added")
    assert len(rows(board.sessions)["areas"]) == 2


def _added(board: Play, said: str) -> None:
    """Said, or that all is there: to whoever sent it again, as nobody had said it before."""
    text = board.modal_text(COORDINATOR)
    assert said in text or "There was nothing to add: all of these are here already." in text, text


def _people(board: Play) -> None:
    assert asked(board, COORDINATOR, "people.show", "all").ok
    with board.reading() as session:
        agencies = {each.label: each.id for each in session.scalars(select(Agency))}
    for agency, lead in {"Education": LEAD, "Police": "U0POLICE"}.items():
        assert pressed(board, COORDINATOR, "leads.choose").ok
        assert submitted(board, COORDINATOR, agency=agencies[agency]).ok
        assert submitted(board, COORDINATOR, leads_all=[lead]).ok
        assert "Saved for" in board.modal_text(COORDINATOR)
    assert "Education lead, East" in board.modal_text(COORDINATOR), "the name that Slack gave"
    assert pressed(board, COORDINATOR, "officers.edit").ok
    refused = submitted(board, COORDINATOR, coordinators=[])
    assert "at least one coordinator" in (refused.shown or refused.body)
    assert submitted(board, COORDINATOR, coordinators=[COORDINATOR], chairs=["U0CHAIR"]).ok
    assert "Chair" in board.modal_text(COORDINATOR)


def _cycle(board: Play) -> str:
    assert asked(board, COORDINATOR, "cycle.new", "all").ok
    answers = {
        "title": "Audit 1, Neglect", "theme": "Neglect", "origin": "An inspection.", "due": "2026-03-18",
        "sub_group_channel": "C0SUBGROUP",
    }  # fmt: skip
    past = submitted(board, COORDINATOR, **(answers | {"due": "2026-03-03"}))
    assert past.shown == "That day has passed. Please choose a later one."
    first = board.modal(COORDINATOR)
    assert submitted(board, COORDINATOR, **answers).ok
    assert "*Audit 1, Neglect* is saved." in board.modal_text(COORDINATOR)
    with board.reading() as session:
        cycle = session.scalars(select(Cycle)).one()
    assert cycle.id == first.content["private_metadata"]
    board.close_modal(COORDINATOR)
    assert asked(board, COORDINATOR, "cycle.open", cycle.id).ok
    assert "it has no meeting and audit channel yet" in board.modal_text(COORDINATOR)
    return cycle.id


def _places(board: Play, cycle: str) -> None:
    assert asked(board, COORDINATOR, "places.show", cycle).ok
    with board.reading() as session:
        areas = {each.label: each.id for each in session.scalars(select(Area))}
    assert pressed(board, COORDINATOR, "place.new").ok
    answers = {"area": areas["East"], "channel": "C0AUDITEAST", "day": "2026-03-17", "at": "14:30", "quota": "3"}
    early = submitted(board, COORDINATOR, **answers)
    assert early.shown == "Returns are due on Wed 18 Mar 2026, after the meeting on Tue 17 Mar 2026."
    assert submitted(board, COORDINATOR, **(answers | {"day": "2026-03-25"})).ok
    assert "Wed 25 Mar, 2:30 pm (15 working days left)" in board.modal_text(COORDINATOR)
    assert pressed(board, COORDINATOR, "place.new").ok
    assert submitted(board, COORDINATOR, area=areas["North"], channel="C0AUDITNORTH").ok  # on East's day
    with board.reading() as session:
        assert len({place.meeting_id for place in session.scalars(select(CycleArea))}) == 1
    shown = board.modal(COORDINATOR).content["blocks"]
    assert isinstance(shown, list)
    block = next(each for each in shown if "*North*" in json.dumps(each))
    assert pressed(board, COORDINATOR, "place.edit", block["block_id"]).ok
    assert pressed(board, COORDINATOR, "place.remove").ok
    assert len(rows(board.sessions)["cycle_areas"]) == 1


def _cases(board: Play, cycle: str) -> None:
    assert asked(board, COORDINATOR, "cases.paste", cycle).ok
    assert submitted(board, COORDINATOR, lines=CASES + "T1-WEST-01\tWest\tCSC\n=A1\tEast\tCSC\n").ok
    text = board.modal_text(COORDINATOR)
    assert "*Line 5:* there is no area “West”." in text
    assert "*Line 6:* it holds a formula" in text
    assert rows(board.sessions)["cases"] == []
    assert submitted(board, COORDINATOR, lines=CASES).ok
    assert "3 cases will be added" in board.modal_text(COORDINATOR)
    assert rows(board.sessions)["cases"] == []
    assert submitted(board, COORDINATOR).ok
    assert "3 cases are in Audit 1, Neglect now" in board.modal_text(COORDINATOR)
    assert len(rows(board.sessions)["returns"]) == 6


def _sheet(board: Play, cycle: str) -> None:
    assert asked(board, COORDINATOR, "sheet.address", cycle).ok
    assert "as Editor" in board.modal_text(COORDINATOR)
    assert "address of a Google Sheet" in (submitted(board, COORDINATOR, address="https://example.org").shown or "")
    address = f"https://docs.google.com/spreadsheets/d/{board.spreadsheet_id}/edit#gid=0"
    assert submitted(board, COORDINATOR, address=address).ok
    assert "has its sheet" in board.modal_text(COORDINATOR)
