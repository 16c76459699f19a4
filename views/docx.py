"""A document as a Word file: a filled-in template, headings, tables with repeated heads, charts with alt text.

python-docx writes the parts after the template is filled in, so the template engine never interprets their text.
"""

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Emu, Pt
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from audit import apart
from audit.errors import Refused
from audit.letterhead import fields, filling
from audit.letterhead.filling import STYLES
from views import template
from views.documents import (
    Blank,
    Bullets,
    Chart,
    Document,
    FigureMark,
    Front,
    Heading,
    Line,
    PageBreak,
    Paragraph,
    Part,
    Strong,
    Table,
    printable,
)

CELL, HEAD_CELL, SMALL = 8.0, 7.0, 7.0
"""Font sizes in points."""
SHADE, EDGE = "E8EDF3", "B8C2CC"
_LOGO_WIDTH, _LOGO_HEIGHT = Cm(6), Cm(2)
A4, AFTER_TABLE = Cm(21), Pt(8)
MOST_ROWS_TOGETHER = 15
"""The most rows of a table that is kept on one page."""
NOTHING = Front("", "", "", "", "", "")
"""The template's values for a document without a front page."""


def docx_bytes(document: Document) -> bytes:
    """The file's bytes; the same document gives the same bytes."""
    word = docx.Document(BytesIO(_filled(document)))
    place = next(each for each in word.paragraphs if each.text == fields.MARKS[fields.REPORT])
    _place_logo(word, document)
    _write_parts(word, place, document.parts)
    about = word.core_properties
    about.title, about.author, about.last_modified_by = printable(document.title), "", ""
    about.created = about.modified = template.LONG_AGO
    about.language = about.language or "en-GB"
    kept = BytesIO()
    word.save(kept)
    return _timeless(kept)


def _filled(document: Document) -> bytes:
    """The document's template with its fields filled in; a board's own template is filled in in a separate process."""
    front, letterhead = document.front or NOTHING, document.letterhead
    values = {
        fields.PARTNERSHIP: letterhead.name, fields.LOGO: "here" if letterhead.logo else "",
        fields.TITLE: document.title, fields.FOOT: document.foot, fields.REPORT: "here",
        fields.AUDIT: front.audit, fields.THEME: front.theme, fields.EDITION: front.edition,
        fields.VERSION: front.version, fields.STAGE: front.stage, fields.DATE: front.made, fields.NOTICE: front.notice,
    }  # fmt: skip
    if letterhead.template and document.front:
        with suppress(Refused):  # it was checked when it was set; the product's own template is better than no report
            return apart.run_apart(filling.usable, letterhead.template, "The template", values=values)
    return filling.filled(template.shipped(), values)


def _place_logo(word: Word, document: Document) -> None:
    """Replace the template's logo marks by the logo, in the text, headers and footers."""
    logo, name, mark = document.letterhead.logo, document.letterhead.name, fields.MARKS[fields.LOGO]
    if logo is None:
        return
    ends = (each.target_part for each in word.part.rels.values() if each.reltype.endswith(("/header", "/footer")))
    for part in (word.part, *ends):
        for text in [each for each in part.element.iter(qn("w:t")) if mark in (each.text or "")]:
            text.text = text.text.replace(mark, "")
            picture = Run(text.getparent(), part).add_picture(BytesIO(logo), height=_LOGO_HEIGHT)
            if picture.width > _LOGO_WIDTH:
                picture.height, picture.width = Emu(picture.height * _LOGO_WIDTH // picture.width), _LOGO_WIDTH
            _describe(picture._inline.docPr, f"Logo: {name}" if name else "Logo", "Logo")  # noqa: SLF001  # see there


@dataclass(frozen=True)
class _Sheet:
    """The Word document that is written to, its style ids by name, and the width between its margins (EMU)."""

    word: Word
    styles: dict[str, str]
    width: int

    def paragraph(self, style: str = "", text: str = "") -> WordParagraph:
        """Add a paragraph. The style is set by id, since python-docx would search all styles twice for its name."""
        paragraph = self.word.add_paragraph(printable(text))
        if style:
            paragraph._p.style = self.styles[style]  # noqa: SLF001  # python-docx takes only names and styles
        return paragraph


def _write_parts(word: Word, place: WordParagraph, parts: tuple[Part, ...]) -> None:
    """Write the parts where the paragraph `place` stands: they are added at the end, then moved there."""
    section = word.sections[-1]
    page, left, right = section.page_width, section.left_margin, section.right_margin
    width = (page or A4) - (left or 0) - (right or 0)
    sheet = _Sheet(word, {name: word.styles[name].style_id for name in STYLES}, width)
    standing = len(word.element.body)
    turning, before = False, None
    for part in parts:
        already = len(word.paragraphs) if turning else 0
        added = _add(sheet, part)
        if added is not None and isinstance(before, Table) and isinstance(part, Paragraph | Bullets | Chart):
            added.paragraph_format.space_before = AFTER_TABLE
        if turning and len(word.paragraphs) > already:
            word.paragraphs[already].paragraph_format.page_break_before = True
        turning, before = isinstance(part, PageBreak), part
    for element in word.element.body[standing - 1 : -1]:
        place._p.addprevious(element)  # noqa: SLF001  # python-docx can't write in between
    for run in place.runs:
        run.text = ""
    if not isinstance(before, Table):  # after which a paragraph has to follow
        place._p.getparent().remove(place._p)  # noqa: SLF001  # likewise


def _add(sheet: _Sheet, part: Part) -> WordParagraph | None:
    """Write a part. Returns its first paragraph, or None if it doesn't begin with one."""
    match part:
        case Heading(text, level):
            return sheet.paragraph(f"Heading {level}", text)
        case Paragraph(line, stress, small):
            return _write(sheet.paragraph(), line, bold=stress, size=SMALL if small else None)
        case Bullets(items):
            written = [_write(sheet.paragraph("List Bullet"), item) for item in items]
            return written[0] if written else None
        case Table():
            return _table(sheet, part)
        case Chart(picture):
            shown = sheet.word.add_picture(BytesIO(picture.png()), width=sheet.width)
            _describe(shown._inline.docPr, picture.alt, picture.title)  # noqa: SLF001  # likewise
            return sheet.word.paragraphs[-1]
        case PageBreak():
            pass  # the part after it begins a page
    return None


def _describe(picture: BaseOxmlElement, alt: str, title: str) -> None:
    """Set the alt text and title of a picture for screen readers; python-docx has no function for this."""
    picture.set("descr", printable(alt))
    picture.set("title", printable(title))


def _write(paragraph: WordParagraph, line: Line, *, bold: bool = False, size: float | None = None) -> WordParagraph:
    for piece in line:
        if isinstance(piece, FigureMark):
            continue
        run = paragraph.add_run(printable(str(piece)))
        if bold or isinstance(piece, Strong):
            run.bold = True
        if size:
            run.font.size = Pt(size)
        if isinstance(piece, Blank):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return paragraph


def _table(sheet: _Sheet, table: Table) -> WordParagraph:
    caption = sheet.paragraph("Caption", table.caption)
    caption.paragraph_format.keep_with_next = True
    grid = sheet.word.add_table(rows=1, cols=len(table.head))
    grid._tbl.tblStyle_val = sheet.styles["Table Grid"]  # noqa: SLF001  # likewise
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _edges(grid._tbl.tblPr, table.caption)  # noqa: SLF001  # likewise for the colour of its lines
    widths = [int(sheet.width * table.share * width / sum(table.widths)) for width in table.widths]
    for place, width in enumerate(widths):
        grid.columns[place].width = Emu(width)
    last = len(table.rows) - 1
    kept = range(-1, last if last < MOST_ROWS_TOGETHER else -1)
    _fill(grid.rows[0], tuple((name,) for name in table.head), table, widths, head=True, kept=-1 in kept)
    for number, row in enumerate(table.rows):
        _fill(grid.add_row(), row, table, widths, kept=number in kept)
    return caption


def _fill(
    row: _Row, cells: tuple[Line, ...], table: Table, widths: list[int], *, head: bool = False, kept: bool
) -> None:
    """Write a row; `kept`: it stays on the same page as the next row."""
    rules = row._tr.get_or_add_trPr()  # noqa: SLF001  # likewise for rows that stay together and are repeated
    for rule in ("w:cantSplit", *(["w:tblHeader"] if head else [])):
        rules.append(OxmlElement(rule))
    for place, (cell, line) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = Emu(widths[place])
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(1)
        if kept:
            paragraph.paragraph_format.keep_with_next = True
        if place in table.numbers:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(paragraph, line, bold=head, size=HEAD_CELL if head else CELL)
        if head:
            _shade(cell)


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(shade)  # noqa: SLF001  # likewise for a cell's colour


def _edges(properties: BaseOxmlElement, caption: str) -> None:
    """Set a table's borders and cell margins, and its name for screen readers."""
    edges = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        edge = OxmlElement(f"w:{side}")
        for name, value in (("val", "single"), ("sz", "4"), ("space", "0"), ("color", EDGE)):
            edge.set(qn(f"w:{name}"), value)
        edges.append(edge)
    properties.insert_element_before(edges, "w:tblLayout", "w:tblCellMar", "w:tblLook")
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "70")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties.insert_element_before(margins, "w:tblLook")
    name = OxmlElement("w:tblCaption")
    name.set(qn("w:val"), printable(caption))
    properties.append(name)


def _timeless(file: BytesIO) -> bytes:
    """The .docx file with all its timestamps fixed, so that the same document gives the same bytes."""
    kept = BytesIO()
    with ZipFile(file) as before, ZipFile(kept, "w") as after:
        for name in before.namelist():
            entry = ZipInfo(name, template.LONG_AGO.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return kept.getvalue()
