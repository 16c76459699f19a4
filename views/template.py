"""The Word template of the product, from which a board can make its own: front page, styles, header and footer."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from io import BytesIO

import docx
from docx.document import Document as Word
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from audit.letterhead.fields import (
    AUDIT,
    DATE,
    EDITION,
    FOOT,
    LOGO,
    NOTICE,
    PARTNERSHIP,
    REPORT,
    STAGE,
    THEME,
    TITLE,
    VERSION,
)

FONT = "Verdana"
"""The charts' font is of a similar design (views.pictures)."""
BODY, SHORT = 9.5, 18
"""Font sizes in points: of the text, and of the title of a document without a front page."""
INK, FAINT, RULE = "1D3557", "616061", "1D3557"
LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)
"""The timestamp of every document, so that the same document gives the same bytes."""
_STYLES = {
    "Normal": (BODY, 0, 6), "Title": (26, 0, 6), "Subtitle": (14, 0, 18), "Heading 1": (16, 20, 8),
    "Heading 2": (12, 14, 4), "Heading 3": (10, 10, 2), "Caption": (8.5, 10, 4), "List Bullet": (BODY, 0, 3),
    "Header": (7, 0, 0), "Footer": (7, 0, 0),
}  # fmt: skip
"""Style -> font size, space before and space after a paragraph, in points."""


@lru_cache(maxsize=1)
def shipped() -> bytes:
    """The template's bytes. It leaves the front page out if the field `audit` is empty."""
    word = docx.Document()
    _set_up(word)
    _front(word)
    word.add_paragraph(_field(REPORT))
    kept = BytesIO()
    word.save(kept)
    return kept.getvalue()


def _field(name: str) -> str:
    return f"{{{{ {name} }}}}"


def _set_up(word: Word) -> None:
    """Set up an A4 page in British English, styles in one typeface, and no author's name."""
    about = word.core_properties
    about.title, about.language, about.author, about.last_modified_by = _field(TITLE), "en-GB", "", ""
    about.comments = about.keywords = about.subject = ""
    about.created = about.modified = LONG_AGO
    page = word.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    page.different_first_page_header_footer = True
    for element in (word.styles.element, word.settings.element):
        for language in element.iter(qn("w:lang"), qn("w:themeFontLang")):
            for script in ("w:val", "w:eastAsia"):
                language.set(qn(script), "en-GB")
    for holder in (word.part, word.part.package):  # remove what python-docx's own template has besides
        for name in [key for key, each in holder.rels.items() if each.reltype.endswith(("Effects", "thumbnail"))]:
            del holder.rels[name]
    for name, (size, before, after) in _STYLES.items():
        _style(word, name, size, before, after)
    page.header.paragraphs[0].add_run(_field(PARTNERSHIP))
    for foot in (page.footer, page.first_page_footer):
        paragraph = foot.paragraphs[0]
        paragraph.add_run(f"{_field(FOOT)} · page ")
        _reckoned(paragraph, "PAGE")


def _style(word: Word, name: str, size: float, before: float, after: float) -> None:
    style = word.styles[name]
    assert isinstance(style, ParagraphStyle)  # noqa: S101  # the template that comes with python-docx has them
    style.font.name, style.font.size = FONT, Pt(size)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for reach in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(reach), FONT)
    for theme in ("w:asciiTheme", "w:hAnsiTheme", "w:cstheme", "w:eastAsiaTheme"):
        fonts.attrib.pop(qn(theme), None)
    if name in {"Header", "Footer"}:
        style.font.color.rgb = RGBColor.from_string(FAINT)
    elif name not in {"Normal", "List Bullet"}:
        style.font.color.rgb, style.font.italic = RGBColor.from_string(INK), False
        style.paragraph_format.keep_with_next = True
    if name == "Title":
        style.element.get_or_add_pPr().remove_all("w:pBdr")


def _front(word: Word) -> None:
    """Write the front page, for documents about an audit; otherwise the logo and title alone."""
    with _only_if(word, AUDIT):
        with _only_if(word, LOGO):
            _line(word, _field(LOGO))
        with _only_if(word, PARTNERSHIP):
            _line(word, _field(PARTNERSHIP), size=14, bold=True)
        _line(word, _field(AUDIT), size=12, before=150, after=4)
        word.add_paragraph(_field(TITLE), "Title")
        _rule(word.add_paragraph(_field(THEME), "Subtitle"))
        _line(word, f"{_field(STAGE)} · {_field(EDITION)}", size=12, bold=True, after=2)
        _line(word, f"Version {_field(VERSION)}, {_field(DATE)}", size=12, after=30)
        with _only_if(word, NOTICE):
            _line(word, _field(NOTICE), bold=True)
        word.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    with _only_if(word, f"not {AUDIT}"):
        with _only_if(word, LOGO):
            _line(word, _field(LOGO))
        word.add_paragraph(_field(TITLE), "Title").runs[0].font.size = Pt(SHORT)


@contextmanager
def _only_if(word: Word, condition: str) -> Iterator[None]:
    """Show the paragraphs added in this context only if the template's condition holds."""
    word.add_paragraph(f"{{%p if {condition} %}}")
    yield
    word.add_paragraph("{%p endif %}")


def _line(
    word: Word, text: str, *, size: float = BODY, bold: bool = False, before: float = 0, after: float = 6
) -> None:
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold or None


def _rule(paragraph: Paragraph) -> None:
    """Draw a line under a paragraph."""
    edges, edge = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "12"), ("space", "8"), ("color", RULE)):
        edge.set(qn(f"w:{name}"), value)
    edges.append(edge)
    paragraph._p.get_or_add_pPr().append(edges)  # noqa: SLF001  # python-docx has no way of its own


def _reckoned(paragraph: Paragraph, code: str) -> None:
    """Add a field that Word calculates, such as the page number."""
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        run = paragraph.add_run()
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)  # noqa: SLF001  # likewise
