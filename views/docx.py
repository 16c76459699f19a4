"""A document as a Word file: headings, tables whose head is repeated, charts with alt text, page numbers."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_COLOR_INDEX
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph as WordParagraph

from views.documents import (
    Blank,
    Bullets,
    Chart,
    Document,
    Heading,
    Line,
    Mark,
    PageBreak,
    Paragraph,
    Part,
    Table,
    printable,
)

FONT = "Arial"
BODY, CELL, HEAD_CELL = 10.5, 8.5, 8.0
"""Points."""
INK, FAINT, SHADE, EDGE = "1D3557", "616061", "E8EDF3", "B8C2CC"
WIDTH = 17.0
"""Centimetres between the margins of an A4 page."""
TOGETHER = 15
"""Rows up to which a table stays on one page."""
LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The time of every entry in the file, so that the same document is the same bytes."""


def written(document: Document) -> bytes:
    """The file's bytes."""
    word = docx.Document()
    _set_up(word, document)
    _paragraph(word, "Title", document.title)
    turning = False
    for part in document.parts:
        before = len(word.paragraphs) if turning else 0
        _add(word, part)
        if turning and len(word.paragraphs) > before:
            word.paragraphs[before].paragraph_format.page_break_before = True
        turning = isinstance(part, PageBreak)
    kept = BytesIO()
    word.save(kept)
    return _timeless(kept)


def _set_up(word: Word, document: Document) -> None:
    """An A4 page in British English, a title that screen readers announce, no author's name, a foot."""
    about = word.core_properties
    about.title, about.language, about.author, about.last_modified_by = printable(document.title), "en-GB", "", ""
    about.comments = about.keywords = about.subject = ""
    about.created = about.modified = datetime(*LONG_AGO[:3], tzinfo=UTC)
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    _set_styles(word)
    foot = page.footer.paragraphs[0]
    foot.add_run(f"{printable(document.foot)} · page ")
    _field(foot, "PAGE")
    for run in foot.runs:
        run.font.size, run.font.color.rgb = Pt(8), RGBColor.from_string(FAINT)


def _set_styles(word: Word) -> None:
    for language in word.styles.element.iter(qn("w:lang")):
        for script in ("w:val", "w:eastAsia"):
            language.set(qn(script), "en-GB")
    sizes = {"Normal": BODY, "Title": 22, "Heading 1": 16, "Heading 2": 13, "Heading 3": 11, "Caption": 10}
    for name, size in sizes.items():
        style = word.styles[name]
        assert isinstance(style, ParagraphStyle)  # noqa: S101  # the template that comes with python-docx has them
        style.font.name, style.font.size = FONT, Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for reach in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(reach), FONT)
        for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
            fonts.attrib.pop(qn(theme), None)
        if name != "Normal":
            style.font.color.rgb, style.paragraph_format.keep_with_next = RGBColor.from_string(INK), True
    word.styles["Title"].element.get_or_add_pPr().remove_all("w:pBdr")


def _field(paragraph: WordParagraph, code: str) -> None:
    """A field that Word reckons by itself."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001  # python-docx has no way of its own to add a field


def _add(word: Word, part: Part) -> None:
    match part:
        case Heading(text, level):
            _paragraph(word, f"Heading {level}", text)
        case Paragraph(line, stress):
            _write(word.add_paragraph(), line, bold=stress)
        case Bullets(items):
            for item in items:
                _write(_paragraph(word, "List Bullet"), item)
        case Table():
            _table(word, part)
        case Chart(picture):
            word.add_picture(BytesIO(picture.png()), width=Cm(WIDTH))
            shown = word.inline_shapes[len(word.inline_shapes) - 1]
            shown._inline.docPr.set("descr", printable(picture.alt))  # noqa: SLF001  # likewise for alt text
            shown._inline.docPr.set("title", printable(picture.title))  # noqa: SLF001
        case PageBreak():
            pass  # what follows it is told to begin a page


def _paragraph(word: Word, style: str, text: str = "") -> WordParagraph:
    """A paragraph in a style of the template, by its id: a name is looked for among all styles, twice each time."""
    paragraph = word.add_paragraph(printable(text))
    paragraph._p.style = style.replace(" ", "")  # noqa: SLF001  # python-docx takes only names and styles
    return paragraph


def _write(paragraph: WordParagraph, line: Line, *, bold: bool = False, size: float | None = None) -> None:
    for piece in line:
        marked = isinstance(piece, Mark)
        run = paragraph.add_run(f" {piece}" if marked else printable(str(piece)))
        if bold:
            run.bold = True
        if size:
            run.font.size = Pt(size)
        if isinstance(piece, Blank):
            run.font.highlight_color = WD_COLOR_INDEX.YELLOW
        if marked:
            run.font.size = Pt((size or BODY) + 1.5)  # raised, it is drawn at two thirds
            run.font.superscript, run.font.color.rgb = True, RGBColor.from_string(FAINT)


def _table(word: Word, table: Table) -> None:
    caption = _paragraph(word, "Caption", table.caption)
    caption.paragraph_format.space_before, caption.paragraph_format.space_after = Pt(10), Pt(4)
    grid = word.add_table(rows=1, cols=len(table.head), style="Table Grid")
    grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    _edges(grid._tbl.tblPr)  # noqa: SLF001  # likewise for the colour of its lines
    widths = [Cm(WIDTH * width / sum(table.widths)) for width in table.widths]
    for place, width in enumerate(widths):
        grid.columns[place].width = width
    last = len(table.rows) - 1
    kept = range(-1, last if last < TOGETHER else -1)
    _fill(grid.rows[0], tuple((name,) for name in table.head), table, widths, head=True, kept=-1 in kept)
    for number, row in enumerate(table.rows):
        _fill(grid.add_row(), row, table, widths, kept=number in kept)
    word.add_paragraph().paragraph_format.space_after = Pt(2)


def _fill(
    row: _Row, cells: tuple[Line, ...], table: Table, widths: list[Cm], *, head: bool = False, kept: bool
) -> None:
    """Write a row; `kept`: on one page with the next."""
    rules = row._tr.get_or_add_trPr()  # noqa: SLF001  # likewise for rows that stay together and are repeated
    for rule in ("w:cantSplit", *(["w:tblHeader"] if head else [])):
        rules.append(OxmlElement(rule))
    for place, (cell, line) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = widths[place]
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


def _edges(properties: BaseOxmlElement) -> None:
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


def _timeless(file: BytesIO) -> bytes:
    """The .docx file with no times in it, so that the same document is the same file."""
    kept = BytesIO()
    with ZipFile(file) as before, ZipFile(kept, "w") as after:
        for name in before.namelist():
            entry = ZipInfo(name, LONG_AGO)
            entry.compress_type = ZIP_DEFLATED
            after.writestr(entry, before.read(name))
    return kept.getvalue()
