"""Whatever people do to the sheet: it converges to the database, and what is theirs stays with its key."""

from collections.abc import Callable

import pytest

from sandbox.sheets import Drive, Person
from tests.sheet.boards import answers, board, full, sync
from tests.sheet.conftest import Sheet

BOARD = full(6, 3)
RETURNS = {line.return_id for case in BOARD.cases for line in case.lines}


def settled(sheet: Sheet) -> None:
    """The sheet shows the board: another pass finds nothing to do, and every row has what a fresh drawing has."""
    assert sheet.draw(BOARD).writes == 0
    assert set(sheet.rows("Returns")) >= RETURNS


def returns(sheet: Sheet, return_id: str) -> dict[str, str]:
    return sheet.rows("Returns")[return_id]


def place(sheet: Sheet, title: str, text: str) -> tuple[int, int]:
    """Where a text stands first."""
    for row, line in enumerate(sheet.look.grid(title)):
        if text in line:
            return row, line.index(text)
    raise AssertionError(text)


FIRST = BOARD.cases[0].lines[0]


@pytest.fixture
def drawn(sheet: Sheet) -> Sheet:
    sheet.memory = sheet.begin(BOARD)
    return sheet


def noted(sheet: Sheet, person: Person) -> None:
    """A column of people's own, right of ours, with a remark beside every return."""
    header, *lines = sheet.look.grid("Returns")
    person.paste("Returns", "AC1", [["Our remarks"], *([f"remark on {line[0]}"] for line in lines)])
    assert header[0].startswith("Row key")


def remarks_stayed(sheet: Sheet) -> None:
    rows = sheet.rows("Returns")
    assert {key: rows[key]["Our remarks"] for key in RETURNS} == {key: f"remark on {key}" for key in RETURNS}


def test_rows_that_were_sorted_keep_their_order_and_their_remarks(drawn: Sheet, person: Person) -> None:
    noted(drawn, person)
    person.sort("Returns", "A2:AC19", 2, descending=True)
    order = list(drawn.rows("Returns"))
    assert drawn.draw(BOARD).writes == 0
    changed = board(6, 3, {"T2-EAST-01 CSC": answers("inadequate")})
    assert drawn.draw(changed, sync=sync(2)).drift == ()
    assert list(drawn.rows("Returns")) == order
    remarks_stayed(drawn)


@pytest.mark.parametrize(
    ("area", "column"),
    [("C2:AC19", 2), ("C2:AC20", 2), ("C2:AC21", 2)],
    ids=["ours alone", "with one of theirs", "a total"],
)
def test_a_sort_that_left_the_hidden_columns_behind_is_followed(
    drawn: Sheet, person: Person, area: str, column: int
) -> None:
    noted(drawn, person)
    before = drawn.rows("Returns")
    person.paste("Returns", "C20", [["Total", "All", "18"], ["Beside it", "", "none"]])
    person.sort("Returns", area, column, descending=True)
    done = drawn.draw(BOARD, sync=sync(2))
    assert (done.drift, done.quarantined) == ((), ())
    assert drawn.rows("Returns") == before
    remarks_stayed(drawn)
    assert [line[2:5] for line in drawn.look.grid("Returns") if not line[0]] == [
        ["Total", "All", "18"],
        ["Beside it", "", "none"],
    ]
    settled(drawn)


def test_only_the_references_sorted_is_put_back_where_it_was(drawn: Sheet, person: Person) -> None:
    person.paste("Status", "M1", [["Remark"], *([f"on {case.reference}"] for case in BOARD.cases)])
    before = drawn.rows("Status")
    person.paste("Status", "D2", [["x1"], ["x2"], ["x3"], ["x4"], ["x5"], ["x6"]])
    person.sort("Status", "C2:C7", 2, descending=True)
    done = drawn.draw(BOARD, sync=sync(2))
    assert done.drift
    assert drawn.rows("Status") == before


@pytest.mark.parametrize("title", ["Read me", "Status", "Returns", "Tallies", "Actions"])
def test_a_renamed_tab_keeps_its_name(drawn: Sheet, person: Person, title: str) -> None:
    person.rename_tab(title, "Ours now")
    assert drawn.draw(BOARD).writes == 0
    drawn.draw(full(7, 3), sync=sync(2))
    assert "Ours now" in drawn.look.titles
    assert title not in drawn.look.titles


@pytest.mark.parametrize("title", ["Read me", "Status", "Returns", "Tallies", "Actions"])
def test_a_deleted_tab_comes_back_with_its_looks(drawn: Sheet, person: Person, title: str) -> None:
    looks = {name: len(made) for name, made in person.tab(title).lists.items()}
    rows = drawn.rows(title)
    person.delete_tab(title)
    done = drawn.draw(BOARD, memory=drawn.memory, whole=True)
    assert (done.reads, done.writes) == (2, 1)
    assert [(one.kind, one.tab) for one in done.drift] == [("tab", title)]
    assert {name: len(made) for name, made in person.tab(title).lists.items()} == looks
    assert drawn.rows(title) == rows
    settled(drawn)


def test_a_deleted_tab_whose_name_somebody_took_gets_another(drawn: Sheet, person: Person) -> None:
    person.delete_tab("Status")
    person.add_tab("STATUS")
    drawn.draw(BOARD)
    assert "Status (2)" in drawn.look.titles
    settled(drawn)


def test_a_tab_whose_copy_stays_when_it_is_deleted_lives_on_in_the_copy(drawn: Sheet, person: Person) -> None:
    person.do(duplicateSheet={"sourceSheetId": person.tab("Returns").id, "newSheetName": "Mine"})
    assert drawn.draw(BOARD).writes == 0
    person.delete_tab("Returns")
    done = drawn.draw(BOARD)
    assert done.writes <= 1
    assert drawn.draw(BOARD).writes == 0


@pytest.mark.parametrize("at", [0, 1, 2, 3, 8])
def test_inserted_columns_stay_and_ours_are_found(drawn: Sheet, person: Person, at: int) -> None:
    person.insert_columns("Returns", at, 2)
    person.paste("Returns", f"{'ABCDEFGHI'[at]}1", [["Mine"], ["mine 1"], ["mine 2"]])
    keys = list(drawn.rows("Returns"))[:2]
    assert drawn.draw(BOARD).writes == 0
    changed = board(6, 3, {"T2-EAST-01 CSC": answers("inadequate")})
    assert drawn.draw(changed, sync=sync(2)).drift == ()
    assert [drawn.rows("Returns")[key]["Mine"] for key in keys] == ["mine 1", "mine 2"]


def test_moved_columns_are_found(drawn: Sheet, person: Person) -> None:
    person.move_columns("Returns", 6, 20)
    person.move_columns("Returns", 0, 12)
    assert drawn.draw(BOARD).writes == 0
    done = drawn.draw(board(6, 3, {"T2-EAST-01 CSC": answers("inadequate")}), sync=sync(2))
    assert (done.writes, done.drift, done.quarantined) == (1, (), ())
    assert returns(drawn, FIRST.return_id)["Self-grade or status"] == "Inadequate"


@pytest.mark.parametrize("at", [0, 1, 2, 6, 23])
def test_a_deleted_column_comes_back(drawn: Sheet, person: Person, at: int) -> None:
    noted(drawn, person)
    before = drawn.rows("Returns")
    person.delete_columns("Returns", at)
    done = drawn.draw(BOARD, sync=sync(2))
    assert [one.found for one in done.drift] == ([] if at == 1 else ["(deleted)"])
    assert drawn.rows("Returns") == before
    settled(drawn)


def test_both_hidden_columns_deleted_come_back_beside_the_same_rows(drawn: Sheet, person: Person) -> None:
    noted(drawn, person)
    person.delete_columns("Returns", 0, 2)
    assert drawn.draw(BOARD, sync=sync(2)).quarantined == ()
    remarks_stayed(drawn)
    settled(drawn)


def test_an_overtyped_cell_is_put_back_and_told(drawn: Sheet, person: Person) -> None:
    row, column = place(drawn, "Returns", "They listened.")
    person.type("Returns", f"{chr(65 + column)}{row + 1}", "They did not listen.")
    kept: list[str] = []
    done = drawn.draw(BOARD, sync=sync(2), before_write=lambda todo: kept.extend(one.found for one in todo.drift))
    assert [(one.tab, one.column, one.found, one.restored) for one in done.drift] == [
        ("Returns", "What went well", "They did not listen.", "They listened.")
    ]
    assert kept == ["They did not listen."]
    settled(drawn)


def test_an_edit_of_a_cell_that_we_change_too_is_told(drawn: Sheet, person: Person) -> None:
    row, _ = place(drawn, "Returns", FIRST.return_id)
    person.type("Returns", f"G{row + 1}", "Splendid")
    changed = board(6, 3, {"T2-EAST-01 CSC": answers("inadequate")})
    done = drawn.draw(changed, sync=sync(2))
    assert [(one.column, one.found, one.restored) for one in done.drift] == [
        ("Self-grade or status", "Splendid", "Inadequate")
    ]


def test_what_was_typed_is_told_as_it_looked(drawn: Sheet, person: Person, drive: Drive) -> None:
    noted(drawn, person)
    person.paste("Returns", "G3", [["12/03/2026", "£12.50"]])
    person.type("Tallies", "F2", "7")
    person.type("Returns", "AC3", "13/03/2026")
    done = drawn.draw(BOARD, sync=sync(2))
    assert {one.found for one in done.drift} == {"12/03/2026", "£12.50", "7"}
    assert next(one.held for one in done.theirs if "13/" in one.held) == "Our remarks: 13/03/2026"
    assert (done.reads, done.writes) == (3, 1)
    drive.log.clear()
    person.type("Returns", "AC3", "")
    assert drawn.draw(BOARD, sync=sync(3)).reads == 1, "numbers of ours are asked for only once"


def test_rows_that_somebody_deleted_are_told_with_their_names_and_once(drawn: Sheet, person: Person) -> None:
    noted(drawn, person)
    before = drawn.draw(BOARD, memory=drawn.memory, whole=True)
    person.delete_rows("Returns", 3, 2)
    person.clear("Returns", "A8:AC8")
    keys = RETURNS - set(drawn.rows("Returns"))
    done = drawn.draw(BOARD, sync=sync(2), memory=before.memory, whole=True)
    assert {(one.kind, one.row_key, one.tab) for one in done.drift} == {("row", key, "Returns") for key in keys}
    assert {one.about.split(", ")[0] for one in done.drift} == {key.rpartition("-")[0] for key in keys}
    held = {one.row_key: one.held for one in before.theirs}
    assert {key: held[key] for key in keys} == {key: f"Our remarks: remark on {key}" for key in keys}
    again = drawn.draw(BOARD, sync=sync(3), memory=done.memory, whole=True)
    assert (again.writes, again.drift, len(again.theirs)) == (0, (), len(RETURNS) - 3 + 1)


def test_a_lost_mark_of_a_column_heals(drawn: Sheet, person: Person) -> None:
    noted(drawn, person)
    person.insert_columns("Returns", 3)
    person.type("Returns", "D1", "Late")  # theirs, though it is called as one of ours
    person.type("Returns", "D2", "He came late")
    before = drawn.look.grid("Returns")
    for key in ("grade", "key", "seal", "late"):
        marked = {"metadataKey": "roundtable.column", "metadataValue": key}
        person.do(deleteDeveloperMetadata={"dataFilter": {"developerMetadataLookup": marked}})
    done = drawn.draw(BOARD, sync=sync(2))
    assert (done.drift, done.quarantined, drawn.look.grid("Returns")) == ((), (), before)
    settled(drawn)


def test_a_formula_in_a_cell_of_ours_is_put_back(drawn: Sheet, person: Person) -> None:
    person.type("Returns", "G2", '="Good"')
    done = drawn.draw(BOARD, sync=sync(2))
    assert [one.found for one in done.drift] == ['="Good"']
    settled(drawn)


def test_an_edited_header_is_put_back(drawn: Sheet, person: Person) -> None:
    person.type("Returns", "G1", "Marks out of ten")
    done = drawn.draw(BOARD, sync=sync(2))
    assert [(one.about, one.found, one.restored) for one in done.drift] == [
        ("the header", "Marks out of ten", "Self-grade or status")
    ]
    settled(drawn)


def test_an_edited_last_sync_is_put_back(drawn: Sheet, person: Person) -> None:
    row, _ = place(drawn, "Read me", "Last sync")
    person.type("Read me", f"D{row + 1}", "Never")
    assert [one.found for one in drawn.draw(BOARD, sync=sync(2)).drift] == ["Never"]
    settled(drawn)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda p: p.clear("Returns", "A1:AC30"), id="everything cleared"),
        pytest.param(lambda p: p.clear("Returns", "A1:A30"), id="keys cleared"),
        pytest.param(lambda p: p.clear("Returns", "A1:B30"), id="keys and seals cleared"),
        pytest.param(lambda p: p.clear("Returns", "B1:B30"), id="seals cleared"),
        pytest.param(lambda p: p.clear("Returns", "A1:X1"), id="header cleared"),
        pytest.param(lambda p: p.delete_rows("Returns", 0), id="header deleted"),
        pytest.param(lambda p: p.delete_rows("Returns", 3, 5), id="rows deleted"),
        pytest.param(lambda p: p.delete_columns("Returns", 0, 24), id="all our columns deleted"),
        pytest.param(lambda p: p.insert_rows("Returns", 0, 2), id="rows above"),
        pytest.param(lambda p: p.insert_rows("Returns", 4, 3), id="rows between"),
        pytest.param(lambda p: p.sort("Returns", "A1:AC19", 2, descending=True), id="sorted with the header"),
        pytest.param(lambda p: p.move_rows("Returns", 1, 15), id="a row dragged"),
        pytest.param(lambda p: p.merge("Returns", "G3:H5"), id="merged in the middle"),
        pytest.param(lambda p: p.merge("Returns", "A1:H1"), id="header merged"),
        pytest.param(lambda p: p.merge("Returns", "C2:C4"), id="references merged"),
        pytest.param(lambda p: p.merge("Returns", "A20:Z22"), id="merged below"),
        pytest.param(lambda p: p.type("Returns", "A4", "hello"), id="a key overtyped"),
        pytest.param(lambda p: p.filter("Returns", "A1:X19", 6, ["Good"]), id="filtered"),
        pytest.param(lambda p: p.hide_rows("Returns", 2, 4), id="rows hidden"),
        pytest.param(lambda p: p.paste("Returns", "C2", [["x"] * 10] * 10), id="pasted over"),
    ],
)
def test_it_converges(drawn: Sheet, person: Person, act: Callable[[Person], None]) -> None:
    before = drawn.rows("Returns")
    act(person)
    bigger = full(7, 3)
    drawn.draw(bigger, sync=sync(2))
    assert drawn.draw(bigger, sync=sync(3)).writes == 0
    rows = drawn.rows("Returns")
    assert {key: rows[key] for key in before} == before
    assert len(rows) == 21
    assert "Quarantine" not in drawn.look.titles
