"""Sheets of one agency and of one area, lent beside the whole audit's own."""

import json

import pytest
from sqlalchemy import select, update

from audit.errors import Refused
from audit.sheet import state
from sandbox.faults import Fault
from sandbox.sheets import BOT, Person
from sheets.errors import SheetsRefused
from storage.cases import Involvement
from storage.clock import wall
from storage.people import Agency, Area
from storage.sheet_state import SheetState
from tests.kit import managing, pressing
from tests.kit.forging import second_thought, send, submission
from tests.kit.judging import REFERENCE, answered, ratified, released
from tests.kit.looking import entries
from tests.kit.play import GRADED, Play
from tests.kit.pressing import acting, pressed, submitted
from tests.kit.sheet_talk import COORDINATOR, asked, morning, redrawn, told

TABS = ["Read me", "Status", "Returns", "Actions", "What changed", "As ratified", "Sheet1"]
WHY = str(GRADED["why"])


def made(play: Play, title: str) -> str:
    return play.drive.create_spreadsheet(title, share_with=(BOT,))


def lend(play: Play, label: str, spreadsheet_id: str, **answers: str) -> str:
    """Lend a sheet from the audit's own, as a coordinator does; what is said then."""
    assert pressing.asked(play, COORDINATOR, "sheet.show", managing.cycle(play).id).ok
    assert pressed(play, COORDINATOR, "sheet.others").ok
    assert pressed(play, COORDINATOR, "sheet.lending").ok
    with play.reading() as session:
        labelled = select(Agency.id).where(Agency.label == label).union(select(Area.id).where(Area.label == label))
        [to] = session.scalars(labelled)
    sent = submitted(play, COORDINATOR, to=to, address=spreadsheet_id, **answers)
    return play.modal_text(COORDINATOR) if "errors" not in sent.body else sent.body


def sheet_of(play: Play, spreadsheet_id: str) -> str:
    with play.reading() as session:
        return session.scalars(select(SheetState.id).where(SheetState.spreadsheet_id == spreadsheet_id)).one()


def everything(play: Play, spreadsheet_id: str) -> str:
    look = play.drive.spreadsheet(spreadsheet_id)
    return json.dumps({title: look.grid(title) for title in look.titles}, ensure_ascii=False)


@pytest.mark.both_databases
def test_an_agencys_sheet_is_lent_shows_its_own_alone_and_is_taken_back(drawn: Play) -> None:
    answered(drawn, "Police", "Probation")
    theirs = made(drawn, "For the Police")
    assert "Audit 2, Police, has its sheet" in lend(drawn, "Police", theirs, reflections="yes")
    drawn.settled()
    look = drawn.drive.spreadsheet(theirs)
    assert look.titles == TABS
    header, *rows = look.grid("Returns")
    assert {row[header.index("Agency")] for row in rows} == {"Police"}
    assert [row[header.index("Why this grade")] for row in rows if row[2] == REFERENCE] == [WHY]
    said = everything(drawn, theirs)
    with drawn.reading() as session:
        others = set(session.scalars(select(Agency.label))) - {"Police"}
    assert not [label for label in others if label in said]
    assert not [row for row in look.grid("Read me") if {"Generation", "Pending", "Trail"} & set(row)], (
        "these count others' doings"
    )
    assert "Probation" in everything(drawn, drawn.spreadsheet_id)
    assert "the sheet shows the database" in asked(drawn, "sheet", "diff", "2", "--for", "police")
    assert [entry.detail for entry in entries(drawn.sessions, "sheet.bind")][-1] == "Police"

    refused_to_others(drawn, theirs)
    sheet_id = sheet_of(drawn, theirs)
    told_by_its_name(drawn, theirs, sheet_id)
    taken_back(drawn, theirs, sheet_id)


def refused_to_others(drawn: Play, theirs: str) -> None:
    """One spreadsheet shows one sheet; and what is no concern of the Police isn't drawn for them."""
    for label, address in (("Probation", theirs), ("Probation", drawn.spreadsheet_id)):
        assert "That spreadsheet already" in lend(drawn, label, address)
        drawn.close_modal(COORDINATOR)
    with pytest.raises(SheetsRefused, match="what somebody else sees of one"):
        asked(drawn, "sheet", "bind", "2", theirs)

    with drawn.reading() as session:
        before = {sheet.id: sheet.wanted for sheet in session.scalars(select(SheetState))}
    answered(drawn, "Education")  # which is no concern of the Police
    drawn.settled()
    with drawn.reading() as session:
        risen = {sheet.id for sheet in session.scalars(select(SheetState)) if sheet.wanted > before[sheet.id]}
    assert risen == {managing.cycle(drawn).id}


def told_by_its_name(drawn: Play, theirs: str, sheet_id: str) -> None:
    """What people do in it, and who can open it, is told of this sheet and of no other."""
    Person(drawn.drive, theirs).type("Returns", "G3", "Mine")
    drawn.drive.share(theirs, "", "reader", "anyone")
    asked(drawn, "sheet", "rebuild", "2", "--for", "police")
    drawn.settled()
    assert WHY not in everything(drawn, theirs), "its link is open"
    assert WHY in everything(drawn, drawn.spreadsheet_id)
    assert len(told(drawn, "Sheet of audit 2, Police")) == 1
    drawn.move_clock(morning(drawn))
    assert drawn.until(lambda: len(told(drawn, "Changes in the sheet of audit 2, Police")) == 1)
    assert told(drawn, "Changes in the sheet of audit 2:") == []
    assert pressing.asked(drawn, COORDINATOR, "drift.read", sheet_id).ok
    assert "Mine" in drawn.modal_text(COORDINATOR)


def taken_back(drawn: Play, theirs: str, sheet_id: str) -> None:
    """What was drawn there is removed, and the spreadsheet may be lent to another agency."""
    drawn.drive.restrict(theirs)
    assert pressing.asked(drawn, COORDINATOR, "sheet.leaving", sheet_id).ok
    assert "every tab that Roundtable made there is removed" in drawn.modal_text(COORDINATOR)
    drawn.drive.meanwhile.act(f"{theirs}:batchUpdate", lambda: draw_again(drawn, sheet_id))
    assert submitted(drawn, COORDINATOR).ok
    drawn.settled()
    assert drawn.drive.spreadsheet(theirs).titles == ["Removed", "Sheet1"]
    with drawn.reading() as session:
        sheet = session.get_one(SheetState, sheet_id)
        assert sheet.delivered == sheet.wanted, "what changed meanwhile is drawn nowhere"
    assert "no longer updates this spreadsheet" in everything(drawn, theirs)
    assert [entry.actor for entry in entries(drawn.sessions, "sheet.take_back")] == ["Coordinator"]
    assert [each["whose"] for each in json.loads(asked(drawn, "sheet", "status", "2", "--json"))["others"]] == []
    assert "Probation, has its sheet" in lend(drawn, "Probation", theirs, reflections="no")
    drawn.settled()
    assert drawn.drive.spreadsheet(theirs).titles == TABS
    assert WHY not in everything(drawn, theirs)


def draw_again(drawn: Play, sheet_id: str) -> None:
    """Something changes that the sheet would show."""
    with drawn.sessions.begin() as session:
        state.look_again(session, [sheet_id])


def test_an_areas_sheet_shows_its_released_cases_alone(drawn: Play) -> None:
    answered(drawn, "Police", "Education")
    theirs = made(drawn, "For East")
    assert "East, has its sheet" in lend(drawn, "East", theirs)
    drawn.settled()
    assert REFERENCE not in everything(drawn, theirs)
    assert "Good" not in str(drawn.drive.spreadsheet(theirs).grid("Status"))
    drawn.drive.faults.add(Fault(theirs, times=None, delay=600))
    drawn.worker()  # which draws both at once
    asked(drawn, "sheet", "rebuild", "2", "--for", "East")
    assert drawn.until(lambda: drawn.drive.faults.hits > 0)
    ratified(drawn, REFERENCE, "good")
    own = drawn.spreadsheet_id
    assert drawn.until(lambda: "Good" in str(drawn.drive.spreadsheet(own).grid("As ratified")), 20), "theirs hangs"
    drawn.drive.faults.clear()
    released(drawn)
    asked(drawn, "sheet", "rebuild", "2", "--for", "East")
    drawn.settled()
    status = drawn.drive.spreadsheet(theirs).grid("Status")
    assert [row[2] for row in status[1:-1]] == [REFERENCE]
    assert not [said for said in ("T2-NORTH", "The whole cycle") if said in everything(drawn, theirs)]


def test_a_sheet_that_cant_be_cleared_is_let_go_when_it_is_asked_for_again(drawn: Play) -> None:
    theirs = made(drawn, "For the Police")
    lend(drawn, "Police", theirs)
    drawn.settled()
    drawn.drive.revoke(theirs, BOT)
    with drawn.sessions.begin() as session:
        police = select(Agency.id).where(Agency.label == "Police").scalar_subquery()
        session.execute(update(Involvement).where(Involvement.agency_id == police).values(withdrawn_at=wall()))
    asked(drawn, "sheet", "rebuild", "2", "--for", "Police")  # though the audit asks them no more
    sheet_id = sheet_of(drawn, theirs)
    for said in ("is taken back", "was let go as it is"):
        assert pressing.asked(drawn, COORDINATOR, "sheet.leaving", sheet_id).ok
        sent = submitted(drawn, COORDINATOR)
        assert said in drawn.modal_text(COORDINATOR)
        drawn.close_modal(COORDINATOR)
        if said == "is taken back":
            with drawn.sessions.begin() as session, pytest.raises(Refused, match="still being removed"):
                state.set_address(session, acting(drawn, COORDINATOR), sheet_id, "A" * 44)
        assert drawn.until(lambda: "share it with" in str(drawn.status().sheets) or drawn.status().settled)
        if said == "is taken back":
            assert said in second_thought(drawn.workspace, sent).body, "no more than that form said, though it failed"
            with drawn.sessions.begin() as session:
                state.draw_now(session, sheet_id)
            assert (
                "is being removed again"
                in send(drawn.workspace, submission(COORDINATOR, "sheet.let_go", sheet_id, {})).body
            )
            assert drawn.until(lambda: "share it with" in str(drawn.status().sheets))
    redrawn(drawn)
    assert "Returns" in drawn.drive.spreadsheet(theirs).titles
    assert pressing.asked(drawn, COORDINATOR, "sheet.leaving", sheet_id).ok
    assert "There is nothing to take back" in drawn.modal_text(COORDINATOR)
