"""What prevents a Word file from being read aloud, or from being printed well."""

import re
from collections.abc import Iterator
from io import BytesIO
from zipfile import ZipFile

import docx
from docx.document import Document
from docx.oxml.ns import qn


def faults(data: bytes) -> list[str]:
    """Sentences about skipped heading levels, pictures and tables without text, other languages, a missing title."""
    word = docx.Document(BytesIO(data))
    about = word.core_properties
    with ZipFile(BytesIO(data)) as packed:
        parts = [packed.read(name).decode() for name in packed.namelist() if name.startswith("word/") and "xml" in name]
    languages = {language for part in parts for language in re.findall(r'<w:lang [^>]*?w:val="([^"]+)"', part)}
    found = [*_headings(word), *_pictures(word), *_tables(word)]
    found += [f"language {each}" for each in languages | {about.language} if each != "en-GB"]
    return found + (["no title"] if not about.title else []) + ([f"author {about.author}"] if about.author else [])


def _headings(word: Document) -> Iterator[str]:
    before = 0
    for each in word.paragraphs:
        style = each.style.name if each.style and each.style.name else ""
        if style.startswith("Heading "):
            level = int(style.split()[1])
            if level > before + 1:
                yield f"heading {level} after {before}: {each.text}"
            before = level


def _pictures(word: Document) -> Iterator[str]:
    drawn = list(word.element.iter(qn("wp:docPr")))
    if len({each.get("id") for each in drawn}) < len(drawn):
        yield "two pictures with one id"
    yield from (f"picture {each.get('name')} has no alt text" for each in drawn if not each.get("descr"))


def _tables(word: Document) -> Iterator[str]:
    for table in word.tables:
        grid = table._tbl  # noqa: SLF001  # python-docx has no public name for it
        head, *rows = grid.tr_lst
        if not head.xpath(".//w:tblHeader") or any(row.xpath(".//w:tblHeader") for row in rows):
            yield f"table {table.cell(0, 0).text}: its head isn't its first row alone"
        if not all(row.xpath(".//w:cantSplit") for row in (head, *rows)):
            yield f"table {table.cell(0, 0).text}: a row may be split"
        if not grid.xpath("./w:tblPr/w:tblCaption"):
            yield f"table {table.cell(0, 0).text}: no name"
