"""The content of a report's documents: the tables of a Word or a Markdown file, and its whole text."""

import re
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET
from zipfile import ZipFile

Tables = list[list[list[str]]]
"""Tables, each a list of rows of cells."""
Said = tuple[Tables, str]
"""A document's tables, and its whole text."""

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_ESCAPED: Final = re.compile(r"\\([^\w\s])")


def of_word(data: bytes) -> Said:
    """The tables and the text of a .docx file."""
    with ZipFile(BytesIO(data)) as packed:
        names = [name for name in packed.namelist() if name.startswith("word/") and name.endswith(".xml")]
        parts = {name: ET.fromstring(packed.read(name)) for name in names}  # noqa: S314  # the product wrote it
    tables = [
        [[_words(cell) for cell in row.iter(f"{_WORD}tc")] for row in table.iter(f"{_WORD}tr")]
        for table in parts["word/document.xml"].iter(f"{_WORD}tbl")
    ]
    return tables, "\n".join(_words(part) for part in parts.values())


def _words(element: ET.Element) -> str:
    """The text in an element."""
    return "".join(each.text or "" for each in element.iter(f"{_WORD}t")).strip()


def of_markdown(words: str) -> Said:
    """The tables and the text of a Markdown file."""
    return list(_tables(words.splitlines())), _ESCAPED.sub(r"\1", words)


def _tables(lines: Iterable[str]) -> Iterator[list[list[str]]]:
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("| "):
            rows.append([_ESCAPED.sub(r"\1", cell).strip() for cell in line[2:-2].split(" | ")])
        elif rows:
            yield [row for number, row in enumerate(rows) if number != 1]  # the second line is a rule
            rows = []


def grades(tables: Tables, names: Iterable[str]) -> dict[str, int]:
    """Grade (lower-case) -> number of cases, from the first table of grades; all kinds of "not graded" are summed up.

    An empty dict if there is no such table.
    """
    for head, *rows in tables:
        if head[:2] == ["Grade", "Cases"]:
            numbers = [(row[0].lower(), int(row[1])) for row in rows]
            return {name: sum(number for label, number in numbers if label.startswith(name)) for name in names}
    return {}


STRONG: Final = " (a strength)"
"""Follows the name of a learning theme that is a strength, except in the report's own table of strengths."""


def themes(tables: Tables) -> dict[str, str]:
    """Learning theme -> in how many of how many cases it was found: "4 of 15"."""
    signs = {"Learning theme": "", "Strength": STRONG}
    return {
        row[0] + signs[head[0]]: row[1]
        for head, *rows in tables
        if head[0] in signs and head[1:2] == ["Cases"]
        for row in rows
    }
