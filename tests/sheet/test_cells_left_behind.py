"""What people see is moved without the hidden columns, before a redraw or in the midst of one: remarks go along."""

from contextlib import suppress
from dataclasses import replace

import pytest

from audit.cycle.board import Board
from sandbox.sheets import Drive, Person
from sheets.changes import Changes
from sheets.drawing import draw
from sheets.find_edits import Drift, SetAside
from sheets.memory import Memory
from sheets.tabs import HEADER
from tests.kit.at_length import in_turn
from tests.sheet.boards import full, made_of, sync
from tests.sheet.conftest import Sheet
from tests.sheet.test_sheets_gap import BOARD, CHANGED, CLOSE, RETURNS, ROWS, WRITE, Killed, die, nowhere, remarks

SEEN, BY_AGENCY = "sort without the hidden columns", "sort without the hidden columns, by agency"
SHIFTS = ROWS | {BY_AGENCY: lambda person: person.sort("Returns", "C2:AC19", 3, descending=True)}


def renamed(board: Board, *, agency: str = "", case: str = "") -> Board:
    """The same with another name for an agency, or for the first case."""
    old = board.cycle.agencies[1][0]
    cases = tuple(
        replace(each, lines=tuple(replace(line, agency=agency) if line.agency == old else line for line in each.lines))
        if agency
        else each
        for each in board.cases
    )
    cases = (replace(cases[0], reference=case or cases[0].reference), *cases[1:])
    agencies = tuple(
        (agency or label, short) if label == old else (label, short) for label, short in board.cycle.agencies
    )
    return made_of(cases, replace(board.cycle, agencies=agencies))


def without(board: Board, place: int) -> Board:
    """The same without one of its cases."""
    return made_of((*board.cases[:place], *board.cases[place + 1 :]), board.cycle)


def shows(sheet: Sheet, board: Board) -> None:
    """It shows the board and nothing else in cells of ours, but of rows that say that they are withdrawn."""
    tab = next(tab for tab in draw(board, sync()) if tab.key == "returns")
    grid, rows = sheet.look.grid("Returns"), sheet.rows("Returns")
    assert grid[0][0] == HEADER
    for row in tab.rows:
        both = zip(tab.columns, row.values, strict=True)
        cells = {column.header: str(value) for column, value in both if not column.kind}
        assert {name: rows[row.key][name] for name in cells} == cells
    drawn = {row.key for row in tab.rows}
    left = [line for line in grid[1:] if any(line) and line[0] not in drawn]
    assert all((line[4], *line[5:13]) == ("Withdrawn", *[""] * 8) for line in left), left


def drawn_untold(noted: Sheet, board: Board, known: Memory | None, *, killed: bool) -> None:
    """Draw a board, once more after a kill too: every remark is beside its return, and nobody is told of anything."""
    told: list[Drift | SetAside] = []

    def keep(todo: Changes) -> None:
        told.extend((*todo.drift, *todo.set_aside))

    with suppress(Killed):
        noted.draw(board, sync=sync(2), memory=known, at=die if killed else nowhere, before_write=keep)
    noted.draw(board, sync=sync(3), memory=known, whole=True, before_write=keep)
    assert noted.draw(board, sync=sync(4)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}
    assert told == []


SORTS = [SEEN, "sort without the hidden columns, a total too", "sort"]
NEW = [{"agency": "Schools"}, {"case": "T2-EAST-99"}]


@pytest.mark.at_length
@pytest.mark.parametrize(("act", "new", "killed"), in_turn(SORTS, NEW, [False, True]))
def test_what_is_renamed_is_known_by_its_old_name_if_people_sorted_before(
    noted: Sheet, person: Person, new: dict[str, str], act: str, *, killed: bool
) -> None:
    known = noted.draw(BOARD, whole=True).memory
    board = renamed(CHANGED, **new)
    ROWS[act](person)
    drawn_untold(noted, board, known, killed=killed)


@pytest.mark.parametrize(
    ("act", "moment", "new", "killed"),
    [
        ("sort", WRITE, {"agency": "Schools"}, True),
        ("sort by our grade", CLOSE, {"case": "T2-EAST-99"}, False),
        ("drag a row", WRITE, {"agency": "Schools", "case": "T2-EAST-99"}, False),
        ("insert a row", CLOSE, {"agency": "Schools"}, True),
        (BY_AGENCY, CLOSE, {"case": "T2-EAST-99"}, True),
        (BY_AGENCY, WRITE, {"agency": "Schools"}, False),
        (SEEN, WRITE, {"agency": "Schools", "case": "T2-EAST-99"}, True),
    ],
)
def test_what_is_renamed_while_people_sort_stays_beside_its_remarks(  # noqa: PLR0917  # pytest gives them
    noted: Sheet, drive: Drive, person: Person, act: str, moment: str, new: dict[str, str], *, killed: bool
) -> None:
    known = noted.draw(BOARD, whole=True).memory
    drive.meanwhile.act(moment, lambda: SHIFTS[act](person))
    drawn_untold(noted, renamed(BOARD, **new), known, killed=killed)


@pytest.mark.parametrize("name", ["=1+1", "1 March", "Schools", "TRUE", "March 1", "MAR-21", "Sept 2024", "False"])
def test_a_new_name_stands_there_as_it_is_and_changes_no_cell_of_peoples_own(
    noted: Sheet, person: Person, name: str
) -> None:
    """Nor is a case that was withdrawn before lost sight of."""
    noted.draw(without(BOARD, 5), sync=sync(2))
    own = "Education" if name == "Schools" else "Ours"
    person.paste("Returns", "D21", [[own]])
    board = renamed(without(CHANGED, 5), agency=name)
    noted.draw(board, sync=sync(3))
    ROWS[SEEN](person)
    done = noted.draw(board, sync=sync(4))
    assert (done.drift, done.quarantined) == ((), ())
    assert noted.draw(board, sync=sync(5)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}
    assert noted.look.grid("Returns")[20][3] == own


def delete_cells(person: Person, row: int) -> None:
    """Delete what is seen of a row, and have what is below move up."""
    gone = {"sheetId": person.tab("Returns").id, "startRowIndex": row, "endRowIndex": row + 1, "startColumnIndex": 2}
    person.do(deleteRange={"range": gone | {"endColumnIndex": 29}, "shiftDimension": "ROWS"})


DELETED = [(1, None), (1, 5), (5, None), (5, 1), (13, 4), (13, 5)]
"""A row whose cells are deleted, and the case that is withdrawn just then."""


@pytest.mark.at_length
@pytest.mark.parametrize(("cells", "moment"), in_turn(DELETED, [WRITE, "before", CLOSE]))
def test_cells_are_deleted_and_those_below_move_up_while_many_rows_change(
    noted: Sheet, drive: Drive, person: Person, cells: tuple[int, int | None], moment: str
) -> None:
    """The row whose cells they are is told as deleted, unless its case is withdrawn just then."""
    row, withdrawn = cells
    known = noted.draw(BOARD, whole=True).memory
    board = CHANGED if withdrawn is None else without(CHANGED, withdrawn)
    key = noted.look.grid("Returns")[row][0]
    if moment == "before":
        delete_cells(person, row)
    else:
        drive.meanwhile.act(moment, lambda: delete_cells(person, row))
    done = noted.draw(board, sync=sync(2), memory=known, whole=True)
    assert noted.draw(board, sync=sync(3)).writes == 0
    stays = {line.return_id for case in board.cases for line in case.lines}
    assert [(one.kind, one.row_key) for one in done.drift] == ([("row", key)] if key in stays else [])
    assert done.quarantined == ()
    assert remarks(noted) == {one: f"on {one}" for one in RETURNS - {key}}
    shows(noted, board)


@pytest.mark.parametrize(
    ("sorted_", "moment", "left"),
    [("A1:AC19", "before", 5), ("C1:AC19", "before", 0), ("A1:AC19", WRITE, 0), ("C1:AC19", WRITE, 5)],
)
def test_the_header_comes_back_above_withdrawn_rows_too(
    noted: Sheet, drive: Drive, person: Person, moment: str, sorted_: str, *, left: int
) -> None:
    """The seal that a sort leaves beside the header still speaks of its row."""
    board = made_of(CHANGED.cases[:left], BOARD.cycle)

    def sort_with_the_header() -> None:
        person.sort("Returns", sorted_, 2, descending=True)

    if moment == "before":
        sort_with_the_header()
    else:
        drive.meanwhile.act(moment, sort_with_the_header)
    done = noted.draw(board, sync=sync(2))
    assert (done.drift, done.quarantined) == ((), ())
    assert noted.draw(board, sync=sync(3)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}
    shows(noted, board)


@pytest.mark.parametrize("to", [4, 12])
def test_a_column_of_peoples_own_is_dragged_among_ours_while_cases_come_and_go(
    noted: Sheet, drive: Drive, person: Person, to: int
) -> None:
    """What is beside a row that is emptied is put back like what is beside others, and a new row is nobody's edit."""
    more = full(7, 3)
    board = made_of((*BOARD.cases[:5], more.cases[6]), more.cycle)
    drive.meanwhile.act(WRITE, lambda: person.move_columns("Returns", 28, to))
    done = noted.draw(board, sync=sync(2))
    assert {one.column for one in done.drift} <= {"Our remarks"}
    assert done.quarantined == ()
    assert noted.draw(board, sync=sync(3)).writes == 0
    assert remarks(noted) == {key: f"on {key}" for key in RETURNS}


@pytest.mark.parametrize("killed", [False, True])
def test_a_row_that_was_withdrawn_before_is_known_though_others_are_written_over_its_seal(
    noted: Sheet, drive: Drive, person: Person, *, killed: bool
) -> None:
    """It says what it was about, and becomes that again."""
    noted.draw(without(BOARD, 5), sync=sync(2))
    drive.meanwhile.act(WRITE, lambda: ROWS["sort"](person))
    drawn_untold(noted, without(CHANGED, 5), None, killed=killed)
    left = [line[3] for line in noted.look.grid("Returns") if line[2] == "T2-CENTRAL-06"]
    assert set(left) == {agency for agency, _ in BOARD.cycle.agencies}
    drawn_untold(noted, CHANGED, None, killed=False)
    shows(noted, CHANGED)


@pytest.mark.parametrize("deleted", [None, 1, 3])
def test_a_row_is_copied_where_a_column_is_still_to_come(noted: Sheet, person: Person, deleted: int | None) -> None:
    """A renamed agency gets a new column on Status, or somebody has deleted one, that of the seals too."""
    tab = person.tab("Status").id
    row = {"sheetId": tab, "startColumnIndex": 0, "endColumnIndex": 9}
    source, to = {"startRowIndex": 2, "endRowIndex": 3}, {"startRowIndex": 9, "endRowIndex": 10}
    person.do(copyPaste={"source": row | source, "destination": row | to})
    if deleted is not None:
        person.delete_columns("Status", deleted)
    board = renamed(BOARD, agency="Schools")
    noted.draw(board, sync=sync(2))
    assert noted.draw(board, sync=sync(3)).writes == 0
    assert set(noted.rows("Status")) == {"totals", *(case.id for case in BOARD.cases)}
