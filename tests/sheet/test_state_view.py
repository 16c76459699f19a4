from dataclasses import replace
from datetime import timedelta

import pytest

from audit.sheet.lend import Borrower, Lending, Others
from audit.sheet.state import SheetView
from audit.sheet.stops import Stop, Stopped
from sandbox.slack.checks import problems
from tests.kit import reading
from tests.kit.models import NOW, label
from views.parts import Content
from views.sheet import lend, state, stops

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
        "Up to date with Slack: yes",
        "It could not be updated.* Share it. It will be tried again Mon 9 Mar, 10:15 am.",
        "3 changed cells put back, 1 row set aside on the tab Quarantine",
        "Who can open it: not known yet",
    ):
        assert part in words
    assert "No Google Sheet is set for audit 2 yet" in reading.everything(state.about(sheet(spreadsheet_id=None), NOW))
    fits(state.answer([], NOW))


def test_a_stop_and_its_end_fit() -> None:
    for partly, since in ((False, NOW), (True, None)):
        sheets = [Stopped(f"{n}" * 32, 2, label("W", 75), ID, label(f"{n}", 300), partly) for n in range(30)]
        for many in (0, 1, 2, 30):
            fits(stops.stopped(Stop(sheets[0], tuple(sheets[:many]), since, alone=False), NOW))
