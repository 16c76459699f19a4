"""Workbooks of a few kilobytes that would keep their readers busy for minutes, or take gigabytes: refused, and soon."""

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest

from audit.bounds import MOST_UNZIPPED
from audit.errors import Refused
from audit.past import as_pasted
from tests.past.test_xlsx_table import GOOD, repacked

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
TOO_MUCH = "The workbook takes too long, or too much memory, to be read, so it isn't accepted."


def part(name: str) -> bytes:
    with ZipFile(BytesIO(GOOD)) as file:
        return file.read(name)


def with_parts(parts: dict[str, bytes]) -> bytes:
    """The workbook with these parts, in the place of those of the same name or beside them."""
    return repacked(GOOD, lambda name, found: None if name in parts else found, **parts)


def with_cells(cells: bytes) -> bytes:
    """The workbook with one more row in its sheet."""
    row = b'<row r="9">' + cells + b"</row></sheetData>"
    return repacked(GOOD, lambda _, found: found.replace(b"</sheetData>", row))


def elsewhere() -> bytes:
    """The workbook's own part in an encoding that isn't counted in, under a name that tells nothing."""
    sheets = '<sheet name="a" sheetId="1" r:id="rId1"/>' * 200_000
    related = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    book = f'<?xml version="1.0" encoding="utf-32"?><workbook {MAIN} {related}><sheets>{sheets}</sheets></workbook>'
    return with_parts({
        "xl/w.bin": book.encode("utf-32"), "xl/_rels/w.bin.rels": part("xl/_rels/workbook.xml.rels"),
        "[Content_Types].xml": part("[Content_Types].xml").replace(b"/xl/workbook.xml", b"/xl/w.bin"),
    })  # fmt: skip


def formulas() -> bytes:
    """A long formula that many cells share, each of which has it rewritten."""
    first = b'<c r="A9"><f t="shared" si="0">' + b"A1+" * 300_000 + b"A1</f><v>1</v></c>"
    return with_cells(first + b'<c r="B9"><f t="shared" si="0"/><v>1</v></c>' * 90)


BOMBS: dict[str, Callable[[], bytes]] = {
    "a tag without an end": lambda: with_parts({"xl/a.xml": b'<a b="' + b"a" * (MOST_UNZIPPED - 100_000) + b'"/>'}),
    "its part elsewhere": elsewhere,
    "formulas": formulas,
}


@pytest.mark.parametrize("made", BOMBS.values(), ids=BOMBS.keys())
def test_fault_29_what_takes_too_much_ends_apart(made: Callable[[], bytes]) -> None:
    with pytest.raises(Refused) as refusal:
        as_pasted.lines(made(), "file")
    assert refusal.value.fields == {"file": TOO_MUCH}
