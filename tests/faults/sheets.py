"""The spreadsheets of a house, the audit's own and lent ones: people's work in them, and checks of their content."""

from collections import Counter
from collections.abc import Mapping

from audit.cycle.board import Board
from sandbox.sheets import Drive, Look, Person
from tests.sheet.boards import a1

REMARKS = "Our remarks"


def worked_in(drive: Drive, spreadsheet_id: str, *, hidden: bool) -> None:
    """Have a person write beside each return once the sheet is drawn, then sort it before each write.

    `hidden`: whether the sort includes the hidden columns.
    """
    person = Person(drive, spreadsheet_id)

    def note() -> None:
        header, *rows = Look(drive.spreadsheet(spreadsheet_id).book).grid("Returns")
        remarks = [[f"on {row[header.index('Case')]} {row[header.index('Agency')]}"] for row in rows if any(row)]
        person.paste("Returns", a1(0, len(header)), [[REMARKS], *remarks])

    def sort() -> None:
        header, *rows = Look(drive.spreadsheet(spreadsheet_id).book).grid("Returns")
        first, last = (0 if hidden else 2), a1(sum(any(row) for row in rows), len(header) - 1)
        person.sort("Returns", f"{a1(1, first)}:{last}", header.index("Version"), descending=True)

    drive.meanwhile.act(f"{spreadsheet_id}:batchUpdate", note, "after")
    drive.meanwhile.act(f"{spreadsheet_id}:batchUpdate", sort, times=None, skip=1)


def are_true(drive: Drive, board: Board, spreadsheets: Mapping[str, str]) -> None:
    """Each return has one row, as in the database, with people's remarks beside it. Agency ("": all) -> spreadsheet."""
    for agency, spreadsheet_id in spreadsheets.items():
        grid = Look(drive.spreadsheet(spreadsheet_id).book).grid("Returns")
        top = next(number for number, row in enumerate(grid) if "Case" in row)
        rows = [dict(zip(grid[top], row, strict=True)) for row in grid[top + 1 :]]
        shown = Counter((row["Case"], row["Agency"], row["Version"] or "0") for row in rows if row["Case"])
        lines = ((case.reference, line) for case in board.cases for line in case.lines)
        wanted = Counter((of, line.agency, str(line.version)) for of, line in lines if agency in ("", line.agency))
        assert shown == wanted
        if REMARKS in grid[top]:
            assert {row[REMARKS] for row in rows} == {f"on {row['Case']} {row['Agency']}" for row in rows}
