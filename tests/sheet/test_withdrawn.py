"""A case is withdrawn while people sort what they see: nothing of what it showed stays, and remarks stay beside it."""

from contextlib import suppress

import pytest

from audit.cycle.board import Board
from sandbox.sheets import Drive, Person
from sheets import seals
from sheets.changes import Changes
from sheets.drawing import draw
from sheets.find_edits import Drift, SetAside
from tests.kit.at_length import in_turn
from tests.sheet.boards import a1, answers, given, made_of, sync
from tests.sheet.conftest import Sheet
from tests.sheet.test_sheets_gap import (
    BOARD,
    CHANGED,
    CLOSE,
    COLUMNS,
    RETURNS,
    ROWS,
    WRITE,
    Killed,
    die,
    nowhere,
    remarks,
)

KEY = "T2-CENTRAL-06-CSC"
GONE = {key for key in RETURNS if key.startswith("T2-CENTRAL-06")}
BASE = given(BOARD, KEY, answers("good", working_together="Only here."))
SEEN, WITH_A_TOTAL = "sort without the hidden columns", "sort without the hidden columns, a total too"


def without(board: Board) -> Board:
    """The same without its last case."""
    return made_of(board.cases[:5], board.cycle)


def check(sheet: Sheet) -> None:
    """Remarks are beside their rows; those of the case say that it is withdrawn, and show all of it once it is back."""
    rows = sheet.rows("Returns")
    assert {(rows[key]["Area"], rows[key]["What went well"]) for key in GONE} == {("Withdrawn", "")}
    assert "Only here." not in str(sheet.look.grid("Returns"))
    sealed = {line[0]: seals.read(line[1]) for line in sheet.look.grid("Returns") if line[0]}
    assert all(seal is not None and seal.is_of(key) for key, seal in sealed.items())
    assert remarks(sheet) == {key: f"on {key}" for key in RETURNS}
    back = sheet.draw(BASE, sync=sync(9))
    assert (back.drift, back.quarantined) == ((), ())
    assert remarks(sheet) == {key: f"on {key}" for key in RETURNS}
    assert "Only here." in sheet.rows("Returns")[KEY].values()


SORTED = [*((moment, act) for moment in ("before", CLOSE, WRITE) for act in (SEEN, WITH_A_TOTAL)), (WRITE, "sort")]


KNOWN = [(True, True), (False, False), (True, False)]
"""Whether what stood there is remembered, and whether there is more to draw."""


@pytest.mark.at_length
@pytest.mark.parametrize(("when", "killed", "known"), in_turn(SORTED, [False, True], KNOWN))
def test_a_case_is_withdrawn_while_people_sort(
    noted: Sheet, drive: Drive, person: Person, when: tuple[str, str], known: tuple[bool, bool], *, killed: bool
) -> None:
    (moment, act), (remembered, others) = when, known
    memory = noted.draw(BASE, sync=sync(2)).memory
    smaller = without(CHANGED if others else BASE)
    told: list[Drift | SetAside] = []

    def keep(todo: Changes) -> None:
        told.extend((*todo.drift, *todo.set_aside))

    if moment == "before":
        ROWS[act](person)
    else:
        drive.meanwhile.act(moment, lambda: ROWS[act](person))
    memory = memory if remembered else None
    with suppress(Killed):
        noted.draw(smaller, sync=sync(3), memory=memory, at=die if killed else nowhere, before_write=keep)
    noted.draw(smaller, sync=sync(4), memory=memory, whole=True, before_write=keep)
    assert noted.draw(smaller, sync=sync(5)).writes == 0
    assert told == []
    check(noted)


@pytest.mark.parametrize("act", [SEEN, WITH_A_TOTAL])
def test_people_sort_what_they_see_long_after_a_case_was_withdrawn(noted: Sheet, person: Person, act: str) -> None:
    noted.draw(without(BASE), sync=sync(2))
    ROWS[act](person)
    done = noted.draw(without(BASE), sync=sync(3))
    assert (done.drift, done.quarantined) == ((), ())
    assert noted.draw(without(BASE), sync=sync(4)).writes == 0
    check(noted)


@pytest.mark.parametrize("killed", [False, True])
def test_a_row_that_another_is_written_over_while_it_is_withdrawn_stays_the_same_row(
    noted: Sheet, drive: Drive, person: Person, *, killed: bool
) -> None:
    """Somebody had just typed over its reference, so that the key alone says which row it is."""
    known = noted.draw(BASE, sync=sync(2)).memory

    def type_and_sort() -> None:
        for at, line in enumerate(noted.look.grid("Returns")):
            if line[0] in GONE:
                person.paste("Returns", a1(at, 2), [["Typed over."]])
        ROWS["sort by our grade"](person)
        ROWS["sort"](person)

    smaller = without(CHANGED)
    drive.meanwhile.act(WRITE, type_and_sort)
    with suppress(Killed):
        noted.draw(smaller, sync=sync(3), memory=known, at=die if killed else nowhere)
    noted.draw(smaller, sync=sync(4), memory=known, whole=True)
    assert noted.draw(smaller, sync=sync(5)).writes == 0
    assert {noted.rows("Returns")[key]["Case"] for key in GONE} == {"Typed over."}
    check(noted)


@pytest.mark.parametrize("moment", ["before", WRITE])
def test_what_was_typed_into_a_row_is_told_where_it_is_withdrawn_once_people_have_sorted(
    noted: Sheet, drive: Drive, person: Person, moment: str
) -> None:
    known = noted.draw(BASE, sync=sync(2)).memory
    grid = noted.look.grid("Returns")
    at, line = next((at, line) for at, line in enumerate(grid) if line[0] == KEY)
    across = line.index("Only here.")

    def type_and_sort() -> None:
        person.paste("Returns", a1(at, across), [["Typed over."]])
        ROWS[SEEN](person)

    if moment == "before":
        type_and_sort()
    else:
        drive.meanwhile.act(moment, type_and_sort)
    done = noted.draw(without(BASE), sync=sync(3), memory=known, whole=True)
    edits = {(one.row_key, one.column, one.found, one.about) for one in done.drift}
    assert edits == {(KEY, grid[0][across], "Typed over.", "a row that is withdrawn")}
    assert noted.draw(without(BASE), sync=sync(4)).writes == 0
    check(noted)


def test_a_case_is_withdrawn_whose_keys_somebody_cleared_before_people_sorted(noted: Sheet, person: Person) -> None:
    """Their seals alone say which rows these are."""
    noted.draw(BASE, sync=sync(2))
    for at, line in enumerate(noted.look.grid("Returns")):
        if line[0] in GONE:
            person.clear("Returns", a1(at, 0))
    ROWS[SEEN](person)
    noted.draw(without(BASE), sync=sync(3))
    assert noted.draw(without(BASE), sync=sync(4)).writes == 0
    assert "Only here." not in str(noted.look.grid("Returns"))
    noted.draw(BASE, sync=sync(5))
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}


MOVES = ["drag a column of ours", "drag theirs among ours", "insert a column at 9"]


@pytest.mark.at_length
@pytest.mark.parametrize(("act", "moment", "killed"), in_turn(MOVES, [CLOSE, WRITE], [True, False]))
def test_a_case_is_withdrawn_while_people_move_columns(
    noted: Sheet, drive: Drive, person: Person, moment: str, act: str, *, killed: bool
) -> None:
    """What was to be emptied stands in another column then, though the seals say that it was emptied."""
    before = noted.draw(BASE, sync=sync(2)).memory
    memory = None if killed else before
    drive.meanwhile.act(moment, lambda: COLUMNS[act](person))
    with suppress(Killed):
        noted.draw(without(BASE), sync=sync(3), memory=memory, at=die if killed else nowhere)
    done = noted.draw(without(BASE), sync=sync(4), memory=memory, whole=True)
    assert killed or not {one.found for one in done.drift if one.row_key in GONE}
    assert noted.draw(without(BASE), sync=sync(5)).writes == 0
    rows = noted.rows("Returns")
    ours = {column.header for tab in draw(BASE, sync()) if tab.key == "returns" for column in tab.columns}
    shown = {rows[key][name] for key in GONE for name in ours - {"Agency"}}
    assert shown == {"", "Withdrawn", "T2-CENTRAL-06"}


@pytest.mark.parametrize("own", [False, True])
def test_what_is_typed_into_a_withdrawn_row_after_a_kill_is_told_or_stays(
    noted: Sheet, person: Person, *, own: bool
) -> None:
    """Where nothing is remembered, it may be what the row showed: also on a tab where people have nothing else."""
    title = "Returns" if own else "Status"
    told: list[str] = []

    def keep(todo: Changes) -> None:
        told.extend(one.found for one in todo.drift)

    with suppress(Killed):
        noted.draw(without(BOARD), sync=sync(2), at=die)
    row = next(at for at, line in enumerate(noted.look.grid(title)) if line[2] == "T2-CENTRAL-06")
    person.paste(title, a1(row, 5), [["ask why"]])
    noted.draw(without(BOARD), sync=sync(3), before_write=keep)
    assert noted.draw(without(BOARD), sync=sync(4)).writes == 0
    assert told == ["ask why"] or "ask why" in str(noted.look.grid(title))
