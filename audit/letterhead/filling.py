"""Fill in the fields of a Word template, and check files that are to be a template or a logo."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZipFile

from audit.letterhead.fields import FIELDS, MARKS, REPORT, BadTemplate, Environment, sample
from audit.letterhead.package import WORD, require_plain

if TYPE_CHECKING:
    from docx.document import Document as Word

GRID = "Table Grid"
STYLES = ("Heading 1", "Heading 2", "Heading 3", "List Bullet", "Caption", GRID)
"""Word's built-in styles that a report uses."""
MOST_LOGO = 1_000_000
_MOST_DOTS = 16_000_000
_LARGEST = (1200, 800)
"""Limits of a logo: bytes and pixels that are read, and the width and height in pixels that are stored."""
A4, WIDEST = 7_560_000, 22 * 914_400
"""In Word's units: the width of a page that doesn't state it (21 cm), and the widest page in Word (22 inches)."""
_UNSEEN = (
    "/comments", "/commentsExtended", "/commentsIds", "/commentsExtensible", "/people", "/thumbnail",
)  # fmt: skip
"""The ends of the types of relations to parts that are on no page, but name people or show an earlier state."""
_COMMENTED = ("RangeStart", "RangeEnd", "Reference")
_NO_ROOM = (
    "The template doesn't say what its page is like, or its margins leave no room. In Word: Layout, Margins, Normal,"
    " and save it again."
)
_UNCLOSED = (
    "The template can't be read. Look for a “{{”, “{%” or “{#” that isn't closed, an “if” without its “endif”, or "
    "braces that aren't meant as a field: a template can't have those."
)
_NO_PLACE = "The template must say once where the report goes: {{ report }}, alone in a paragraph of its own."
_MANY_DOTS = f"The logo has more than {_MOST_DOTS // 1_000_000} million dots. Make it smaller."
_NO_PICTURE = "The logo isn't a PNG or JPEG picture."


def filled(template: bytes, values: Mapping[str, str]) -> bytes:
    """The template as a Word file, with a value for each of FIELDS filled in.

    Only text is inserted: the logo and the report remain placeholders (MARKS). BadTemplate if it can't be filled in.
    """
    from docxtpl import DocxTemplate  # loads python-docx and lxml; few processes write documents
    from jinja2 import TemplateError

    word = DocxTemplate(BytesIO(template))
    given = {name: MARKS[name] if name in MARKS and values[name] else _words(values[name]) for name in FIELDS}
    try:
        word.render(given, Environment())
    except TemplateError:
        raise BadTemplate(_UNCLOSED) from None
    about = word.core_properties
    about.subject, about.comments, about.identifier = map(unescape, (about.subject, about.comments, about.identifier))
    _remove_unseen(word.docx)
    kept = BytesIO()
    word.save(kept)
    return kept.getvalue()


def _words(value: str) -> str:
    """Text without unprintable characters, which docxtpl or MARKS could take for something other than text."""
    return "".join(each for each in " ".join(value.split()) if each.isprintable())


def require_template(data: bytes) -> None:
    """BadTemplate unless a report can be written into the file, whichever of its fields are empty."""
    require_plain(data)
    for full in (True, False):
        usable(data, sample(full=full))


def usable(template: bytes, values: Mapping[str, str]) -> bytes:
    """The same as `filled`, and BadTemplate unless a report can be written into the result.

    This is checked each time, since a part within an "if" is there for some values only.
    """
    from docx import Document

    made = filled(template, values)
    require_plain(made)
    word = Document(BytesIO(made))
    places = [each for each in word.paragraphs if each.text == MARKS[REPORT]]
    if len(places) != 1 or _said(made, MARKS[REPORT]) != 1:
        raise BadTemplate(_NO_PLACE)
    missing = [each for each in STYLES if not _has_style(word, each)]
    if missing:
        raise BadTemplate(
            f"The template has no style “{missing[0]}”. In Word, give a paragraph (or a table) that style and save;"
            " or begin with the template that comes with the product."
        )
    if not _has_room(word):
        raise BadTemplate(_NO_ROOM)
    return made


def _has_room(word: Word) -> bool:
    """Whether the template describes its last page, and its margins leave room between them."""
    if not len(word.sections):
        return False
    page = word.sections[-1]
    return 0 < (page.page_width or A4) - (page.left_margin or 0) - (page.right_margin or 0) <= WIDEST


def _has_style(word: Word, name: str) -> bool:
    """Whether the template has a style, of the kind that it is used for: for tables, or for paragraphs."""
    from docx.enum.style import WD_STYLE_TYPE

    kind = WD_STYLE_TYPE.TABLE if name == GRID else WD_STYLE_TYPE.PARAGRAPH
    return any(each.name == name and each.type == kind and each.style_id for each in word.styles)


def _remove_unseen(word: Word) -> None:
    """Remove what is on no page: comments with their authors, and the thumbnail of an earlier first page."""
    for holder in (word.part, word.part.package):
        for name in [key for key, each in holder.rels.items() if each.reltype.endswith(_UNSEEN)]:
            del holder.rels[name]
    for element in list(word.element.iter(*(f"{WORD}comment{what}" for what in _COMMENTED))):
        element.getparent().remove(element)


def _said(made: bytes, mark: str) -> int:
    """How often a placeholder occurs in a file, including headers, footers and properties."""
    with ZipFile(BytesIO(made)) as packed:
        return sum(packed.read(name).count(mark.encode()) for name in packed.namelist())


def logo(data: bytes) -> bytes:
    """A logo as it is stored: a PNG within _LARGEST that holds only pixels. BadTemplate if it can't be read."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    if len(data) > MOST_LOGO:
        raise BadTemplate(f"The logo is larger than {MOST_LOGO // 1_000_000} MB, which is the most that is accepted.")
    try:
        with Image.open(BytesIO(data), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MOST_DOTS:
                raise BadTemplate(_MANY_DOTS)
            upright = ImageOps.exif_transpose(picture)
            deep = upright.mode.startswith("I")  # 16 bits of grey, of which 8 are kept
            made = (upright.convert("I").point(lambda dot: dot / 256).convert("L") if deep else upright).convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadTemplate(_MANY_DOTS) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise BadTemplate(_NO_PICTURE) from None
    made.thumbnail(_LARGEST)
    made.info.clear()  # a colour profile and other data that would be written with the pixels
    kept = BytesIO()
    made.save(kept, format="PNG")
    return kept.getvalue()
