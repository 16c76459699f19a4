"""What people change in the sheet: put back, kept, told in one digest, and read by coordinators only."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from audit import calendar
from audit.sheet import edits_for_coordinators
from sandbox.sheets import Person
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.people import Role, RoleKind
from storage.sheet_state import SheetAside, SheetRemark
from tests.kit.forging import click, command, send
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.sheet_talk import COORDINATOR, kept, morning, redrawn, told
from tests.sheet.boards import a1


@pytest.mark.on_sqlite
def test_many_edits_are_told_in_one_digest_and_not_again(drawn: Play) -> None:
    editor = Person(drawn.drive, drawn.spreadsheet_id)
    editor.type("Returns", "G3", "Splendid CANARY")
    editor.type("Returns", "G4", "Splendid too")
    editor.type("Status", "D2", "Mine")
    editor.paste("Returns", "A170", [["Returns"]])
    key, _, reference, *_ = drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Returns")[5]
    editor.paste("Returns", "A171", [[key, "", reference, "A copy"]])
    redrawn(drawn)
    assert {each.told_at for each in kept(drawn)} == {None}
    assert told(drawn, "put back") == []

    drawn.move_clock(morning(drawn))
    assert drawn.until(lambda: len(told(drawn, "put back")) == 1)
    drawn.settled()
    said = json.dumps(told(drawn, "put back"), ensure_ascii=False)
    assert "3 cells put back" in said
    assert "1 row set aside" in said
    assert "T2-CENTRAL-01" in said
    assert "CANARY" not in said
    assert "Mine" not in said
    assert None not in {each.told_at for each in kept(drawn)}

    editor.type("Returns", "G3", "Later that day")
    redrawn(drawn)
    assert drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Returns")[2][6] != "Later that day"
    assert len(told(drawn, "put back")) == 1
    drawn.move_clock(morning(drawn))
    assert drawn.until(lambda: len(told(drawn, "put back")) == 2)
    drawn.settled()
    drawn.move_clock(morning(drawn))
    redrawn(drawn)
    assert len(told(drawn, "put back")) == 2


def test_nothing_is_told_outside_working_hours(drawn: Play) -> None:
    Person(drawn.drive, drawn.spreadsheet_id).type("Returns", "G3", "Mine")
    redrawn(drawn)
    for moment in (
        morning(drawn) - timedelta(minutes=2),
        calendar.at(datetime(2026, 3, 7, tzinfo=calendar.LONDON).date(), calendar.OPENING),
    ):
        drawn.move_clock(moment)
        redrawn(drawn)
        assert told(drawn, "put back") == []
    drawn.move_clock(datetime(2026, 3, 9, 9, 0, tzinfo=calendar.LONDON))
    assert drawn.until(lambda: len(told(drawn, "put back")) == 1)


def test_what_was_written_opens_for_coordinators_and_the_reading_is_recorded(drawn: Play) -> None:
    Person(drawn.drive, drawn.spreadsheet_id).type("Returns", "G3", "Splendid <!channel> CANARY")
    redrawn(drawn)
    drawn.move_clock(morning(drawn))
    assert drawn.until(lambda: len(told(drawn, "put back")) == 1)
    who = drawn.person(COORDINATOR)
    assert who.click(who.dm, told(drawn, "put back")[0]["ts"], "drift.read").ok
    assert "Splendid <!channel> CANARY" in drawn.modal_text(COORDINATOR)
    [reading] = entries(drawn.sessions, "drift.read")
    assert reading.actor == "Coordinator"
    assert "CANARY" not in reading.detail
    modal = who.modal()
    assert modal
    page = {"id": modal.id, "type": "modal", "hash": modal.hash, "private_metadata": reading.subject_id}
    assert send(drawn.workspace, click(COORDINATOR, "drift.page", "7", view=page)).ok
    assert "CANARY" in drawn.modal_text(COORDINATOR)


@pytest.mark.on_sqlite
def test_what_is_typed_into_a_row_at_the_moment_at_which_it_is_drawn_is_kept_and_told(drawn: Play) -> None:
    editor, look = Person(drawn.drive, drawn.spreadsheet_id), drawn.drive.spreadsheet(drawn.spreadsheet_id)
    header, *rows = look.grid("Returns")
    row = next(at for at, line in enumerate(rows, 1) if line[2:4] == ["T2-EAST-04", "Police"])
    across = header.index("Late")
    typed = a1(row, across)
    drawn.drive.meanwhile.act(":batchUpdate", lambda: editor.type("Returns", typed, "CANARY"))
    assert drawn.send_return("U0POLICE", "T2-EAST-04").ok
    drawn.settled()
    shown = dict(zip(header, drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Returns")[row], strict=True))
    assert (shown["Self-grade or status"], shown["Late"]) == ("Good", "CANARY")

    drawn.move_clock(morning(drawn))
    assert drawn.until(lambda: [each.column for each in kept(drawn)] == ["Late"])
    assert drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Returns")[row][across] == ""
    drawn.move_clock(morning(drawn))
    assert drawn.until(lambda: len(told(drawn, "put back")) == 1)
    who = drawn.person(COORDINATOR)
    assert who.click(who.dm, told(drawn, "put back")[0]["ts"], "drift.read").ok
    assert "CANARY" in drawn.modal_text(COORDINATOR)


@pytest.mark.both_databases
def test_deleted_rows_and_tabs_are_told_by_name_and_what_people_had_there_is_kept(drawn: Play) -> None:
    editor, look = Person(drawn.drive, drawn.spreadsheet_id), drawn.drive.spreadsheet(drawn.spreadsheet_id)
    title = look.grid("Returns")[0]
    editor.paste("Returns", f"{a1(0, len(title))}", [["Ours"], ["CANARY beside"], ["12/03/2026"]])
    editor.note("Status", "C3", "CANARY noted")
    editor.add_tab("Plans")
    editor.paste("Plans", "A1", [["Who", "CANARY plans"]])
    redrawn(drawn)
    with drawn.reading() as session:
        assert len(session.scalars(select(SheetRemark)).all()) == 4
    gone = [", ".join(row[2:4]) for row in look.grid("Returns")[1:3]]
    editor.delete_rows("Returns", 1, 2)
    for tab in ("Plans", "Status"):
        editor.delete_tab(tab)
    redrawn(drawn)
    redrawn(drawn)
    assert "Status" in drawn.drive.spreadsheet(drawn.spreadsheet_id).titles
    with drawn.reading() as session:
        assert session.scalars(select(SheetRemark)).all() == []
    assert "4 rows or tabs deleted" in send(drawn.workspace, command(COORDINATOR, "sheet")).body

    drawn.move_clock(morning(drawn))
    assert drawn.until(lambda: len(told(drawn, "deleted")) == 1)
    said = json.dumps(told(drawn, "deleted"), ensure_ascii=False)
    for part in ("2 rows and 2 tabs deleted", f"*Returns*, 2 rows: {'; '.join(gone)}", "*Status*", "*Plans*"):
        assert part in said
    assert "CANARY" not in said
    who = drawn.person(COORDINATOR)
    assert who.click(who.dm, told(drawn, "deleted")[0]["ts"], "drift.read").ok
    read = drawn.modal_text(COORDINATOR)
    for part in (
        "CANARY beside",
        "Ours: 12/03/2026",
        "Note: CANARY noted",
        "Who · CANARY plans",
        "the row was deleted",
    ):
        assert part in read
    assert [entry.detail for entry in entries(drawn.sessions, "drift.read")] == ["4 edits"]


def test_a_coordinator_no_more_is_told_nothing(drawn: Play) -> None:
    Person(drawn.drive, drawn.spreadsheet_id).type("Returns", "G3", "Mine")
    redrawn(drawn)
    with drawn.sessions.begin() as session:
        for role in session.scalars(select(Role).where(Role.kind == RoleKind.COORDINATOR)):
            role.until = drawn.settings.clock.now()
    drawn.move_clock(morning(drawn))
    redrawn(drawn)
    assert told(drawn, "put back") == []
    assert {each.told_at for each in kept(drawn)} == {None}
    with drawn.sessions.begin() as session:
        edits_for_coordinators.tell(
            session, session.scalars(select(Cycle.id)).all()
        )  # decided while there was still a coordinator
    assert {each.told_at for each in kept(drawn)} == {None}


def test_rows_set_aside_alike_are_counted(drawn: Play) -> None:
    key, _, reference, *_ = drawn.drive.spreadsheet(drawn.spreadsheet_id).grid("Returns")[5]
    Person(drawn.drive, drawn.spreadsheet_id).paste("Returns", "A171", [[key, "", reference, "A copy"]] * 3)
    redrawn(drawn)
    with drawn.reading() as session:
        assert sum(session.scalars(select(SheetAside.count))) == 3


def test_a_digest_that_is_made_twice_is_one(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        edits_for_coordinators.tell(session, [cycle_id])
    with play.sessions.begin() as session:
        edits_for_coordinators.tell(session, [cycle_id])
    with play.reading() as session:
        assert len(session.scalars(select(Message.id).where(Message.kind == MessageKind.DRIFT)).all()) == 1
