import pytest

from audit.sheet.edits_for_coordinators import MOST, AsideRows, Deleted, Edit, EditedRow, Edits, EditsDigest
from sandbox.slack.checks import problems
from tests.kit import models, reading
from tests.kit.models import CANARY, NOW, label, worst
from views.sheet import edits_for_coordinators

ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz"


def told(rows: int, columns: int, asides: int) -> EditsDigest:
    edited = (EditedRow(label(f"T{n}", 100), label(f"R{n}", 200), ("A header",) * columns) for n in range(rows))
    aside = (AsideRows(label(f"T{n}", 100), label("W", 100), n + 1) for n in range(asides))
    named = tuple(label(f"R{n}", 200) for n in range(rows))
    gone = (Deleted(label(f"T{n}", 100), named if n % 2 else ()) for n in range(min(rows, 40)))
    return EditsDigest("c" * 32, 2, label("W", 75), ID, rows * columns, tuple(edited), tuple(aside), tuple(gone))


@pytest.mark.parametrize(("rows", "columns", "asides"), [(1, 1, 0), (0, 0, 1), (500, 20, 50), (0, 0, 0)])
def test_a_digest_fits_however_much_was_changed(rows: int, columns: int, asides: int) -> None:
    content = edits_for_coordinators.digest(told(rows, columns, asides))
    assert problems(content.blocks, "message") == []
    assert not [text for text in reading.marked_up(content.blocks) if "<!" in text or "<@" in text]
    assert [each["action_id"] for each in reading.buttons(content.blocks)] == (["drift.read"] if rows else [])


def test_a_digest_says_where_and_how_much() -> None:
    words = reading.everything(
        edits_for_coordinators.digest(
            EditsDigest("c", 2, "", ID, 3, (EditedRow("Returns", "", ("Grade", "Why")),), (AsideRows("A", "Gone", 2),))
        ).blocks
    )
    for part in ("3 cells put back, 2 rows set aside", "*Returns* · a row: Grade, Why", "*A*: 2 rows. Gone."):
        assert part in words


def test_a_digest_says_what_was_deleted_by_its_names() -> None:
    gone = (Deleted("Plans", ()), Deleted("Returns", ("T2-EAST-01, Police", "T2-EAST-02, SEND")))
    content = edits_for_coordinators.digest(EditsDigest("c", 2, "", ID, 0, (), (), gone))
    for part in (
        "2 rows and 1 tab deleted",
        "The tab *Plans*",
        "*Returns*, 2 rows: T2-EAST-01, Police; T2-EAST-02, SEND",
    ):
        assert part in reading.everything(content.blocks)
    assert [each["action_id"] for each in reading.buttons(content.blocks)] == ["drift.read"]


def edit(text: str) -> Edit:
    return Edit(label("T", 100), label("R", 200), label("C", 100), text, NOW)


@pytest.mark.parametrize("kind", sorted(models.WORST))
def test_what_was_written_is_all_there_page_by_page(kind: str) -> None:
    text = worst(kind, 50_000)
    read = Edits("c" * 32, 2, label("W", 75), (edit(text), edit(""), *[edit("short")] * (MOST - 2)))
    seen, page = "", 0
    while True:
        view = edits_for_coordinators.edits(read, NOW, page)
        assert problems(view, "modal") == []
        seen += reading.everything(view)
        if not any(each["value"] == str(page + 1) for each in reading.buttons(view)):
            break
        page += 1
    assert page > 0
    assert CANARY in seen
    assert seen.count("short") == MOST - 2
    assert seen.count("_Emptied._") == 1
    assert reading.everything(edits_for_coordinators.edits(read, NOW, 999)) == reading.everything(
        edits_for_coordinators.edits(read, NOW, page)
    )


def test_nothing_written_is_said() -> None:
    view = edits_for_coordinators.edits(Edits("c" * 32, 2, "", ()), NOW)
    assert problems(view, "modal") == []
    assert "Nobody has changed anything" in reading.everything(view)
