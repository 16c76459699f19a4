"""Word templates and logos from outside: what can be filled in, and what is refused in a sentence."""

import re
import struct
import zlib
from collections.abc import Callable, Mapping
from functools import partial
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import docx
import pytest
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.shared import Cm
from PIL import Image

from audit import apart
from audit.errors import Refused
from audit.letterhead import Letterhead, filling
from audit.letterhead.fields import FIELDS, MARKS, REPORT, BadTemplate
from audit.letterhead.package import MOST_BYTES, MOST_UNZIPPED
from tests.kit import accessible
from tests.past.test_xlsx_table import unusually_packed
from views import documents, template
from views.documents import Document, Front, Heading, Paragraph, Table, inline

RUDE = "{{ 7*7 }} {% for x in y %} <w:p/></w:t> & \ue000report\ue000"
FRONT = Front("Multi-agency audit 2", RUDE, "Full edition", "3", "Draft", "12 March 2026", MARKS[REPORT])
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = (Heading("1 Words"), Paragraph(inline(RUDE)), Table("T", ("A", "B"), ((inline("1"), inline(RUDE)),), (1, 1)))


def made(change: Callable[[Word], object]) -> bytes:
    """The product's own template, changed in Word."""
    word = docx.Document(BytesIO(template.shipped()))
    change(word)
    word.save(kept := BytesIO())
    return kept.getvalue()


def saying(text: str, where: str = "body") -> bytes:
    """The template with another paragraph, or with these words in its head, foot or title."""

    def change(word: Word) -> None:
        section = word.sections[0]
        if where == "title":
            word.core_properties.title = text
        else:
            places = {"body": word.add_paragraph, "header": section.header.add_paragraph}
            places.get(where, section.footer.add_paragraph)(text)

    return made(change)


def packed(parts: Mapping[str, bytes], without: str = "nothing", of: bytes | None = None) -> bytes:
    """The template with other parts in its archive, or more."""
    kept = BytesIO()
    with ZipFile(BytesIO(of or template.shipped())) as before, ZipFile(kept, "w", ZIP_DEFLATED) as after:
        names = [name for name in before.namelist() if name not in parts and name != without]
        for name, data in [*((name, before.read(name)) for name in names), *parts.items()]:
            after.writestr(name, data)
    return kept.getvalue()


def part(name: str) -> bytes:
    with ZipFile(BytesIO(template.shipped())) as file:
        return file.read(name)


def related(kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    """The template with one more relation of its text to something."""
    relation = f'<Relationship Id="rId99" Type="{RELATION}/{kind}" Target="{target}"{mode}/></Relationships>'
    name = "word/_rels/document.xml.rels"
    return packed({name: part(name).replace(b"</Relationships>", relation.encode())})


def within(xml: str) -> bytes:
    """The template with this at the end of its text."""
    name = "word/document.xml"
    return packed({name: part(name).replace(b"<w:sectPr", xml.encode() + b"<w:sectPr", 1)})


def field(*codes: str) -> bytes:
    """The template with a field of Word's, its code cut into runs."""
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{each}"/></w:r>' for each in ("begin", "end"))
    return within(f"<w:p>{begin}{runs}{end}</w:p>")


def instead(text: str) -> bytes:
    """The template with these words in the place of the report."""
    return made(lambda word: setattr(word.paragraphs[-1], "text", text))


def _in_head(word: Word) -> None:
    word.paragraphs[-1].text = ""
    word.sections[0].header.add_paragraph("{{ report }}")


def _in_table(word: Word) -> None:
    word.paragraphs[-1].text = ""
    word.add_table(1, 1).cell(0, 0).add_paragraph("{{ report }}")


def _in_letters(word: Word) -> None:
    word.styles["Caption"].delete()
    word.styles.add_style("Caption", WD_STYLE_TYPE.CHARACTER)


def _in_condition(word: Word) -> None:
    word.paragraphs[-1].insert_paragraph_before("{%p if notice %}")
    word.add_paragraph("{%p endif %}")


def typed(old: bytes, new: bytes) -> bytes:
    return packed({"[Content_Types].xml": part("[Content_Types].xml").replace(old, new)})


CODE = "The template holds code"
CODES = (
    "{{ ''.__class__.__mro__ }}", "{{ 7*7 }}", "{{ 'a'*10**9 }}", "{{ title|upper }}", "{{ title.format }}",
    "{{ title() }}", "{{ title[0] }}", "{% for a in title %}{% for b in title %}x{% endfor %}{% endfor %}",
    "{% set x = title %}", "{% include 'x' %}", "{{ 'words' }}", "{{ title ~ title }}",
       "{% if title == title %}{% endif %}", "{% macro m() %}{% endmacro %}", "{% with x = title %}{% endwith %}",
)  # fmt: skip
UNKNOWN = ("{{ tittle }}", "{{ lipsum }}", "{{ self }}", "{% if tittle %}{% endif %}", "{% if not tittle %}{% endif %}")
BOMB = packed({"word/media/image1.png": bytes(MOST_UNZIPPED)})
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "isn't a Word document"),
    "a page": (lambda: b"<html></html>", "isn't a Word document"),
    "a cut one": (lambda: template.shipped()[:-200], "isn't a Word document"),
    "unusually packed": (lambda: unusually_packed(template.shipped()), "isn't a Word document"),
    "too large": (lambda: bytes(MOST_BYTES + 1), "larger than 3 MB"),
    "a bomb": (lambda: BOMB, "far too large once it is unpacked"),
    "many parts": (lambda: packed({f"word/a{n}.xml": b"<a/>" for n in range(400)}), "far too large"),
    "a workbook": (lambda: typed(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main"), "isn't a Word doc"),
    "no types": (lambda: packed({}, without="[Content_Types].xml"), "isn't a Word document"),
    "macros": (lambda: packed({"word/vbaProject.bin": b"x"}), "holds macros"),
    "a .docm": (
        lambda: typed(b"openxmlformats-officedocument.wordprocessingml.document", b"ms-word.document.macroEnabled"),
        "holds macros",
    ),
    "a picture elsewhere": (lambda: related("image", "http://evil.example/x.png"), "a picture that lies outside"),
    "a picture on a share": (lambda: related("image", "\\\\evil\\x.png", ""), "a picture that lies outside"),
    "another template": (lambda: related("attachedTemplate", "file:///c:/x.dotm"), "tied to another template"),
    "a header elsewhere": (lambda: related("header", "http://evil.example/x.xml"), "tied to something outside"),
    "an object": (lambda: related("oleObject", "embeddings/o.bin", ""), "more than words, styles and pictures: “oleO"),
    "a chunk": (lambda: related("aFChunk", "chunk.html", ""), "more than words, styles and pictures: “aFChunk”"),
    "a link of no kind": (lambda: related("oleObject/", "file:///x"), "more than words, styles and pictures: “”"),
    "a deletion": (lambda: within("<w:p><w:del><w:r><w:delText>T2</w:delText></w:r></w:del></w:p>"), "tracked changes"),
    "no page": (lambda: made(lambda word: word.element.body.remove(word.element.body.sectPr)), "leave no room"),
    "no room": (lambda: made(lambda word: setattr(word.sections[0], "left_margin", Cm(30))), "leave no room"),
    "a link to a file": (lambda: related("hyperlink", "file:///etc/passwd"), "tied to something outside"),
    "an old picture": (lambda: within(
        '<w:p><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="//evil/x"/></w:pict></w:p>'
    ), "a picture that lies outside"),
    "one elsewhere": (lambda: packed({"word/n.bin": '<a xmlns="b" src="//evil/x"/>'.encode("utf-16")}), "lies outside"),
    "entities": (lambda: packed({"word/a.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "defines entities"),
    "torn": (lambda: packed({"word/footer1.xml": b"<w:ftr"}), "is damaged: its part word/footer1.xml"),
    "DDE": (lambda: field("DD", 'EAUTO c:\\\\x "y"'), "Word field that isn't accepted: “DDEAUTO"),
    "INCLUDETEXT": (lambda: field('INCLUDETEXT "c:\\\\x"'), "isn't accepted: “INCLUDETEXT"),
    "a link's field": (lambda: field('HYPERLINK "file:///x"'), "isn't accepted: “HYPERLINK"),
    "a field in a field": (lambda: within(
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>'
        '<w:fldSimple w:instr=" INCLUDEPICTURE x"/></w:p>'
    ), "isn't accepted: “INCLUDEPICTURE"),
    "no place": (lambda: instead("Nothing"), "where the report goes"),
    "two places": (lambda: saying("{{ report }}"), "where the report goes"),
    "another place in a head": (lambda: saying("{{ report }}", "header"), "where the report goes"),
    "another place in the title": (lambda: saying("{{ report }}", "title"), "where the report goes"),
    "a place among words": (lambda: instead("Here: {{ report }}"), "alone in a paragraph"),
    "a place in a head": (lambda: made(_in_head), "where the report goes"),
    "a place in a table": (lambda: made(_in_table), "where the report goes"),
    "a place that may go": (lambda: made(_in_condition), "where the report goes"),
    "no style": (lambda: made(lambda word: word.styles["List Bullet"].delete()), "no style “List Bullet”"),
    "a style of letters": (lambda: made(_in_letters), "no style “Caption”"),
    "too wide": (lambda: packed(
        {"word/document.xml": re.sub(rb'w:left="\d+"', b'w:left="-99999999999"', part("word/document.xml"))}
    ), "leave no room"),
    "no end": (lambda: saying("{{ title"), "Look for a “{{”, “{%” or “{#” that isn't closed"),
    "no endif": (lambda: saying("{% if title %}"), "an “if” without its “endif”"),
    "no condition": (lambda: saying("{% if %}{% endif %}"), "can't be read"),
    **{code: (partial(saying, code), CODE) for code in CODES},
    **{name: (partial(saying, name), "a field that there isn't: “") for name in UNKNOWN},
    **{f"{at} {code}": (partial(saying, code, at), words) for at in ("header", "footer", "title")
       for code, words in (("{{ 7*7 }}", CODE), ("{{ tittle }}", "“tittle”"))},
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_isnt_a_plain_template_is_refused_in_a_sentence(case: str) -> None:
    data, words = REFUSED[case]
    with pytest.raises(BadTemplate) as refusal:
        filling.require_template(data())
    assert words in refusal.value.sentence
    assert re.fullmatch(r"[A-Z].*[.)]", refusal.value.sentence, re.DOTALL)


@pytest.mark.parametrize(
    "data",
    [
        template.shipped(), saying("{{ title }} of {% if notice %}{{ notice }}{% else %}nobody{% endif %}"),
        saying("{{ title }}", "header"), related("hyperlink", "https://example.org/"), field(' HYPERLINK "https://x"'),
        field(" TO", 'C \\o "1-3"'), instead("{{report}}"),
    ],
    ids=["the product's", "a condition", "in the head", "a link", "a link's field", "contents", "runs"],
)  # fmt: skip
def test_what_is_plain_is_taken(data: bytes) -> None:
    filling.require_template(data)


def test_a_report_in_a_boards_own_template_is_words_only() -> None:
    """By the process apart, as reports are written: fields cut into runs, in head and title; nothing is read twice."""

    def ours(word: Word) -> None:
        first = word.paragraphs[-1].insert_paragraph_before("Ours: {{ ti")
        first.add_run("tle }}").bold = True
        word.sections[0].header.add_paragraph("{{ theme }} {{ logo }}")
        word.core_properties.subject = "{{ partnership }}"

    picture = BytesIO()
    Image.new("RGB", (400, 100), "red").save(picture, "JPEG")
    board = Letterhead("Northshire & Co {{ 7*7 }}", filling.logo(picture.getvalue()), made(ours))
    found = Document("name", f"Title {RUDE}", "foot", PARTS, FRONT, board)
    data = documents.docx(found)
    assert data == documents.docx(found)
    assert accessible.faults(data) == []
    word = docx.Document(BytesIO(data))
    plain = RUDE.replace("\ue000", "")
    texts = [each.text for each in word.paragraphs]
    assert f"Ours: Title {plain}" in texts
    assert "report" in texts, "the notice, which is no place for the report"
    assert "Northshire & Co {{ 7*7 }}" in texts
    assert texts[-2:] == ["T", ""]
    assert RUDE in texts, "what people wrote stands as it is, after the template was filled"
    assert word.tables[0].cell(1, 1).text == RUDE
    head = word.sections[0].header
    assert head.paragraphs[-1].text == f"{plain} "
    assert len(head.part.element.xpath(".//pic:pic")) == 1
    assert [each.get("descr") for each in word.element.xpath(".//wp:docPr")] == [f"Logo: {board.name}"]
    assert (word.core_properties.title, word.core_properties.subject) == (found.title, board.name)


def test_what_takes_too_much_ends_apart() -> None:
    """Some kilobytes: fields whose end docxtpl would look for a million times, and a part of five million elements."""
    many = b"<a>" + b"<a/>" * 4_900_000 + b"</a>"
    for data in (saying("{{ x" * 1_000_000), packed({"word/a.xml": many})):
        with pytest.raises(Refused, match=r"takes too long, or too much memory|part word/a\.xml can't be read"):
            apart.run_apart(filling.require_template, data, "The template")


def png(width: int, height: int, data: bytes = b"") -> bytes:
    """A PNG that says it has so many dots, and holds other data."""

    def chunk(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "isn't a PNG or JPEG"), (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "isn't a PNG or JPEG"),
        (b"GIF89a" + bytes(40), "isn't a PNG or JPEG"), (png(3, 3, b"x"), "isn't a PNG or JPEG"),
        (png(60_000, 60_000), "more than 16 million dots"), (bytes(1_000_001), "larger than 1 MB"),
        (b"\xff\xd8\xff\xe0" + bytes(90), "isn't a PNG or JPEG"),
    ],
)  # fmt: skip
def test_what_isnt_a_picture_is_no_logo(data: bytes, words: str) -> None:
    with pytest.raises(BadTemplate, match=words):
        filling.logo(data)


def test_a_logo_is_kept_without_anything_but_its_dots() -> None:
    given = BytesIO()
    about = Image.Exif()
    about[0x010E], about[0x0112] = "taken at home", 6
    beside = {"exif": about, "comment": b"taken at home", "icc_profile": b"taken at home"}
    Image.new("RGB", (3000, 2000), "blue").save(given, "JPEG", **beside)
    kept = filling.logo(given.getvalue())
    assert b"taken at home" in given.getvalue()
    assert b"taken at home" not in kept
    with Image.open(BytesIO(kept)) as picture:
        assert (picture.format, picture.size) == ("PNG", (533, 800)), "upright, as it was held"


def test_sixteen_bits_of_grey_are_as_dark_as_they_were() -> None:
    Image.new("I;16", (4, 4), 0x8000).save(given := BytesIO(), "PNG")
    with Image.open(BytesIO(filling.logo(given.getvalue()))) as picture:
        assert picture.getpixel((1, 1)) == (128, 128, 128, 255)


def test_the_guide_tells_every_field() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "guides" / "report.md").read_text()
    for name, what in FIELDS.items():
        assert f"| `{{{{ {name} }}}}` | {what} |" in guide
