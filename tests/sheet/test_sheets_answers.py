"""The tab Answers: every number as the board has it, nothing that a sheet could take for a formula."""

from dataclasses import replace

import pytest

from audit.cycle.answered import ASKED
from audit.cycle.board import Board, PartOfAudit
from audit.library.default import DEFAULT
from audit.returns.answers import Answers
from sandbox.sheets import Person
from sheets.drawing import draw
from sheets.drawing.returns import WITHHELD
from sheets.tabs import Tab
from tests.kit import counted
from tests.sheet.boards import a1, sync
from tests.sheet.conftest import Sheet


def titles(drawn: tuple[Tab, ...]) -> list[str]:
    return [each.title for each in drawn]


def answers_tab(board: Board) -> Tab:
    return next(tab for tab in draw(board, sync()) if tab.key == "answers")


def rows(tab: Tab) -> dict[tuple[object, object], tuple[object, ...]]:
    return {(row.values[0], row.values[1]): row.values[2:] for row in tab.rows}


def test_every_number_stands_in_the_tab() -> None:
    board = counted.board()
    tab = answers_tab(board)
    assert (tab.title, [column.header for column in tab.columns][2:]) == (
        "Answers", ["The whole cycle", *board.cycle.areas],
    )  # fmt: skip
    found = rows(tab)
    for each in board.answered:
        parts = (each.whole, *each.by_area.values())
        assert found[each.name, "Returns that were asked"] == tuple(part.rows[ASKED] for part in parts)
        for row, label in each.labels.items():
            assert found[each.name, label] == tuple(part.rows[row] for part in parts)
    assert found["At what age?", "Median"][0] == 14.5
    assert ("Was planning begun?", "Median") not in found
    nobody = answers_tab(counted.made(replace(board, cases=())))
    assert [row.key for row in nobody.rows] == [row.key for row in tab.rows], "rows that came later would stand last"
    assert not [each for each in found if each[0] == "What else?"]


def test_a_number_that_was_answered_is_a_number_in_returns_and_one_that_a_cell_cannot_hold_a_text() -> None:
    board = counted.board()
    case = board.cases[0]
    said = {counted.AGE: "15", counted.VISITS: "1.50"}
    long, small = "12345678901.123456789", "0.0000001"
    for longer, drawn in ((long, long), (small, small), ("0.1", 0.1), ("-3", -3), ("007", 7), ("-0", 0), ("", "")):
        lines = tuple(
            replace(line, tool=board.cycle.tool, answers=Answers(said | {counted.VISITS: longer}))
            for line in case.lines
        )
        one = replace(board, cases=(replace(case, lines=lines),))
        assert returned(one, counted.AGE) == 15
        assert (type(returned(one, counted.VISITS)), returned(one, counted.VISITS)) == (type(drawn), drawn)
    assert returned(replace(one, reflections=False), counted.AGE) == WITHHELD


def returned(board: Board, key: str) -> object:
    """The cell of the first row of Returns in a question's column."""
    tab = next(tab for tab in draw(board, sync()) if tab.key == "returns")
    return tab.rows[0].values[[column.key for column in tab.columns].index(f"section:{key}")]


def test_there_is_none_where_nothing_is_counted_or_what_was_answered_is_withheld() -> None:
    board = counted.board()
    usual = counted.made(replace(counted.board(DEFAULT), cases=()))
    assert "Answers" in titles(draw(board, sync()))
    for other in (usual, replace(board, reflections=False)):
        assert "Answers" not in titles(draw(other, sync()))


def test_without_areas_there_is_no_column_of_any() -> None:
    board = counted.board()
    one = counted.made(replace(board, cycle=replace(board.cycle, areas=())))
    assert [column.key for column in answers_tab(one).columns] == ["question", "answer", "all"]


def test_a_question_that_looks_like_a_formula_is_words_and_what_is_typed_over_a_number_is_put_back(
    sheet: Sheet, person: Person
) -> None:
    seen = replace(counted.TOOL.parts[0], label="=1+1")
    board = counted.board(replace(counted.TOOL, parts=(seen, *counted.TOOL.parts[1:])))
    sheet.draw(board)
    grid = sheet.look.grid("Answers")
    assert [row[2] for row in grid[1:6]] == ["=1+1"] * 5
    across = grid[0].index("The whole cycle")
    person.type("Answers", a1(1, across), "99")
    put_back = sheet.draw(board, sync=sync(2))
    assert len(put_back.drift) == 1
    assert sheet.look.grid("Answers")[1][across] == "150"


@pytest.mark.parametrize("typed", ["10%", "2026-03-12", "£5.00"])
def test_a_number_that_is_put_back_is_shown_as_it_was(sheet: Sheet, person: Person, typed: str) -> None:
    board = counted.board()
    sheet.draw(board)
    grid = sheet.look.grid("Answers")
    across = grid[0].index("The whole cycle")
    person.type("Answers", a1(1, across), typed)
    assert sheet.look.grid("Answers")[1][across] == typed
    put_back = sheet.draw(board, sync=sync(2))
    assert [each.found for each in put_back.drift] == [typed]
    assert sheet.look.grid("Answers") == grid
    person.type("Answers", a1(1, across), typed)
    person.clear("Answers", a1(1, across))  # what was typed is gone, and how it was shown isn't
    assert [each.found for each in sheet.draw(board, sync=sync(3)).drift] == [""]
    assert sheet.look.grid("Answers") == grid


def test_a_tab_that_is_drawn_is_emptied_while_reflections_are_kept_out_and_filled_again(sheet: Sheet) -> None:
    board = counted.board()
    sheet.draw(board)
    there = sheet.rows("Answers")
    assert there
    sheet.draw(board, sync=replace(sync(2), withheld=True))
    assert sheet.rows("Answers") == {}
    sheet.draw(board, sync=sync(3))
    assert sheet.rows("Answers") == there
    lent = replace(board, part=PartOfAudit.AREA, whose="East")
    sheet.draw(replace(lent, reflections=False), sync=sync(4))  # of a sheet that is lent that may change at any time
    assert sheet.rows("Answers") == {}
