"""Rows that people copied, added or wrote beside, and rows and columns that come and go under their hands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.cycle.board import Board
from sandbox.sheets import Person
from tests.sheet.boards import NOW, board, full, sync
from tests.sheet.conftest import Sheet

BOARD = full(6, 3)
RETURNS = {line.return_id for case in BOARD.cases for line in case.lines}


@pytest.fixture
def drawn(sheet: Sheet) -> Sheet:
    sheet.begin(BOARD)
    return sheet


def settled(sheet: Sheet) -> None:
    """The sheet shows the board: another pass finds nothing to do, and every row has what a fresh drawing has."""
    assert sheet.draw(BOARD).writes == 0
    assert set(sheet.rows("Returns")) >= RETURNS


def noted(sheet: Sheet, person: Person) -> None:
    """A column of people's own, right of ours, with a remark beside every return."""
    header, *lines = sheet.look.grid("Returns")
    person.paste("Returns", "AC1", [["Our remarks"], *([f"remark on {line[0]}"] for line in lines)])
    assert header[0].startswith("Row key")


def remarks_stayed(sheet: Sheet) -> None:
    rows = sheet.rows("Returns")
    assert {key: rows[key]["Our remarks"] for key in RETURNS} == {key: f"remark on {key}" for key in RETURNS}


@pytest.mark.parametrize("linked", [True, False], ids=["anyone with the link reads it", "others read it"])
def test_a_copied_row_is_set_aside_and_the_first_stays(drawn: Sheet, person: Person, *, linked: bool) -> None:
    noted(drawn, person)
    source = person._range("Returns", "A3:AC3")  # noqa: SLF001  # a Person copies by any request
    person.do(copyPaste={"source": source, "destination": person._range("Returns", "A25:AC25")})  # noqa: SLF001
    person.type("Returns", "AC25", "a remark of the copy")
    person.type("Returns", "G25", "Another grade")
    done = drawn.draw(BOARD, sync=sync(2))
    assert [(one.tab, one.why) for one in done.quarantined] == [("Returns", "Another row has the same key")]
    remarks_stayed(drawn)
    held = next(iter(drawn.rows("Quarantine").values()))
    assert "Our remarks: a remark of the copy" in held["What it held"]
    assert "Self-grade or status: Another grade" in held["What it held"]
    settled(drawn)
    person.do(copyPaste={"source": source, "destination": person._range("Returns", "A25:AC25")})  # noqa: SLF001
    drawn.draw(BOARD, sync=sync(3, NOW + timedelta(minutes=1)))
    assert len(drawn.rows("Quarantine")) == 2

    board = replace(BOARD, unreleased=linked)
    withheld = replace(sync(4, NOW + timedelta(minutes=2)), withheld=linked)
    person.do(copyPaste={"source": source, "destination": person._range("Returns", "A25:AC25")})  # noqa: SLF001
    person.type("Returns", "AC25", "a later copy")
    done = drawn.draw(board, sync=withheld)
    texts = [row["What it held"] for row in drawn.rows("Quarantine").values()]
    assert (len(texts), {text.partition(":")[0] for text in texts}) == (3, {"Withheld"})
    kept = [one.found for one in done.drift if one.tab == "Quarantine"]
    assert len(kept) == 3
    for text in ("a remark of the copy", "Another grade", "a later copy"):
        assert text in str(kept)
        assert text not in str(drawn.look.grid("Quarantine"))
    ours = [person._range("Returns", area) for area in ("A3:AB3", "A30:AB30")]  # noqa: SLF001
    person.do(copyPaste={"source": ours[0], "destination": ours[1]})  # which holds nothing else
    done = drawn.draw(board, sync=replace(withheld, drawn_at=NOW + timedelta(minutes=3)))
    assert [one for one in done.drift if one.tab == "Quarantine"] == []
    again = drawn.draw(board, sync=withheld)
    assert (again.reads, again.writes) == (1, 0), "the days on Quarantine are nobody's numbers"
    drawn.draw(BOARD, sync=sync(5))
    settled(drawn)
    assert len(drawn.rows("Quarantine")) == 4


def test_a_key_pasted_over_another_is_told_apart_by_what_was_drawn_there(drawn: Sheet, person: Person) -> None:
    noted(drawn, person)
    person.type("Returns", "A4", drawn.look.text("Returns", 1, 0))
    assert drawn.draw(BOARD, sync=sync(2)).quarantined == ()
    remarks_stayed(drawn)
    settled(drawn)


def test_cells_inserted_among_ours_are_no_sort_though_all_rows_look_alike(sheet: Sheet, person: Person) -> None:
    awaited = board(6, 3)
    sheet.draw(awaited)
    noted(sheet, person)
    before = sheet.rows("Returns")
    person.do(insertRange={"range": person._range("Returns", "C4:F5"), "shiftDimension": "ROWS"})  # noqa: SLF001
    assert sheet.draw(awaited, sync=sync(2)).quarantined == ()
    assert sheet.rows("Returns") == before


@pytest.mark.parametrize("whole", [BOARD, board(6, 3)], ids=["answered", "all rows look alike"])
def test_cells_deleted_among_ours_let_those_below_move_up_each_with_its_remark(
    sheet: Sheet, person: Person, whole: Board
) -> None:
    """Without the hidden columns: the keys stay where they were."""
    first = sheet.draw(whole)
    noted(sheet, person)
    before = sheet.rows("Returns")
    person.do(deleteRange={"range": person._range("Returns", "C4:F5"), "shiftDimension": "ROWS"})  # noqa: SLF001
    second = sheet.draw(whole, sync=sync(2), memory=first.memory, whole=True)
    assert second.quarantined == ()
    assert sheet.rows("Returns") == before, "remarks weren't among them"
    gone = {line[0] for line in sheet.look.grid("Returns")[3:5]}
    person.do(deleteRange={"range": person._range("Returns", "C4:AC5"), "shiftDimension": "ROWS"})  # noqa: SLF001
    done = sheet.draw(whole, sync=sync(3), memory=second.memory, whole=True)
    assert ({(one.kind, one.row_key) for one in done.drift}, done.quarantined) == ({("row", key) for key in gone}, ())
    after = sheet.rows("Returns")
    assert {key: row for key, row in after.items() if key not in gone} == {
        key: row for key, row in before.items() if key not in gone
    }
    assert {key: after[key] for key in gone} == {key: before[key] | {"Our remarks": ""} for key in gone}
    assert sheet.draw(whole).writes == 0


def test_a_sort_of_what_is_seen_that_took_the_header_along_is_followed(drawn: Sheet, person: Person) -> None:
    noted(drawn, person)
    before = drawn.rows("Returns")
    person.sort("Returns", "C1:AC19", 6)
    done = drawn.draw(BOARD, sync=sync(2))
    assert (done.drift, done.quarantined) == ((), ())
    assert drawn.rows("Returns") == before
    settled(drawn)


def test_people_s_own_rows_tabs_notes_and_colours_stay(drawn: Sheet, person: Person) -> None:
    person.paste("Returns", "C22", [["Total", "18 returns"], ["=1+1", "of ours"]])
    person.insert_rows("Returns", 5)
    person.paste("Returns", "C6", [["East begins here"]])
    person.note("Returns", "G3", "ask them")
    person.colour("Returns", "G3", 1, 0, 0)
    person.add_tab("My tab")
    person.paste("My tab", "A1", [["mine"]])
    drawn.draw(full(12, 3), sync=sync(2))
    grid = drawn.look.grid("Returns")
    texts = [line[2] for line in grid]
    assert "East begins here" in texts
    assert grid[texts.index("Total")][3] == "18 returns"
    assert grid[texts.index("Total") + 1][2] == "2"
    assert person.tab("Returns").cell(2, 6)["note"] == "ask them"
    assert "backgroundColor" in person.tab("Returns").cell(2, 6)["userEnteredFormat"]
    assert drawn.look.text("My tab", 0, 0) == "mine"
    assert len(drawn.rows("Returns")) == 36


def test_new_rows_come_below_ours_and_push_people_s_down(drawn: Sheet, person: Person) -> None:
    person.paste("Returns", "C21", [["Total"]])
    drawn.draw(full(7, 3), sync=sync(2))
    texts = [line[2] for line in drawn.look.grid("Returns")]
    assert texts.index("Total") == 23
    assert texts.count("T2-EAST-07") == 3


def test_a_case_that_is_withdrawn_leaves_what_people_wrote_beside_it(drawn: Sheet, person: Person) -> None:
    noted(drawn, person)
    person.type("Returns", "H18", "typed over")
    smaller = full(5, 3)
    done = drawn.draw(smaller, sync=sync(2))
    assert (done.quarantined, [one.found for one in done.drift]) == ((), ["typed over"])
    remarks_stayed(drawn)
    left = [row for row in drawn.rows("Returns").values() if row["Case"] == "T2-CENTRAL-06"]
    assert [(row["Area"], row["Self-grade or status"], row["What went well"]) for row in left] == [
        ("Withdrawn", "", "")
    ] * 3
    person.type("Returns", "H18", "theirs now")
    assert drawn.draw(smaller, sync=sync(3)).writes == 0
    person.clear("Returns", "H18")
    back = drawn.draw(BOARD, sync=sync(4))
    assert (back.drift, back.quarantined) == ((), ())
    remarks_stayed(drawn)
    settled(drawn)


def test_a_case_that_is_withdrawn_goes_where_nobody_works_on_the_tab(drawn: Sheet) -> None:
    drawn.draw(full(5, 3), sync=sync(2))
    assert len(drawn.rows("Returns")) == 15
    assert len(drawn.look.grid("Returns")) == 16


def test_an_agency_that_joins_gets_a_column_before_people_s_own(drawn: Sheet, person: Person) -> None:
    person.insert_columns("Status", 6)
    person.paste("Status", "G1", [["Mine"], ["mine"]])
    done = drawn.draw(full(6, 4), sync=sync(2))
    assert done.drift == ()
    header = drawn.look.grid("Status")[0]
    judged = ["Case judgement (ratified)", "Ratified outside the rule", "In Slack"]
    assert header[2:] == ["Case", "Area", "Returns", "CSC", "Mine", "Education", "Health", "Police", *judged]
    assert drawn.draw(full(6, 4), sync=sync(3)).writes == 0


def test_an_agency_that_leaves_takes_its_column_along_unless_people_wrote_in_it(drawn: Sheet, person: Person) -> None:
    sheet = drawn
    sheet.draw(full(6, 4), sync=sync(2))
    sheet.draw(full(6, 3), sync=sync(3))
    assert "Police" not in sheet.look.grid("Status")[0]
    sheet.draw(full(6, 4), sync=sync(4))
    person.paste("Status", "H12", [["police are late"]])
    done = sheet.draw(full(6, 3), sync=sync(5))
    grid = sheet.look.grid("Status")
    assert "Police" not in grid[0]
    assert grid[11][7] == "police are late"
    assert {one.column for one in done.drift} == set()
    assert sheet.draw(full(6, 3), sync=sync(6)).writes == 0


def test_the_charts_show_the_areas_and_the_whole_whatever_order_people_chose(drawn: Sheet, person: Person) -> None:
    def shown() -> list[tuple[list[str], float]]:
        charts = drawn.look.charts("Tallies")
        return [(series[0].categories, sum(float(str(one.values[0])) for one in series)) for _, series in charts]

    assert shown() == [(["Central", "East", "North"], 2.0), (["The whole cycle"], 6.0)]
    _, (overall, _) = drawn.look.charts("Tallies")
    place = {"anchorCell": {"sheetId": person.tab("Tallies").id, "rowIndex": 40, "columnIndex": 1}}
    moved = {"objectId": overall["chartId"], "newPosition": {"overlayPosition": place}, "fields": "anchorCell"}
    person.do(updateEmbeddedObjectPosition=moved)
    person.sort("Tallies", "A2:P13", 3, descending=True)
    drawn.draw(BOARD, sync=sync(2))
    assert [(sorted(names), count) for names, count in shown()] == [
        (["Central", "East", "North"], 2.0), (["The whole cycle"], 6.0),
    ]  # fmt: skip
    (_, series), (overall, _) = drawn.look.charts("Tallies")
    assert overall["position"]["overlayPosition"]["anchorCell"]["rowIndex"] == 40
    assert [one.name for one in series] == [
        "Outstanding", "Good", "Requires improvement", "Inadequate", "Not graded", "Awaited",
    ]  # fmt: skip
    settled(drawn)


def test_days_and_times_are_real_and_rows_beyond_the_spare_ones_are_coloured_and_filtered(
    sheet: Sheet, person: Person
) -> None:
    sheet.draw(BOARD)
    for title in ("Returns", "Status"):
        person.delete_rows(title, 8 if title == "Status" else 19, 60)  # nothing is left below what is drawn
    sheet.draw(full(40, 3), sync=sync(2))
    returns, status = person.tab("Returns"), person.tab("Status")
    for tab, rows in ((returns, 121), (status, 42)):
        ranges = [one for rule in tab.lists["conditionalFormats"] for one in rule["ranges"]]
        ranges += [one["range"] for one in tab.lists["filterViews"]]
        assert {one["endRowIndex"] for one in ranges} == {rows}
    assert [line[2] for line in sheet.look.grid("Status")][-1] == "All cases", "it stays below the cases"
    across = sheet.look.grid("Returns")[0].index("Submitted (London)")
    cells = [returns.cell(row, across) for row in (1, 60, 120)]
    assert {cell["userEnteredFormat"]["numberFormat"]["type"] for cell in cells} == {"DATE_TIME"}
    assert {cell["userEnteredValue"]["numberValue"] for cell in cells} == {46090 + 10 / 24}
    assert sheet.look.text("Returns", 120, across) == "Mon 9 Mar 2026, 10:00 AM"


def test_a_tab_that_an_older_version_drew_comes_to_look_as_one_does_now(drawn: Sheet, person: Person) -> None:
    book, across = drawn.drive.spreadsheet(drawn.key).book, drawn.look.grid("Returns")[0].index("Submitted (London)")
    assert {one["name"] for one in book.named_ranges} >= {"roundtable_returns", "roundtable_tallies"}
    for mark in book.metadata.values():
        if mark["metadataKey"] == "roundtable.looks":
            mark["metadataValue"] = "1"
    ours = next(one for one in book.named_ranges if one["name"] == "roundtable_returns")
    person.do(deleteNamedRange={"namedRangeId": ours["namedRangeId"]})
    person.do(addNamedRange={"namedRange": {"name": "Roundtable_Returns", "range": ours["range"]}})
    person.do(repeatCell={"range": {"sheetId": person.tab("Returns").id}, "cell": {}, "fields": "userEnteredFormat"})
    _, (overall, _) = drawn.look.charts("Tallies")
    person.do(deleteEmbeddedObject={"objectId": overall["chartId"]})
    assert drawn.draw(BOARD, sync=sync(2)).writes == 1
    assert person.tab("Returns").cell(3, across)["userEnteredFormat"]["numberFormat"]["type"] == "DATE_TIME"
    assert len(drawn.look.charts("Tallies")) == 2
    names = [one["name"] for one in drawn.drive.spreadsheet(drawn.key).book.named_ranges]
    assert sorted(names) == sorted(set(names))
    assert {"Roundtable_Returns", "roundtable_returns_2"} <= set(names)
    settled(drawn)
    person.do(deleteEmbeddedObject={"objectId": overall["chartId"]})  # from now on it is up to people
    settled(drawn)
    assert len(drawn.look.charts("Tallies")) == 1
