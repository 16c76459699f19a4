"""CSV files as people save them: read whatever their cut, and refused with the line where they can't be."""

import csv
import io
import unicodedata
from contextlib import suppress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from audit.bounds import MOST_LINES
from audit.errors import Refused
from audit.past import csv_table
from audit.past.table import ReadLines, lines_by_column, refuse
from audit.pasted import Bad

NAMES = ("case", "grade", "area")
HEADER = "case,grade,area"
cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffd\ufeff"))
composed = cells.map(lambda text: unicodedata.normalize("NFC", text))
plain_cells = composed.map(lambda text: " ".join(text.split())).filter(lambda text: not text.startswith(tuple("=+-@")))


def table(data: bytes, *more: str) -> ReadLines:
    return lines_by_column(csv_table.sheet(data, {*NAMES, *more}), NAMES, more)


def read(text: str) -> list[tuple[int, dict[str, str]]]:
    found = table(text.encode(), "count")
    assert not found.bad
    return [(line.number, dict(line.cells)) for line in found.lines]


def faults(text: str) -> list[tuple[int, str]]:
    return [(each.number, each.reason) for each in table(text.encode(), "count").bad]


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        table(data)
    return refusal.value.sentence


@given(
    st.lists(st.tuples(plain_cells, plain_cells, plain_cells).filter(any), min_size=1, max_size=5),
    st.permutations(NAMES),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["", "\ufeff"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_what_a_spreadsheet_saves_is_read(
    rows: list[tuple[str, str, str]], columns: list[str], cut: str, mark: str, end: str
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=cut, lineterminator=end)
    writer.writerow(columns)
    writer.writerows(rows)
    found = table((mark + out.getvalue()).encode())
    assert not found.bad
    assert [tuple(line.cells[name] for name in columns) for line in found.lines] == rows
    assert [line.number for line in found.lines] == [number + 2 for number in range(len(rows))]


def test_line_breaks_in_cells_empty_lines_and_spaces() -> None:
    text = f'{HEADER}\n"T2-1","a\nb\r\nc", East \n\n,,\nT2-2, "good",""\n'
    assert read(text) == [
        (2, {"case": "T2-1", "grade": "a b c", "area": "East"}),
        (7, {"case": "T2-2", "grade": "good", "area": ""}),
    ]


def test_columns_are_found_whatever_their_letter_case() -> None:
    assert read("Grade;AREA;Count; case\ngood;East;;T2-1\n")[0][1]["case"] == "T2-1"


@pytest.mark.parametrize(
    ("text", "number", "reason"),
    [
        (f"{HEADER}\nT2-1,good\n", 2, "it has 2 cells where the header has 3"),
        (f"{HEADER}\nT2-1,good,East\nT2-1,good,East,\n", 3, "it has 4 cells where the header has 3"),
        (f"{HEADER}\nT2-1,=good,East\n", 2, "the cell under grade begins as a formula does"),
        (f"{HEADER}\n@T2-1,+good,East\n", 2, "the cell under case and the cell under grade begin as a formula does"),
        (f"{HEADER}\nT2-1, -1,East\n", 2, "the cell under grade begins"),
        (f'{HEADER}\nT2-1,"\tgood",East\n', 2, "the cell under grade begins"),
        (f'{HEADER}\nT2-1,"\rgood",East\n', 2, "the cell under grade begins"),
        (f'{HEADER}\n"a\nb",good,East\nT2-1,"go"od,East\n', 4, "its quotation marks don't match"),
        (f'{HEADER}\nT2-1,"good,East\nT2-2,good,East', 2, "its quotation marks don't match"),
        (f"{HEADER}\nT2-1,{'x' * 200_000},East\n", 2, "a cell is far too long"),
    ],
)
def test_a_bad_line_is_named(text: str, number: int, reason: str) -> None:
    found = faults(text)
    assert [each for each, _ in found] == [number]
    assert found[0][1].startswith(reason)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n\n", "The file is empty."),
        (b"case,grade,area\n", "The file has a header and nothing under it."),
        (b"case,grade,area\nT2-1,good,East\nT2-2,good,\xc9st\n", "Line 3 of the file isn't UTF-8 text. In Excel, save"),
        ("case,grade,area\nT2-1,good,East".encode("utf-16"), "Line 1 of the file isn't UTF-8 text."),
        ("case,grade,area".encode("utf-16-le"), "Line 1 of the file holds NUL bytes"),
        (b"case,grade,area\rT2-1,good\0,East", "Line 2 of the file holds NUL bytes"),
        ("case,grade,area\n\nT2-1,gutm\ufffd,East".encode(), "Line 3 of the file holds “\ufffd”: a character was lost"),
        (b"PK\x03\x04...", "This file is a workbook, not CSV."),
        (b"T2-1,good,East\n", "it lacks case, grade, area"),
        (b"case,grade\nT2-1,good\n", "it lacks area. It needs: case, grade, area."),
        (b"case,grade,area,Case\n", "it names “case” twice"),
        (b"case,grade,area,notes\nT2-1,good,East,\n", "it has “notes”, which isn't known"),
        (b"943 476 5919,grade,area\n", "it lacks case; it has a column whose name isn't text, which"),
        (b"case,grade,area,,\nT2-1,good,East,,\n", "it names an empty column twice"),
        (b'case,"gr"ade,area\n', "The first line can't be read: its quotation marks don't match"),
        (b"case,grade,area\n" + b"a,b,c\n" * (MOST_LINES + 1), "more than 50,000 lines"),
        (b",", "There are no words in the file."),
        (b"case,grade,area" + b",x" * 1_000_000, "The file has more than 100 columns."),
        (b'case,grade,area,"' + b",x" * 1_000_000, "The file has more than 100 columns."),
        (b"case,grade,area\nT2-1,good,East\n" + b"," * 1_000_000, "Line 3 of the file has more than 100 cells."),
        (b"," * 1_000_000, "The file has more than 100 columns."),
        (b"case,grade,area\n" + b"," * 99 + b"\n" + (b"," * 99 + b"\n") * 10_000, "more than 1,000,000 cells"),
        (b"x" * 20_000_001, "The file is larger than 20 MB."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_cant_be_read_gets_a_sentence(data: bytes, sentence: str) -> None:
    assert sentence in refused(data)


def test_as_many_lines_as_are_allowed() -> None:
    assert len(table(b"case,grade,area\n" + b"a,b,c\n" * MOST_LINES).lines) == MOST_LINES


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
@example(b"T2-1\x7f,good,East")
@example(b",")
@example(b";\n,\t\n")
@example(b'""')
@example(b'"')
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    with suppress(Refused):
        table(data)
        return
    assert refused(data).isprintable()


def test_fifty_bad_lines_are_named_and_the_rest_counted() -> None:
    refuse([])
    with pytest.raises(Refused) as refusal:
        refuse([Bad(number, "no grade") for number in range(120, 1, -1)])
    lines = refusal.value.sentence.splitlines()
    assert lines[:2] == ["Nothing was stored: 119 lines are at fault.", "  line 2: no grade"]
    assert lines[-2:] == ["  line 51: no grade", "  and 69 more, named once these are corrected"]
