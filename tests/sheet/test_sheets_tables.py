"""People convert what is drawn to tables: nothing is lost, nobody is quarrelled with, and each tab is drawn on."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from audit.cycle.board import Board
from sandbox.sheets import Drive, Person
from sheets.found_sheet import LOOKS_MARK
from tests.sheet.boards import NOW, answers, board, full, made_of, sync
from tests.sheet.conftest import Sheet


def sent(board: Board, at: datetime) -> Board:
    """With all returns sent in that moment, to the second."""
    cases = (replace(case, lines=tuple(replace(line, submitted_at=at) for line in case.lines)) for case in board.cases)
    return made_of(tuple(cases))


BOARD = sent(full(6, 3), NOW + timedelta(seconds=21))
RETURNS = {line.return_id for case in BOARD.cases for line in case.lines}
CHANGED = sent(
    board(6, 3, {key.replace("-CSC", " CSC"): answers("inadequate") for key in RETURNS if key.endswith("CSC")}),
    NOW + timedelta(days=1, seconds=42),
)
TABLES: Mapping[str, tuple[str, str, Mapping[str, str]]] = {
    "all of it": ("Returns", "A1:AC19", {}),
    "what is seen": ("Returns", "C1:AC19", {"G": "DROPDOWN"}),
    "some columns": ("Returns", "C1:H19", {"H": "BOOLEAN"}),
    "without our header": ("Returns", "A8:AC15", {}),
    "empty rows too": ("Returns", "A1:AC40", {"G": "CURRENCY"}),
    "a header that says nothing": ("Read me", "C1:D22", {}),
    "with a total": ("Status", "A1:I8", {}),
}


@pytest.fixture
def noted(sheet: Sheet, person: Person) -> Sheet:
    """Drawn, with remarks of people's own beside every return."""
    sheet.memory = sheet.begin(BOARD)
    person.paste("Returns", "AC1", [["Our remarks"], *([f"on {line[0]}"] for line in sheet.look.grid("Returns")[1:])])
    return sheet


def remarks_stayed(sheet: Sheet) -> None:
    rows = sheet.rows("Returns")
    assert {key: row["Our remarks"] for key, row in rows.items() if row["Our remarks"]} == {
        key: f"on {key}" for key in RETURNS
    }


@pytest.mark.parametrize(("title", "area", "types"), TABLES.values(), ids=list(TABLES))
def test_what_is_drawn_is_converted_to_a_table(
    noted: Sheet, person: Person, *, title: str, area: str, types: Mapping[str, str]
) -> None:
    person.convert_to_table(title, area, types)
    looked = noted.draw(BOARD, sync=sync(2), memory=noted.memory, whole=True)
    assert (looked.writes, looked.drift, looked.quarantined) == (0, (), ())
    done = noted.draw(CHANGED, sync=sync(3), memory=looked.memory)
    assert (done.writes, done.drift, done.quarantined) == (1, (), ())
    assert noted.draw(CHANGED, sync=sync(3)).writes == 0
    assert noted.rows("Returns")["T2-EAST-01-CSC"]["Self-grade or status"] == "Inadequate"
    remarks_stayed(noted)


def test_what_is_typed_into_a_table_is_put_back(noted: Sheet, person: Person) -> None:
    person.convert_to_table("Returns", "A5:U12")
    person.type("Returns", "H5", "Ours")
    person.type("Returns", "G6", "Splendid")
    person.type("Returns", "C1", "")
    done = noted.draw(BOARD, sync=sync(2))
    assert sorted(one.found for one in done.drift) == ["", "Ours", "Splendid"]
    again = noted.draw(BOARD, sync=sync(3))
    assert (again.writes, again.drift) == (0, ()), "what Google calls the column that is empty again is nobody's edit"
    person.convert_to_table("Tallies", "C2:Q6")
    assert "0 2" in noted.look.grid("Tallies")[1]
    again = noted.draw(BOARD, sync=sync(4))
    assert (again.writes, again.drift) == (0, ()), "nor how it tells numbers apart"


def test_new_rows_come_into_the_table(noted: Sheet, person: Person) -> None:
    person.convert_to_table("Returns", "C1:AC19")
    noted.draw(full(8, 3), sync=sync(2))
    [table] = person.tab("Returns").lists["tables"]
    keys = [row for row, line in enumerate(noted.look.grid("Returns")) if line[0].startswith("T2-")]
    assert keys == [*range(1, table["range"]["endRowIndex"])]
    remarks_stayed(noted)


def test_a_table_of_what_is_seen_is_sorted_while_there_is_much_to_write(
    noted: Sheet, drive: Drive, person: Person
) -> None:
    person.convert_to_table("Returns", "C1:AC19")
    drive.meanwhile.act("POST .*:batchUpdate", lambda: person.sort("Returns", "C2:AC19", 2, descending=True))
    done = noted.draw(CHANGED, sync=sync(2))
    assert (done.drift, done.quarantined) == ((), ())
    assert noted.draw(CHANGED, sync=sync(3)).writes == 0
    remarks_stayed(noted)


@pytest.mark.parametrize("area", ["A1:AC19", "C1:H19"])
def test_a_table_that_somebody_deletes_takes_its_cells_along_which_come_back(
    noted: Sheet, person: Person, area: str
) -> None:
    before = {key: [*row.values()][:22] for key, row in noted.rows("Returns").items()}  # days lose their format
    person.do(deleteTable={"tableId": person.convert_to_table("Returns", area)})
    noted.draw(BOARD, sync=sync(2))
    assert noted.draw(BOARD, sync=sync(3)).writes == 0
    assert {key: [*row.values()][:22] for key, row in noted.rows("Returns").items()} == before


def test_how_a_tab_looks_never_keeps_it_from_being_drawn(noted: Sheet, person: Person) -> None:
    """An older tab gets today's looks, and a column more, though typed columns of a table refuse formats of numbers."""
    person.convert_to_table("Returns", "C1:AC19", {"AA": "DATE", "AB": "DATE_TIME"})
    marked = {"metadataKey": LOOKS_MARK, "metadataLocation": {"sheetId": person.tab("Returns").id}}
    person.do(deleteDeveloperMetadata={"dataFilter": {"developerMetadataLookup": marked}})
    person.delete_columns("Returns", 26)
    done = noted.draw(CHANGED, sync=sync(2))
    assert done.left_out == ()
    assert noted.draw(CHANGED, sync=sync(3)).writes == 0
    assert noted.rows("Returns")["T2-EAST-01-CSC"]["Self-grade or status"] == "Inadequate"
    remarks_stayed(noted)


def test_columns_in_a_table_have_a_name_each(noted: Sheet, person: Person) -> None:
    """Agencies may be called as other columns are."""
    agencies = tuple((label, "Area" if short == "CSC" else short) for label, short in BOARD.cycle.agencies)
    named = made_of(BOARD.cases, replace(BOARD.cycle, agencies=agencies))
    noted.draw(named, sync=sync(2))
    header = noted.look.grid("Status")[0]
    assert len({one.casefold() for one in header}) == len(header)
    person.convert_to_table("Status", "A1:I8")
    assert noted.draw(named, sync=sync(3)).writes == 0
