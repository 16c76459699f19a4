"""A withdrawn case's rows are deleted where nobody has anything of their own, whatever people sort just then."""

from contextlib import suppress

import pytest

from sandbox.sheets import Drive, Person
from sheets.changes import Changes
from sheets.find_edits import Drift, SetAside
from tests.sheet.boards import answers, given, made_of, sync
from tests.sheet.conftest import Sheet
from tests.sheet.test_cells_left_behind import shows
from tests.sheet.test_sheets_gap import BOARD, CHANGED, CLOSE, WRITE, Killed

BASE = given(BOARD, "T2-CENTRAL-06-CSC", answers("good", working_together="Only here."))
SORTS = {
    "sort": lambda person: person.sort("Returns", "A2:AB19", 6, descending=True),
    "sort without the hidden columns": lambda person: person.sort("Returns", "C2:AB19", 6, descending=True),
    "sort without the hidden columns, by case": lambda person: person.sort("Returns", "C2:AB19", 2),
}


MOMENTS, KILLS = [(CLOSE, 0), (WRITE, 0), (WRITE, 1)], [(None, True), (1, False), (2, True)]
IN_PAIRS = [(act, *MOMENTS[at], *KILLS[(number + at) % 3]) for number, act in enumerate(SORTS) for at in range(3)]
"""Each sort at each moment, and each of either with each kill."""


@pytest.mark.parametrize(("act", "moment", "skip", "killed", "others"), IN_PAIRS)
def test_other_rows_are_not_told_as_deleted_and_nothing_of_the_case_is_left(  # noqa: PLR0917  # pytest gives them
    sheet: Sheet, drive: Drive, person: Person, act: str, moment: str, skip: int, *, others: bool, killed: int | None
) -> None:
    """While the case is emptied, or (`skip`) while its rows are deleted; `killed` after so many writes."""
    memory = sheet.begin(BASE)
    smaller = made_of((CHANGED if others else BASE).cases[:5], BASE.cycle)
    told: list[Drift | SetAside] = []
    writes = 0

    def keep(todo: Changes) -> None:
        told.extend((*todo.drift, *todo.set_aside))

    def die(place: str) -> None:
        nonlocal writes
        writes += place == "sheet.after_http"
        if writes == killed:
            raise Killed

    drive.meanwhile.act(moment, lambda: SORTS[act](person), skip=skip)
    with suppress(Killed):
        sheet.draw(smaller, sync=sync(2), memory=memory, at=die, before_write=keep)
    sheet.draw(smaller, sync=sync(3), memory=memory, whole=True, before_write=keep)
    assert sheet.draw(smaller, sync=sync(4)).writes == 0
    assert told == []
    shows(sheet, smaller)
    assert "T2-CENTRAL-06" not in str([sheet.look.grid(title) for title in sheet.look.titles])


@pytest.mark.parametrize("place", ["beside a return", "beside the case", "in a row of their own"])
def test_what_people_write_before_the_rows_are_deleted_keeps_them(
    sheet: Sheet, drive: Drive, person: Person, place: str
) -> None:
    sheet.begin(BASE)
    smaller = made_of(BASE.cases[:5], BASE.cycle)
    cell = {"beside a return": "AC4", "beside the case": "AC18", "in a row of their own": "D25"}[place]
    drive.meanwhile.act(WRITE, lambda: person.paste("Returns", cell, [["ask why"]]), "after")
    done = sheet.draw(smaller, sync=sync(2))
    assert (done.drift, done.quarantined) == ((), ())
    assert sheet.draw(smaller, sync=sync(3)).writes == 0
    grid = sheet.look.grid("Returns")
    assert str(grid).count("ask why") == 1
    assert [line[4] for line in grid if line[2] == "T2-CENTRAL-06"] == ["Withdrawn"] * 3
    assert "T2-CENTRAL-06" not in str(sheet.look.grid("Status"))


def test_what_people_write_into_a_withdrawn_row_before_it_is_deleted_keeps_it(
    sheet: Sheet, drive: Drive, person: Person
) -> None:
    sheet.begin(BASE)
    smaller = made_of(BASE.cases[:5], BASE.cycle)
    drive.meanwhile.act(WRITE, lambda: person.paste("Returns", "F18", [["ask why"]]), "after")
    sheet.draw(smaller, sync=sync(2))
    assert sheet.draw(smaller, sync=sync(3)).writes == 0
    assert [line[5] for line in sheet.look.grid("Returns") if line[2] == "T2-CENTRAL-06"] == ["ask why"]
