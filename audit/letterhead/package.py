"""Check what a Word file from outside contains, within limits, before anything else reads it."""

import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lxml import etree

from audit.bounds import PACKED, safe_name, twice
from audit.letterhead.fields import BadTemplate

MOST_BYTES = 3_000_000
MOST_ENTRIES = 300
MOST_UNZIPPED = 20_000_000
"""Limits of a template: its bytes, its parts, and the bytes of all parts unpacked."""
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NO_WORD_FILE = "This isn't a Word document (.docx). In Word, save it as “Word document (.docx)”, without a password."
_MACROS = "The template holds macros, which aren't accepted. In Word, save it as “Word document (.docx)”."
_CHANGES = tuple(f"{WORD}{name}" for name in ("ins", "del", "moveFrom", "moveTo"))
_TRACKED = (
    "The template holds tracked changes: what was deleted would be in every document. In Word: Review, Accept All"
    " Changes, and save it again."
)
_LINKED = {
    "attachedTemplate": (
        "The template is tied to another template outside of it. In Word: Developer, Document Template, choose"
        " “Normal”, and save it again."
    ),
    "image": "The template shows a picture that lies outside of it. Put the picture itself into the file.",
}
_RELATIONS = frozenset({
    "officeDocument", "core-properties", "extended-properties", "custom-properties", "thumbnail", "styles",
    "stylesWithEffects", "numbering", "settings", "webSettings", "fontTable", "font", "theme", "header", "footer",
    "footnotes", "endnotes", "image", "hyperlink", "customXml", "customXmlProps", "comments", "commentsExtended",
    "commentsIds", "commentsExtensible", "people", "glossaryDocument", "hdphoto", "classificationlabels",
})  # fmt: skip
"""The last word of the types of relation that a part may have."""
_FIELD_CODES = frozenset({
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "TOC", "REF", "PAGEREF", "STYLEREF", "SEQ", "TITLE",
    "SUBJECT", "KEYWORDS", "DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "DOCPROPERTY", "SYMBOL", "=",
})  # fmt: skip
"""Fields that Word computes when it opens the file, without reading anything outside it."""
_PARAGRAPH, _TAG = re.compile(r"</w:p>|<w:(?:br|tab)[ />]"), re.compile(r"<[^>]*>")
_ELSEWHERE = re.compile(r"\w{2,}:|//|\\\\")
_LINK = re.compile(r'\s*HYPERLINK\s+(\\l|"?(https?://|mailto:))', re.IGNORECASE)
_XML = re.compile(rb"\s*<(?:[?!]|\w+[:/>\s])")
_WEB = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_READER = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


def require_plain(data: bytes) -> None:
    """BadTemplate unless the file is a Word document within the limits with only text, styles and pictures."""
    if len(data) > MOST_BYTES:
        raise BadTemplate(
            f"The template is larger than {MOST_BYTES // 1_000_000} MB, which is the most that is accepted."
        )
    try:
        with ZipFile(BytesIO(data)) as packed:
            _require_small(packed)
            parts = {name: packed.read(name) for name in packed.namelist()}
    except (BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, ValueError):
        raise BadTemplate(_NO_WORD_FILE) from None
    trees = {name: _tree(name, part) for name, part in parts.items() if _is_xml(name, part)}
    _require_word(trees, parts)
    for name, tree in trees.items():
        if name.endswith(".rels"):
            _require_inside(tree)
        else:
            _require_still(tree)


def words(data: bytes) -> str:
    """All text of a template's pages and properties: one line per paragraph, however it is divided into runs."""
    with ZipFile(BytesIO(data)) as packed:
        parts = [packed.read(name).decode(errors="replace") for name in packed.namelist() if name.endswith(".xml")]
    return unescape("\n".join(_TAG.sub("", _PARAGRAPH.sub("\n", part)) for part in parts))


def _require_small(packed: ZipFile) -> None:
    entries = packed.infolist()
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_UNZIPPED:
        raise BadTemplate("The template is far too large once it is unpacked, so it isn't read any further.")
    if twice(entry.filename.lower() for entry in entries) or any(each.compress_type not in PACKED for each in entries):
        raise BadTemplate(_NO_WORD_FILE)


def _is_xml(name: str, part: bytes) -> bool:
    """Whether Word may read a part as XML, whatever its name and encoding."""
    begins = part[:200].translate(None, b"\0\xef\xbb\xbf\xfe\xff")
    return name.lower().endswith((".xml", ".rels", ".vml")) or _XML.match(begins) is not None


def _tree(name: str, part: bytes) -> etree._Element:
    try:
        tree = etree.fromstring(part, etree.XMLParser(**_READER))
    except etree.XMLSyntaxError:
        raise BadTemplate(f"The template is damaged: its part {safe_name(name)} can't be read.") from None
    if tree.getroottree().docinfo.doctype:
        raise BadTemplate(f"The template's part {safe_name(name)} defines entities, which no Word document does.")
    return tree


def _require_word(trees: dict[str, etree._Element], parts: dict[str, bytes]) -> None:
    types = trees.get("[Content_Types].xml")
    if types is None:
        raise BadTemplate(_NO_WORD_FILE)
    content_types = [each.get("ContentType", "") for each in types.iter(etree.Element)]
    if any("macro" in each.lower() or "vba" in each.lower() for each in (*content_types, *parts)):
        raise BadTemplate(_MACROS)
    if _MAIN not in content_types or "word/document.xml" not in trees:
        raise BadTemplate(_NO_WORD_FILE)


def _require_inside(relations: etree._Element) -> None:
    """BadTemplate if a part refers to anything outside the file, except for a link that somebody may click."""
    for relation in relations.iterchildren(etree.Element):
        kind, target = (relation.get("Type") or "").rpartition("/")[2], relation.get("Target") or ""
        if kind not in _RELATIONS and kind not in _LINKED:
            raise BadTemplate(f"The template holds more than words, styles and pictures: “{safe_name(kind)}”.")
        outside = relation.get("TargetMode", "") == "External" or ":" in target or target.startswith(("//", "\\"))
        if outside and not (kind == "hyperlink" and _WEB.match(target)):
            raise BadTemplate(
                _LINKED.get(kind) or f"The template is tied to something outside of it: “{safe_name(kind)}”."
            )


def _require_still(tree: etree._Element) -> None:
    """BadTemplate for anything that Word would fetch, start or compute by itself."""
    if next(tree.iter(*_CHANGES), None) is not None:
        raise BadTemplate(_TRACKED)
    for element in tree.iter(etree.Element):
        for attribute, value in element.attrib.items():
            if etree.QName(attribute).localname in {"src", "href"} and _ELSEWHERE.match(value):
                raise BadTemplate(_LINKED["image"])
    for code in _codes(tree):
        first = (code.split() or [""])[0].upper()
        if first and not (first in _FIELD_CODES or first.startswith("=") or _LINK.match(code)):
            raise BadTemplate(f"The template has a Word field that isn't accepted: “{safe_name(code.strip())}”.")


def _codes(tree: etree._Element) -> Iterator[str]:
    """The codes of Word's own fields, such as PAGE, nested ones included, however they are divided into runs."""
    for simple in tree.iter(f"{WORD}fldSimple"):
        yield simple.get(f"{WORD}instr") or ""
    begun: list[list[str]] = [[]]
    for element in tree.iter(f"{WORD}fldChar", f"{WORD}instrText"):
        kind = element.get(f"{WORD}fldCharType")
        if kind == "begin":
            begun.append([])
        elif kind == "end" and len(begun) > 1:
            yield "".join(begun.pop())
        elif kind is None:
            begun[-1].append(element.text or "")
    yield from map("".join, begun)
