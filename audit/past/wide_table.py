"""A sheet in the wide format that many boards keep: a row for each case, with a column for each agency's grade."""

from collections.abc import Iterator, Mapping

from audit.bounds import twice
from audit.errors import Refused
from audit.past.table import ReadLines, Sheet, TableLine, lines_by_column, quoted
from audit.pasted import Bad

_CASE = ("case", "case reference", "case ref", "reference", "ref")
_ABOUT = ("cycle", "title", "area", "section")
_JUDGEMENT = ("judgement", "judgment", "overall", "overall grade", "overall judgement", "ratified")
_MODERATED = ("moderated", "(moderated)", "moderator")
_NOTHING = ("", "-", "\u2013", "\u2014")
"""What the cell of an agency that wasn't involved may contain."""
Column = tuple[str, str]
"""The kind of result in a column, and the agency's name as the sheet has it ("" for a judgement)."""


def is_one(sheet: Sheet) -> bool:
    """Whether a sheet is in the wide format."""
    columns = sheet.columns
    return "grade" not in columns and "kind" not in columns and any(name in columns for name in _CASE)


def table(sheet: Sheet, agencies: Mapping[str, str]) -> ReadLines:
    """The sheet's grades in the long format, a line for each. `agencies`: plain name -> id.

    Refused if a column is neither about the case nor named after a known agency. An empty cell is no result.
    """
    grades = {name: column for name in sheet.columns if (column := _column(name, agencies))}
    about = [name for name in sheet.columns if name in (*_CASE, *_ABOUT)]
    strange = [name for name in sheet.columns if name not in grades and name not in about]
    if strange:
        raise Refused(
            f"{sheet.called} has {', '.join(map(quoted, strange[:5]))}, which is neither {', '.join(('case', *_ABOUT))}"
            " or judgement nor an agency: write an agency's label or short label as it is set up."
        )
    meanings = [" ".join(grades.get(name, ("case" if name in _CASE else name,))).strip() for name in sheet.columns]
    if doubled := twice(meanings):
        raise Refused(f"{sheet.called} has two columns for {', '.join(map(quoted, doubled))}.")
    read = lines_by_column(sheet, (), sheet.columns)
    lines, bad = [], list(read.bad)
    for line in read.lines:
        grade_lines = list(_lines(line, grades))
        lines += grade_lines
        if not grade_lines:
            why = "it holds no grade: write not_graded under judgement, or leave the row out"
            bad.append(Bad(line.number, why, line.sheet))
        elif not grade_lines[0].cells["case"]:
            bad.append(Bad(line.number, "it names no case", line.sheet))
    return ReadLines(tuple(each for each in lines if each.cells["case"]), tuple(bad))


def _column(name: str, agencies: Mapping[str, str]) -> Column | None:
    if name in _JUDGEMENT:
        return "judgement", ""
    if name in agencies:
        return "return", name
    for mark in _MODERATED:
        agency = name.removesuffix(f" {mark}")
        if agency != name and agency in agencies:
            return "moderated", agency
    return None


def _lines(line: TableLine, grades: Mapping[str, Column]) -> Iterator[TableLine]:
    about = {name: cell for name, cell in line.cells.items() if name in _ABOUT}
    case = next(cell for name, cell in line.cells.items() if name in _CASE)
    for name, (kind, agency) in grades.items():
        if (cell := line.cells[name]) not in _NOTHING:
            yield TableLine(
                line.number, {**about, "case": case, "agency": agency, "kind": kind, "grade": cell}, line.sheet
            )
