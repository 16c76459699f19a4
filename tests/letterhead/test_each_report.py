"""What a template becomes with a report's own values: looked at each time, and without what stands on no page."""

from dataclasses import replace
from io import BytesIO
from zipfile import ZipFile

import docx
from docx.document import Document as Word

from audit.letterhead import Letterhead, filling
from tests.letterhead.test_templates import FRONT, PARTS, field, made, packed
from views import documents
from views.documents import Document, Paragraph, inline


def test_what_an_if_makes_of_a_template_is_looked_at_for_each_report() -> None:
    """Conditions that hold whenever all fields are there, or none: the rest is seen when a report is written."""

    def no_place(word: Word) -> None:
        word.paragraphs[-1].insert_paragraph_before("{%p if notice or not theme %}")
        word.add_paragraph("{%p endif %}")

    hidden = field("", "PAGE", "", " DDEAUTO cmd")
    for code, mark in ((b"<w:instrText></w:instrText>", b"<w:t>{%r if notice or not theme %}</w:t>"),
                       (b"<w:instrText></w:instrText>", b"<w:t>{%r endif %}</w:t>")):  # fmt: skip
        with ZipFile(BytesIO(hidden)) as file:
            hidden = packed({"word/document.xml": file.read("word/document.xml").replace(code, mark, 1)})
    for data in (hidden, made(no_place)):
        filling.require_template(data)
        front = replace(FRONT, notice="")
        word = docx.Document(
            BytesIO(documents.docx(Document("name", "T", "foot", PARTS, front, Letterhead("", None, data))))
        )
        assert "1 Words" in [each.text for each in word.paragraphs], "in the product's own template"
        assert "DDEAUTO" not in word.element.xml


def test_what_stands_on_no_page_of_a_template_is_in_no_document() -> None:
    def ours(word: Word) -> None:
        word.add_comment(
            word.paragraphs[0].runs[:1] or word.paragraphs[0].add_run("x"), "About T2-EAST-03", "Their Name"
        )

    data = made(ours)
    assert b"T2-EAST-03" in ZipFile(BytesIO(data)).read("word/comments.xml")
    filling.require_template(data)
    found = ZipFile(BytesIO(documents.docx(Document("n", "T", "f", PARTS, FRONT, Letterhead("", None, data)))))
    assert "word/comments.xml" not in found.namelist()
    assert b"comment" not in found.read("word/document.xml")


def test_words_are_read_in_the_order_in_which_they_were_screened() -> None:
    found = Document("n", "T", "f", (Paragraph(inline("\u202e10-TSAE-2T\u202c was late")),), FRONT)
    assert docx.Document(BytesIO(documents.docx(found))).paragraphs[-1].text == "10-TSAE-2T was late"
