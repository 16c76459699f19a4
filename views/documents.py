"""The parts of a document, and the document as Markdown; views.docx writes the same parts as a Word file."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from audit.letterhead import PLAIN, Letterhead
from views.pictures import Picture


@dataclass(frozen=True)
class FigureMark:
    """The number of a figure in a report, for the annex that lists the cases behind it; it isn't shown in the text."""

    number: int


@dataclass(frozen=True)
class Strong:
    """Words that are emphasised."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Blank:
    """A highlighted gap, to be filled in by hand by those who receive the document. `what` says what belongs there."""

    what: str

    def __str__(self) -> str:
        return f"[{self.what}]"


Piece = str | Strong | FigureMark | Blank
Line = tuple[Piece, ...]
"""A run of text with marks and blanks in it; a line break in the text is kept."""


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph. `stress`: emphasised, since the rest must be read with it; `small`: for reference only."""

    line: Line
    stress: bool = False
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """An unordered list."""

    items: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """A table whose head is repeated on every page; each row has as many cells as the head.

    `widths`: the columns' relative widths. `numbers`: the indices of the columns that are aligned right.
    `share`: the part of the page's width that the table takes, from 0 to 1.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[float, ...]
    numbers: frozenset[int] = frozenset()
    share: float = 1.0


@dataclass(frozen=True)
class Chart:
    """A picture; its alt text gives every number in it."""

    picture: Picture


@dataclass(frozen=True)
class PageBreak:
    """The next part begins on a new page."""


Part = Heading | Paragraph | Bullets | Table | Chart | PageBreak


@dataclass(frozen=True)
class Front:
    """What the front page says besides the title.

    `stage`: "Draft", "Approved" or "Issued"; `made`: the version's date, in words; `notice`: who may read it, or "".
    """

    audit: str
    theme: str
    edition: str
    version: str
    stage: str
    made: str
    notice: str = ""


@dataclass(frozen=True)
class Document:
    """A document. `name`: its file name without an extension ("audit-2-report-v1"). `foot`: the footer of every page.

    `front`: its front page; None for a short document, which begins with its title.
    `letterhead`: the partnership's name, logo and Word template.
    """

    name: str
    title: str
    foot: str
    parts: tuple[Part, ...]
    front: Front | None = None
    letterhead: Letterhead = PLAIN

    @property
    def charts(self) -> tuple[Picture, ...]:
        """The document's pictures, in order."""
        return tuple(part.picture for part in self.parts if isinstance(part, Chart))


@dataclass(frozen=True)
class File:
    """A file of another type, such as a workbook: its file name, its title, and the function that makes its bytes."""

    name: str
    title: str
    write: Callable[[], bytes]


def as_file(document: Document | File, letterhead: Letterhead = PLAIN) -> File:
    """The file that is handed out: a Word file for a `Document`; a `File` stays as it is."""
    if isinstance(document, File):
        return document
    whole = replace(document, letterhead=letterhead)
    return File(f"{document.name}.docx", document.title, lambda: docx(whole))


def inline(*words: Piece | Line) -> Line:
    """Join words, marks, blanks and lines into one line."""
    return tuple(piece for word in words for piece in (word if isinstance(word, tuple) else (word,)) if piece != "")


def docx(document: Document) -> bytes:
    """The document as a Word file; the same document gives the same bytes."""
    from views.docx import docx_bytes  # python-docx and lxml take a third of a second to load, and few processes write

    return docx_bytes(document)


def chart_name(document: Document, number: int) -> str:
    """The name of the picture file that the Markdown shows as its `number`-th chart, counted from 1."""
    return f"{document.name}-chart-{number}.png"


def markdown(document: Document) -> str:
    """The document as Markdown; its charts are separate files, named by `chart_name`."""
    charts = iter(range(1, len(document.parts) + 1))
    lines = [f"# {_flat(document.title)}", "", *_first(document)]
    for part in document.parts:
        lines += [*_marked_down(document, part, charts), ""]
    return "\n".join([*lines, f"_{_flat(document.foot)}_"]) + "\n"


def _first(document: Document) -> list[str]:
    front = document.front
    if front is None:
        return []
    lines = (
        document.letterhead.name,
        front.audit,
        front.theme,
        front.edition,
        f"Version {front.version}, {front.made}",
        front.stage,
    )
    return [
        *(f"{_flat(each)}  " for each in lines if each),
        "",
        *([f"> **{_flat(front.notice)}**", ""] if front.notice else []),
    ]


def _marked_down(document: Document, part: Part, charts: Iterator[int]) -> list[str]:
    match part:
        case Heading(text, level):
            return [f"{'#' * (level + 1)} {_flat(text)}"]
        case Paragraph(line, stress):
            return [f"> **{_words(line)}**" if stress else _words(line, "  \n")]
        case Bullets(items):
            return [f"- {_words(item, '  ' + chr(10) + '  ')}" for item in items]
        case Table():
            return _table(part)
        case Chart(picture):
            return [f"![{_flat(picture.alt)}]({chart_name(document, next(charts))})", "", f"_{_flat(picture.caption)}_"]
        case PageBreak():
            return ["---"]


def _table(table: Table) -> list[str]:
    rules = ["---:" if place in table.numbers else "---" for place in range(len(table.head))]
    rows = [" | ".join(_words(cell, "<br>") for cell in row) for row in table.rows]
    head = " | ".join(_flat(name) for name in table.head)
    top = [f"**{_flat(table.caption)}**", "", f"| {head} |", f"| {' | '.join(rules)} |"]
    return [*top, *(f"| {row} |" for row in rows)]


def _words(line: Line, broken: str = " ") -> str:
    return "".join(_written(piece, broken) for piece in line if not isinstance(piece, FigureMark))


def _written(piece: str | Strong | Blank, broken: str) -> str:
    text = _plain(str(piece), broken)
    return f"**{text}**" if isinstance(piece, Strong) and text.strip() else text


def _flat(text: str) -> str:
    return _plain(text, " ")


_ACTIVE = re.compile(r"([\\`*_\[\]<>|#~!&])")
_AT_START = re.compile(r"^(\s*(?=[-+=])|\s*\d+(?=[.)]))")
"""Matches where Markdown would see a list or a heading: before a sign, or before the full stop after a number."""


def _plain(text: str, broken: str) -> str:
    """`text` with Markdown's characters escaped; line breaks become `broken`, blank lines nothing."""
    lines = [_AT_START.sub(r"\1\\", _ACTIVE.sub(r"\\\1", line)) for line in printable(text).split("\n")]
    kept = [line for line in lines if line.strip()]
    return lines[0] if len(lines) == 1 else broken.join(kept) if kept else broken


_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """`text` without control characters and without marks that change the writing direction; lines end with LF."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
