"""Between any read and any write: whatever people shift then, remarks stay beside their keys and nobody is accused."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from sandbox.faults import Fault
from sandbox.sheets import Drive, Person
from sheets.changes import Changes
from sheets.drawer import Drawer
from sheets.errors import SheetsRefused
from sheets.find_edits import Drift
from sheets.sync import Redrawn
from tests.kit.at_length import in_turn
from tests.sheet.boards import a1, answers, board, full, given, made_of, sync
from tests.sheet.conftest import Sheet

WRITE, CLOSE, READ = "POST .*:batchUpdate", "POST .*:getByDataFilter", "GET /v4/"
BOARD = full(6, 3)
RETURNS = {line.return_id for case in BOARD.cases for line in case.lines}
CHANGED = board(6, 3, {key.replace("-CSC", " CSC"): answers("inadequate") for key in RETURNS if key.endswith("CSC")})
Act = Callable[[Person], object]


def with_a_total(person: Person) -> None:
    person.paste("Returns", "C20", [["Total"]])
    person.sort("Returns", "C2:AC20", 2, descending=True)


ROWS: dict[str, Act] = {
    "sort": lambda p: p.sort("Returns", "A2:AC19", 2, descending=True),
    "sort by our grade": lambda p: p.sort("Returns", "A2:AC19", 6, descending=True),
    "sort without the hidden columns": lambda p: p.sort("Returns", "C2:AC19", 2, descending=True),
    "sort without the hidden columns, a total too": with_a_total,
    "insert a row": lambda p: p.insert_rows("Returns", 4, 2),
    "insert above the header": lambda p: p.insert_rows("Returns", 0),
    "drag a row": lambda p: p.move_rows("Returns", 2, 15),
    "drag the header": lambda p: p.move_rows("Returns", 0, 9),
    "delete a tab": lambda p: p.delete_tab("Status"),
    "rename the tab": lambda p: p.rename_tab("Returns", "It's ours"),
    "copy the tab": lambda p: p.do(duplicateSheet={"sourceSheetId": p.tab("Returns").id, "newSheetName": "Mine"}),
}
COLUMNS: dict[str, Act] = {
    **{f"insert a column at {at}": lambda p, at=at: p.insert_columns("Returns", at) for at in (0, 1, 2, 9, 24)},  # type: ignore[misc]  # at is an int
    "drag a column of ours": lambda p: p.move_columns("Returns", 6, 20),
    "drag a column of ours beyond theirs": lambda p: p.move_columns("Returns", 6, 29),
    "drag theirs among ours": lambda p: p.move_columns("Returns", 28, 5),
    "drag the keys": lambda p: p.move_columns("Returns", 0, 12),
    **{f"delete column {at}": lambda p, at=at: p.delete_columns("Returns", at) for at in (0, 1, 6)},  # type: ignore[misc]
}


def title(sheet: Sheet) -> str:
    return next(name for name in sheet.look.titles if name in ("Returns", "It's ours"))


def remarks(sheet: Sheet) -> dict[str, str]:
    return {key: row["Our remarks"] for key, row in sheet.rows(title(sheet)).items() if row.get("Our remarks")}


def check(sheet: Sheet, done: Redrawn) -> None:
    """It shows the board, at once; remarks are beside their keys; what was told is what was deleted, or theirs."""
    rows = sheet.rows(title(sheet))
    assert sheet.draw(CHANGED, sync=sync(9)).writes == 0
    assert set(rows) >= RETURNS
    assert all(rows[key]["Self-grade or status"] == "Inadequate" for key in RETURNS if key.endswith("CSC"))
    assert remarks(sheet) == {key: f"on {key}" for key in RETURNS}
    assert {one.found for one in done.drift if not one.column_key.startswith("theirs:")} <= {"(deleted)"}
    assert done.quarantined == ()


@pytest.mark.at_length
@pytest.mark.parametrize(("act", "moment"), in_turn([*ROWS], [WRITE, READ, CLOSE]))
def test_rows_are_shifted_before_any_call(noted: Sheet, drive: Drive, person: Person, act: str, moment: str) -> None:
    drive.meanwhile.act(moment, lambda: ROWS[act](person))
    check(noted, noted.draw(CHANGED, sync=sync(2)))


@pytest.mark.at_length
@pytest.mark.parametrize(("act", "moment"), in_turn([*COLUMNS], [CLOSE, WRITE]))
def test_columns_are_shifted_before_any_call(noted: Sheet, drive: Drive, person: Person, act: str, moment: str) -> None:
    drive.meanwhile.act(moment, lambda: COLUMNS[act](person))
    check(noted, noted.draw(CHANGED, sync=sync(2)))


@pytest.mark.parametrize("moment", [READ, CLOSE, WRITE])
def test_a_case_withdrawn_while_people_sort_takes_no_remark_along(
    noted: Sheet, drive: Drive, person: Person, moment: str
) -> None:
    drive.meanwhile.act(moment, lambda: ROWS["sort"](person))
    smaller = full(5, 3)
    noted.draw(smaller, sync=sync(2))
    assert noted.draw(smaller, sync=sync(3)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}
    gone = [row for key, row in noted.rows("Returns").items() if key.startswith("T2-CENTRAL-06")]
    assert {(row["Area"], row["What went well"]) for row in gone} == {("Withdrawn", "")}
    back = noted.draw(BOARD, sync=sync(4))
    assert (back.drift, back.quarantined) == ((), ())
    assert {row["Area"] for row in noted.rows("Returns").values()} == {"Central", "East", "North"}


@pytest.mark.parametrize("drop", ["before", "after"])
def test_keys_that_are_put_back_while_people_sort_come_to_stand_where_they_should(
    noted: Sheet, drive: Drive, person: Person, drop: str
) -> None:
    person.clear("Returns", "A3:A9")
    drive.meanwhile.act(WRITE, lambda: ROWS["sort"](person), "before" if drop == "before" else "after")
    done = noted.draw(BOARD, sync=sync(2))
    assert (done.drift, done.quarantined) == ((), ())
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}
    assert noted.draw(BOARD, sync=sync(3)).writes == 0


@pytest.mark.parametrize("at", [4, 18])
def test_a_row_that_is_deleted_before_the_look_and_brought_back_before_the_write(
    noted: Sheet, drive: Drive, person: Person, at: int
) -> None:
    row = person.tab("Returns").cells[at]
    person.delete_rows("Returns", at)

    def undo() -> None:
        person.insert_rows("Returns", at)
        drive.files[noted.key].book.sheet("Returns").cells[at] = row

    drive.meanwhile.act(WRITE, undo)
    noted.draw(CHANGED, sync=sync(2))
    assert noted.draw(CHANGED, sync=sync(3)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}


class Killed(BaseException):
    """The process is gone."""


def nowhere(_place: str) -> None:
    """Nothing happens."""


def die(place: str) -> None:
    """At the worst moment."""
    if place == "sheet.after_http":
        raise Killed


@pytest.mark.parametrize("act", [name for name in ROWS if name.startswith("sort")])
def test_killed_right_after_a_write_that_people_had_shifted_under(
    noted: Sheet, drive: Drive, person: Person, act: str
) -> None:
    """Every row was written, so that of cells nothing says what was sorted."""
    known = noted.draw(BOARD, whole=True).memory
    drive.meanwhile.act(WRITE, lambda: ROWS[act](person))
    with pytest.raises(Killed):
        noted.draw(CHANGED, sync=sync(2), memory=known, at=die)
    check(noted, noted.draw(CHANGED, sync=sync(3), memory=known, whole=True))


def test_killed_right_after_a_write_and_then_only_the_references_are_sorted(noted: Sheet, person: Person) -> None:
    known = noted.draw(BOARD, whole=True).memory
    changed = given(BOARD, "T2-EAST-01-CSC", answers("outstanding", voice="Anew."))
    with pytest.raises(Killed):
        noted.draw(changed, sync=sync(2), memory=known, at=die)
    person.sort("Returns", "C2:D19", 2, descending=True)
    assert noted.draw(changed, sync=sync(3), memory=known, whole=True).drift
    assert noted.draw(changed, sync=sync(4)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}


TYPED = ("Area + What went well + By", "Case", "Agency", "Case + Agency + By")
IN_PAIRS = [
    (typed, moment, (number + later) % 2 == 1, (number // 2 + later) % 2 == 1)
    for number, typed in enumerate(TYPED)
    for later, moment in enumerate((CLOSE, WRITE))
]
"""What is typed at each moment; either with and without a kill, and with all looked at or not."""


@pytest.mark.parametrize(("typed", "moment", "killed", "whole"), IN_PAIRS)
def test_what_is_typed_over_a_cell_just_before_others_of_its_row_are_written_is_told_and_put_back(
    noted: Sheet, drive: Drive, person: Person, moment: str, typed: str, *, killed: bool, whole: bool
) -> None:
    known = noted.draw(BOARD, whole=True).memory
    changed = given(BOARD, "T2-EAST-01-CSC", answers("outstanding", working_together="Better now."))
    header, first = noted.look.grid("Returns")[0], noted.rows("Returns")["T2-EAST-01-CSC"]
    row = next(at for at, line in enumerate(noted.look.grid("Returns")) if line[0] == "T2-EAST-01-CSC")
    over = {name: header.index(name) for name in typed.split(" + ")}
    told: list[Drift] = []

    def type_over() -> None:
        for name, across in over.items():
            person.paste("Returns", a1(row, across), [[f"typed over {name}"]])

    def keep(todo: Changes) -> None:
        told.extend(todo.drift)

    drive.meanwhile.act(moment, type_over)
    with suppress(Killed):
        at = die if killed else nowhere
        noted.draw(changed, sync=sync(2), memory=known, whole=whole, at=at, before_write=keep)
    noted.draw(changed, sync=sync(3), memory=known, whole=True, before_write=keep)
    edits = {(one.row_key, one.column, one.found, one.restored) for one in told}
    assert edits == {("T2-EAST-01-CSC", name, f"typed over {name}", first[name]) for name in over}
    assert noted.draw(changed, sync=sync(4)).writes == 0


def test_what_a_row_showed_that_is_withdrawn_while_people_sort_is_nobodys_edit(
    noted: Sheet, drive: Drive, person: Person
) -> None:
    """It comes to stand beside another row's hidden columns, while that row is written."""
    noted.draw(given(BOARD, "T2-CENTRAL-06-CSC", answers("good", working_together="Only here.")), sync=sync(2))
    drive.meanwhile.act(WRITE, lambda: ROWS["sort without the hidden columns"](person))
    smaller = made_of(CHANGED.cases[:5], CHANGED.cycle)
    done = noted.draw(smaller, sync=sync(3))
    assert (done.drift, done.quarantined) == ((), ())
    assert noted.draw(smaller, sync=sync(4)).writes == 0


def test_a_row_that_is_withdrawn_keeps_what_is_typed_just_then_into_a_cell_that_was_empty(
    noted: Sheet, drive: Drive, person: Person
) -> None:
    key = "T2-CENTRAL-06-CSC"
    header = noted.look.grid("Returns")[0]
    row = next(at for at, line in enumerate(noted.look.grid("Returns")) if line[0] == key)
    drive.meanwhile.act(WRITE, lambda: person.paste("Returns", a1(row, header.index("Late")), [["ask why"]]))
    noted.draw(full(5, 3), sync=sync(2))
    assert noted.draw(full(5, 3), sync=sync(3)).writes == 0
    left = noted.rows("Returns")[key]
    assert (left["Area"], left["What went well"], left["Late"]) == ("Withdrawn", "", "ask why")


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize(("at", "own"), [(18, ""), (18, "Total"), (4, "")])
def test_the_very_row_that_is_written_is_deleted_just_before(
    noted: Sheet, drive: Drive, person: Person, *, at: int, own: str, killed: bool
) -> None:
    """What is written then comes into an empty row, a row of people's own, or the next row of ours."""
    person.paste("Returns", "C20", [[own, "All" if own else ""]])
    known = noted.draw(BOARD, whole=True).memory
    key = noted.look.grid("Returns")[at][0]
    told: list[Drift] = []

    def keep(todo: Changes) -> None:
        told.extend(todo.drift)

    changed = given(BOARD, key, answers("outstanding", working_together="Better now."))
    drive.meanwhile.act(WRITE, lambda: person.delete_rows("Returns", at))
    with suppress(Killed):
        noted.draw(changed, sync=sync(2), memory=known, at=die if killed else nowhere, before_write=keep)
    noted.draw(changed, sync=sync(3), memory=known, whole=True, before_write=keep)
    assert noted.draw(changed, sync=sync(4)).writes == 0
    assert {(one.kind, one.row_key) for one in told if not one.column} == {("row", key)}
    assert remarks(noted) == {one: f"on {one}" for one in RETURNS - {key}}
    assert set(noted.rows("Returns")) == RETURNS
    assert [line[2] for line in noted.look.grid("Returns")[1:] if any(line) and not line[0]] == ([own] if own else [])


@pytest.mark.parametrize("calls", [0, 1, 2, 3, None])
def test_a_write_that_is_applied_late_is_refused(noted: Sheet, drive: Drive, person: Person, calls: int | None) -> None:
    drive.meanwhile.late(WRITE, calls)
    smaller = full(5, 3)
    noted.draw(smaller, sync=sync(2))
    ROWS["sort"](person)
    noted.draw(BOARD, sync=sync(3))
    drive.meanwhile.let_go()
    assert noted.draw(BOARD, sync=sync(4)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}
    refused = [status for status in drive.meanwhile.late_statuses if status.startswith("400")]
    assert len(refused) == (0 if calls in (0, 1, 2) else 1)


def test_two_workers_at_once_take_turns(noted: Sheet, drive: Drive) -> None:
    drive.meanwhile.act(WRITE, lambda: noted.draw(BOARD, sync=sync(3)))
    noted.draw(full(7, 3), sync=sync(2))
    drive.meanwhile.act(WRITE, lambda: noted.draw(full(8, 3), sync=sync(4)))
    noted.draw(BOARD, sync=sync(5))
    assert len([key for key in noted.rows("Returns") if key in RETURNS]) == 18
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}
    assert noted.draw(BOARD, sync=sync(6)).writes == 0


def test_another_deployment_says_so_and_writes_nothing(sheet: Sheet, drive: Drive) -> None:
    ours, theirs = Drawer("one", {"one"}), Drawer("two", {"two"})
    sheet.draw(BOARD, drawer=ours)
    writes = drive.counts()["writes"]
    with pytest.raises(SheetsRefused, match="Another installation of Roundtable updates this audit"):
        sheet.draw(CHANGED, drawer=theirs)
    assert drive.counts()["writes"] == writes
    sheet.draw(CHANGED, drawer=Drawer("two"))  # takes over, as it is told to
    with pytest.raises(SheetsRefused, match="Another installation of Roundtable"):
        sheet.draw(BOARD, drawer=ours)


def test_a_write_is_one_only_if_its_answer_is_google_s(sheet: Sheet, drive: Drive) -> None:
    drive.faults.add(Fault(WRITE, status=200, body="<html>Sign in</html>"))
    done = sheet.draw(BOARD)
    assert (done.writes, len(sheet.rows("Returns"))) == (2, 18)
