"""Workbooks as boards save them: read like CSV, and whatever is no harmless workbook is refused in words."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from audit.bounds import MOST_COLUMNS, MOST_ENTRIES, MOST_LINES, MOST_ROWS, MOST_UNZIPPED
from audit.errors import Refused
from audit.past.xlsx_table import is_one, sheets

Rows = Sequence[Sequence[object]]


def book(**named: Rows) -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in named.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None], **more: bytes) -> bytes:
    """The workbook with its parts changed (None: left out), and more parts in it."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
        for name, part in more.items():
            new.writestr(name, part)
    return file.getvalue()


def unusually_packed(data: bytes) -> bytes:
    """The archive with one more file, packed in a way that no writer of such files uses."""
    file = BytesIO(data)
    with ZipFile(file, "a", ZIP_BZIP2) as archive:
        archive.writestr("word/a.bin", b"x")
    return file.getvalue()


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        sheets(data)
    assert refusal.value.sentence.isprintable()
    return refusal.value.sentence


GOOD = saved(book(East=[["Case", "Grade"], ["C1", "good"]]))


def test_what_stands_in_each_sheet_that_is_shown() -> None:
    made = book(
        East=[["Case", "Grade", "Count", None], [], ["C1", " good\nenough ", 4.0, None], [None, True, 0.5]],
        Empty=[],
        Lists=[["Police"]],
    )
    made["Lists"].sheet_state = "hidden"
    [found] = sheets(saved(made))
    assert (found.name, list(found.header), list(found.bad)) == ("East", ["Case", "Grade", "Count"], [])
    assert list(found.rows) == [(3, ["C1", "good enough", "4"]), (4, ["", "True", "0.5"])]


def test_what_says_nothing_that_could_be_kept_is_named_by_its_row() -> None:
    said = (date(2024, 1, 2), "=1+1", "#REF!", "x" * 10_001)
    [found] = sheets(saved(book(East=[["Case", "Grade"], *(["C1", each] for each in said)])))
    cell = "the cell in column B"
    assert [(each.place, each.reason) for each in found.bad] == [
        ("sheet “East”, row 2", f"{cell} holds a date: format it as text, and write what it should say"),
        ("sheet “East”, row 3", f"{cell} holds a formula that was never worked out: put its value there instead"),
        ("sheet “East”, row 4", f"{cell} holds an error (#REF!)"),
        ("sheet “East”, row 5", f"{cell} is far too long"),
    ]


def test_a_formula_says_what_it_came_to() -> None:
    made = saved(book(East=[["Case", "Count"], ["C1", "=1+1"]]))
    worked_out = repacked(made, lambda _, part: part.replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>").replace(
        b"<f>1+1</f><v></v>", b"<f>1+1</f><v>2</v>"))  # fmt: skip
    [found] = sheets(worked_out)
    assert list(found.rows) == [(2, ["C1", "2"])]


def test_a_sheets_name_is_no_identifier() -> None:
    [found] = sheets(saved(book(**{"943 476 5919": [["Case"], ["C1"]]})))
    assert found.name == "1"


def far_row(number: int) -> bytes:
    row = f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>C</t></is></c></row></sheetData>'.encode()
    return repacked(GOOD, lambda _, part: part.replace(b"</sheetData>", row))


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">'.encode() for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04" + b"\0" * 1000, "The workbook can't be opened: the file is damaged."),
        (GOOD[:-40], "The workbook can't be opened: the file is damaged."),
        (unusually_packed(GOOD), "The workbook can't be opened: the file is damaged."),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 1000, "This is a workbook of the old kind (.xls), or one with a password."),
        (repacked(GOOD, lambda _, part: part, **{"xl/vbaProject.bin": b"x"}), "The workbook holds a macro"),
        (repacked(GOOD, lambda _, part: part, **{"xl/macrosheets/sheet1.xml": b"x"}), "The workbook holds a macro"),
        (repacked(GOOD, lambda name, part: None if "workbook.xml" in name else part), "This file is no .xlsx"),
        (repacked(GOOD, lambda _, part: part[:-30]), "The workbook can't be read: something in it is damaged."),
        (
            repacked(GOOD, lambda _, part: part, **{f"x/{number}": b"" for number in range(MOST_ENTRIES)}),
            "The workbook is made of more than 1,000 files",
        ),
        (
            repacked(GOOD, lambda _, part: part, x=b"\0" * (MOST_UNZIPPED + 1)),
            "Unpacked, the workbook is larger than 50 MB",
        ),
        (saved(book(East=[], North=[])), "There are no words in the workbook's sheets."),
        (saved(book(East=[["Case", "=1+1"]])), "Sheet “East”: the first line must name the columns, and the cell in"),
        (saved(book(East=[["x"] * (MOST_COLUMNS + 1)])), "Sheet “East”, row 1 has more than 100 cells."),
        (far_row(MOST_ROWS + 1), "The workbook has more than 200,000 rows, empty ones counted."),
        (far_row(10**15), "The workbook has more than 200,000 rows, empty ones counted."),
        (repacked(GOOD, lambda _, part: part.replace(b"<sst", BOMB + b"]><sst").replace(b"Case", b"&i;")), "damaged."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_fault_29_what_is_no_harmless_workbook_gets_a_sentence(data: bytes, sentence: str) -> None:
    assert sentence in refused(data)


def test_a_row_far_down_is_read_with_its_number() -> None:
    [found] = sheets(far_row(MOST_ROWS))
    assert [number for number, _ in found.rows] == [2, MOST_ROWS]


def test_more_lines_than_are_allowed() -> None:
    rows = b"".join(b"<row><c><v>1</v></c></row>" for _ in range(MOST_LINES + 1)) + b"</sheetData>"
    assert "more than 50,000 lines" in refused(repacked(GOOD, lambda _, part: part.replace(b"</sheetData>", rows)))


def test_a_text_that_many_cells_share_is_counted_for_each() -> None:
    made = book(East=[["Case", "Grade"], *([["x" * 9_000] * 2] * 2_000)])
    assert "more than 20 million characters" in refused(saved(made))


@given(st.binary(max_size=300).map(lambda data: b"PK\x03\x04" + data))
def test_any_bytes_are_refused_in_words(data: bytes) -> None:
    assert is_one(data)
    assert refused(data)
