"""A document: what it is made of, and how it reads as Markdown; views.docx writes the same as a Word file."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from audit.letterhead import PLAIN, Letterhead
from views.pictures import Picture


@dataclass(frozen=True)
class FigureMark:
    """Which figure of a report a number is, for the annex that lists its cases; nobody sees it in the text."""

    number: int


@dataclass(frozen=True)
class Strong:
    """Words that stand out from those beside them."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Blank:
    """What only the people know who get a document, and fill in by hand. It stands out."""

    what: str

    def __str__(self) -> str:
        return f"[{self.what}]"


Piece = str | Strong | FigureMark | Blank
Line = tuple[Piece, ...]
"""Words, with marks and blanks among them; a line break in the words stays one."""


@dataclass(frozen=True)
class Heading:
    """A heading; level 1 is a chapter."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Words. `stress`: they stand out, since the rest must be read with them; `small`: they are only looked up."""

    line: Line
    stress: bool = False
    small: bool = False


@dataclass(frozen=True)
class Bullets:
    """A list, in no order."""

    items: tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Rows under a head that is repeated on every page; each row has as many cells as the head.

    `widths`: how wide the columns are, against each other. The cells of columns in `numbers` (by place) stand right.
    `share`: of the page's width, that the table takes.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    widths: tuple[float, ...]
    numbers: frozenset[int] = frozenset()
    share: float = 1.0


@dataclass(frozen=True)
class Chart:
    """A picture; its alt text says every number in it."""

    picture: Picture


@dataclass(frozen=True)
class PageBreak:
    """What follows begins on a new page."""


Part = Heading | Paragraph | Bullets | Table | Chart | PageBreak


@dataclass(frozen=True)
class Front:
    """What the page before all others says besides the title: of which audit, and in which edition and stage.

    `stage`: "Draft", "Approved" or "Issued"; `made`: the version's day, in words; `notice`: for whom it is, or "".
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
    """A document. `name`: its files', without what tells their sort ("audit-2-report-v1"). `foot`: on every page.

    `front`: its first page, None for a short document, which begins with its title. `letterhead`: whose it is.
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
    """A file of another sort, such as a workbook: its whole name, what it is called, and what makes its bytes."""

    name: str
    title: str
    write: Callable[[], bytes]


def as_file(document: Document | File, letterhead: Letterhead = PLAIN) -> File:
    """A document as the file that is handed out: Word's, unless it is another sort of file already."""
    if isinstance(document, File):
        return document
    whole = replace(document, letterhead=letterhead)
    return File(f"{document.name}.docx", document.title, lambda: docx(whole))


def said(*words: Piece | Line) -> Line:
    """One line out of words, marks, blanks and lines."""
    return tuple(piece for word in words for piece in (word if isinstance(word, tuple) else (word,)) if piece != "")


def docx(document: Document) -> bytes:
    """The document as a Word file, the same bytes for the same document."""
    from views.docx import written  # python-docx and lxml take a third of a second to load, and few processes write

    return written(document)


def chart_name(document: Document, number: int) -> str:
    """The name of the picture file that the Markdown shows as its `number`-th chart, from 1."""
    return f"{document.name}-chart-{number}.png"


def markdown(document: Document) -> str:
    """The document as Markdown; its charts are files beside it, named by `chart_name`."""
    charts = iter(range(1, len(document.parts) + 1))
    lines = [f"# {_flat(document.title)}", "", *_first(document)]
    for part in document.parts:
        lines += [*_marked_down(document, part, charts), ""]
    return "\n".join([*lines, f"_{_flat(document.foot)}_"]) + "\n"


def _first(document: Document) -> list[str]:
    front = document.front
    if front is None:
        return []
    told = (
        document.letterhead.name,
        front.audit,
        front.theme,
        front.edition,
        f"Version {front.version}, {front.made}",
        front.stage,
    )
    return [
        *(f"{_flat(each)}  " for each in told if each),
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
"""Before what would begin a list or a heading: a sign, or a number's full stop."""


def _plain(text: str, broken: str) -> str:
    """Words as they stand: nothing that somebody wrote is markup. Lines end with `broken`."""
    lines = [_AT_START.sub(r"\1\\", _ACTIVE.sub(r"\\\1", line)) for line in printable(text).split("\n")]
    return broken.join(line for line in lines if line.strip()) if len(lines) > 1 else lines[0]


_UNPRINTABLE = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def printable(text: str) -> str:
    """`text` without control characters, nor those that turn words round; every way of ending a line is the same."""
    return _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
