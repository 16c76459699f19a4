"""With what was drawn last in mind only what changed is looked at; whatever isn't plain is looked at whole."""

from dataclasses import replace

import pytest

from audit.cycle.board import Board
from sandbox.sheets import Drive, Person
from sheets.memory import Memory
from sheets.sync import Redrawn
from tests.sheet.boards import answers, full, made_of, sync
from tests.sheet.conftest import Sheet
from tests.sheet.test_sheets_gap import CLOSE, ROWS, WRITE, Act

BOARD = full(6, 3)
RETURNS = {line.return_id for case in BOARD.cases for line in case.lines}


def one_changed(board: Board = BOARD, grade: str = "inadequate") -> Board:
    """The same board with another answer in its first return."""
    first, *others = board.cases
    lines = (replace(first.lines[0], version=2, answers=answers(grade)), *first.lines[1:])
    return made_of((replace(first, lines=lines), *others), board.cycle)


@pytest.fixture
def memory(sheet: Sheet, person: Person) -> Memory:
    sheet.begin(BOARD)
    person.paste("Returns", "AC1", [["Our remarks"], *([f"on {line[0]}"] for line in sheet.look.grid("Returns")[1:])])
    kept = sheet.draw(BOARD, sync=sync(2)).memory
    assert kept is not None
    return kept


def redrawn(sheet: Sheet, memory: Memory, *, whole: bool) -> Redrawn:
    """One change, drawn; whether everything was looked at for it; and all is well."""
    done = sheet.draw(one_changed(), sync=sync(3), memory=memory)
    assert done.whole == whole
    rows = sheet.rows("Returns")
    assert rows["T2-EAST-01-CSC"]["Self-grade or status"] == "Inadequate"
    assert {key: rows[key]["Our remarks"] for key in RETURNS} == {key: f"on {key}" for key in RETURNS}
    assert sheet.draw(one_changed(), sync=sync(4)).writes == 0
    return done


def test_nothing_changed_costs_nothing(sheet: Sheet, memory: Memory) -> None:
    done = sheet.draw(BOARD, sync=sync(3), memory=memory)
    assert (done.reads, done.writes, done.drift) == (0, 0, ())


def test_one_change_reads_the_headers_and_its_rows(sheet: Sheet, memory: Memory, drive: Drive) -> None:
    drive.log.clear()
    done = redrawn(sheet, memory, whole=False)
    assert (done.reads, done.writes, done.drift) == (1, 1, ())
    assert drive.log.entries[0].response_bytes < 16_000
    kept = Memory.unpack(done.memory.pack() if done.memory else None)
    assert kept == done.memory
    again = sheet.draw(BOARD, sync=sync(5), memory=kept)
    assert (again.reads, again.whole, sheet.rows("Returns")["T2-EAST-01-CSC"]["Version"]) == (1, False, "1")


def test_an_edit_in_a_row_that_changes_is_told(sheet: Sheet, memory: Memory, person: Person) -> None:
    person.type("Returns", "G2", "Splendid")
    assert [one.found for one in redrawn(sheet, memory, whole=False).drift] == ["Splendid"]


def test_an_edit_elsewhere_waits_for_the_next_whole_look(sheet: Sheet, memory: Memory, person: Person) -> None:
    person.type("Returns", "G5", "Splendid")
    done = sheet.draw(one_changed(), sync=sync(3), memory=memory)
    assert done.drift == ()
    assert [one.found for one in sheet.draw(one_changed(), sync=sync(4)).drift] == ["Splendid"]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(ROWS["sort"], id="sorted"),
        pytest.param(lambda p: p.insert_rows("Returns", 1, 2), id="rows inserted"),
        pytest.param(lambda p: p.insert_rows("Returns", 0), id="a row above the header"),
        pytest.param(lambda p: p.rename_tab("Status", "Where we are"), id="renamed"),
        pytest.param(lambda p: p.add_rows_below("Returns", [["", "", "Total"]]), id="rows below"),
    ],
)
def test_what_is_plain_is_glanced_at(sheet: Sheet, memory: Memory, person: Person, act: Act) -> None:
    act(person)
    redrawn(sheet, memory, whole=False)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda p: p.insert_columns("Returns", 0), id="a column inserted"),
        pytest.param(lambda p: p.type("Returns", "A2", ""), id="a key cleared"),
        pytest.param(lambda p: p.delete_tab("Read me"), id="a tab deleted"),
        pytest.param(ROWS["sort without the hidden columns"], id="sorted without the hidden columns"),
    ],
)
def test_what_is_not_plain_is_looked_at_whole(sheet: Sheet, memory: Memory, person: Person, act: Act) -> None:
    act(person)
    redrawn(sheet, memory, whole=True)


@pytest.mark.parametrize("moment", [CLOSE, WRITE])
@pytest.mark.parametrize(
    "act",
    [
        ROWS["sort"],
        ROWS["sort without the hidden columns"],
        ROWS["insert a row"],
        lambda p: p.move_columns("Returns", 28, 5),
    ],
)
def test_people_act_before_any_call_of_a_glance(sheet: Sheet, memory: Memory, act: Act, moment: str) -> None:
    person = Person(sheet.drive, sheet.key)
    sheet.drive.meanwhile.act(moment, lambda: act(person))
    done = sheet.draw(one_changed(), sync=sync(3), memory=memory)
    assert all(one.column_key.startswith("theirs:") for one in done.drift)
    rows = sheet.rows("Returns")
    assert {key: rows[key]["Our remarks"] for key in RETURNS} == {key: f"on {key}" for key in RETURNS}
    assert sheet.draw(one_changed(), sync=sync(4)).writes == 0


def test_a_memory_of_another_turn_is_not_trusted(sheet: Sheet, memory: Memory) -> None:
    sheet.draw(full(6, 3), sync=sync(3))
    sheet.draw(one_changed(grade="good"), sync=sync(4))
    redrawn(sheet, memory, whole=True)


@pytest.mark.parametrize("packed", ["", "nonsense", "{}", None])
def test_a_memory_that_cannot_be_read_is_none(packed: str | None) -> None:
    assert Memory.unpack(packed) is None
