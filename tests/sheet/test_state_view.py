from dataclasses import replace
from datetime import timedelta

import pytest

from audit.sheet.edits_for_coordinators import MOST, AsideRows, Deleted, Edit, EditedRow, Edits, EditsDigest
from audit.sheet.lend import Borrower, Lending, Others
from audit.sheet.state import SheetView
from audit.sheet.stops import Stop, Stopped
from sandbox.slack.checks import problems
from tests.kit import models, reading
from tests.kit.models import CANARY, NOW, label, worst
from views.parts import Content
from views.sheet import lend, state

ID = "1AbCdEfGhIjKlMnOpQrStUvWxYz"


def sheet(number: int = 2, error: str | None = None, readers: int = 2, **given: object) -> SheetView:
    made: dict[str, object] = {
        "id": f"cycle{number:027}",
        "cycle_id": f"cycle{number:027}",
        "cycle_number": number,
        "whose": "",
        "spreadsheet_id": ID,
        "drawn_at": NOW,
        "behind": False,
        "error": error,
        "next_try_at": NOW + timedelta(minutes=15) if error else None,
        "stopped": bool(error),
        "readers": tuple(label(f"reader{n}", 200) for n in range(readers)),
        "put_back": 3,
        "set_aside": 1,
    }
    return SheetView(**(made | given))  # type: ignore[arg-type]  # as above


def fits(content: Content) -> None:
    assert problems(content.blocks, "message") == []
    assert not [text for text in reading.marked_up(content.blocks) if "<!" in text or "<@" in text]


@pytest.mark.parametrize(
    "shown",
    [
        sheet(),
        sheet(readers=500),
        sheet(readers=0, drawn_at=None, behind=True),
        sheet(error=label("E", 300)),
        sheet(spreadsheet_id=None),
        sheet(spreadsheet_id="<!channel>"),
    ],
)
def test_how_a_sheet_is_fits(shown: SheetView) -> None:
    assert problems(state.view(shown, NOW), "modal") == []
    fits(state.answer([replace(shown, id=f"cycle{n}") for n in range(60)], NOW))


def test_sheets_of_others_fit_however_many_there_are() -> None:
    lent = tuple(sheet(error=label("E", 300), id=f"sheet{n}", whose=label("W", 75), leaving=n == 1) for n in range(60))
    free = tuple(Borrower("area" if n % 2 else "agency", f"id{n}", label("B", 75)) for n in range(130))
    views = [
        lend.others(Others("c" * 32, 2, lent, areas=True), NOW),
        lend.form(Lending("c" * 32, 2, free, reflections=True, areas=True), "bot@example.org"),
        lend.form(Lending("c" * 32, 2, (), reflections=True), "bot@example.org"),
        *(show(each) for each in lent[:2] for show in (lend.leaving, lend.taken)),
    ]
    assert [problems(each, "modal") for each in views] == [[]] * 7


def test_the_words_about_a_sheet() -> None:
    words = reading.everything(state.about(sheet(error="Share it.", readers=0), NOW))
    for part in (
        f"https://docs.google.com/spreadsheets/d/{ID}|Sheet of audit 2",
        "Last sync: Mon 9 Mar, 10 am",
        "Pending: no change made in Slack",
        "It could not be drawn.* Share it. It is tried again Mon 9 Mar, 10:15 am.",
        "3 changed cells put back, 1 row set aside on the tab Quarantine",
        "Who can open it: not known yet",
    ):
        assert part in words
    assert "No Google Sheet is set for audit 2 yet" in reading.everything(state.about(sheet(spreadsheet_id=None), NOW))
    fits(state.answer([], NOW))


def told(rows: int, columns: int, asides: int) -> EditsDigest:
    edited = (EditedRow(label(f"T{n}", 100), label(f"R{n}", 200), ("A header",) * columns) for n in range(rows))
    aside = (AsideRows(label(f"T{n}", 100), label("W", 100), n + 1) for n in range(asides))
    named = tuple(label(f"R{n}", 200) for n in range(rows))
    gone = (Deleted(label(f"T{n}", 100), named if n % 2 else ()) for n in range(min(rows, 40)))
    return EditsDigest("c" * 32, 2, label("W", 75), ID, rows * columns, tuple(edited), tuple(aside), tuple(gone))


@pytest.mark.parametrize(("rows", "columns", "asides"), [(1, 1, 0), (0, 0, 1), (500, 20, 50), (0, 0, 0)])
def test_a_digest_fits_however_much_was_changed(rows: int, columns: int, asides: int) -> None:
    content = state.digest(told(rows, columns, asides))
    fits(content)
    assert [each["action_id"] for each in reading.buttons(content.blocks)] == (["drift.read"] if rows else [])


def test_a_digest_says_where_and_how_much() -> None:
    words = reading.everything(
        state.digest(
            EditsDigest("c", 2, "", ID, 3, (EditedRow("Returns", "", ("Grade", "Why")),), (AsideRows("A", "Gone", 2),))
        ).blocks
    )
    for part in ("3 cells put back, 2 rows set aside", "*Returns* · a row: Grade, Why", "*A*: 2 rows. Gone."):
        assert part in words


def test_a_stop_and_its_end_fit() -> None:
    for partly, since in ((False, NOW), (True, None)):
        sheets = [Stopped(f"{n}" * 32, 2, label("W", 75), ID, label(f"{n}", 300), partly) for n in range(30)]
        for many in (0, 1, 2, 30):
            fits(state.stopped(Stop(sheets[0], tuple(sheets[:many]), since, alone=False), NOW))


def test_a_digest_says_what_was_deleted_by_its_names() -> None:
    gone = (Deleted("Plans", ()), Deleted("Returns", ("T2-EAST-01, Police", "T2-EAST-02, SEND")))
    content = state.digest(EditsDigest("c", 2, "", ID, 0, (), (), gone))
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
        view = state.edits(read, NOW, page)
        assert problems(view, "modal") == []
        seen += reading.everything(view)
        if not any(each["value"] == str(page + 1) for each in reading.buttons(view)):
            break
        page += 1
    assert page > 0
    assert CANARY in seen
    assert seen.count("short") == MOST - 2
    assert seen.count("_Emptied._") == 1
    assert reading.everything(state.edits(read, NOW, 999)) == reading.everything(state.edits(read, NOW, page))


def test_nothing_written_is_said() -> None:
    view = state.edits(Edits("c" * 32, 2, "", ()), NOW)
    assert problems(view, "modal") == []
    assert "Nobody has changed anything" in reading.everything(view)
