import re
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.parts import datepicker, escape, fitted, notice, pieces, shorten
from views.words import meeting_on, said_day, stamp, when


def utc(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (utc(3, 12, 17), "Thu 12 Mar, 5 pm (3 working days left)"),
        (utc(3, 10, 9, 5), "Tue 10 Mar, 9:05 am (1 working day left)"),
        (utc(3, 9, 12), "Mon 9 Mar, 12 noon (today)"),
        (utc(3, 9, 9), "Mon 9 Mar, 9 am (passed)"),
        (utc(4, 7, 16), "Tue 7 Apr, 5 pm (19 working days left)"),
        (utc(1, 4, 0, 0, 2027), "Mon 4 Jan 2027, 12 midnight (207 working days left)"),
    ],
)
def test_times_are_london_s_in_plain_words(moment: datetime, words: str) -> None:
    assert when(moment, models.NOW) == words


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (utc(3, 9, 9), "Mon 9 Mar, 9 am (has begun)"),
        (utc(3, 9, 12), "Mon 9 Mar, 12 noon (today)"),
        (utc(3, 6, 9), "Fri 6 Mar, 9 am (passed)"),
    ],
)
def test_a_meeting_has_not_passed_on_its_day(moment: datetime, words: str) -> None:
    assert meeting_on(moment, models.NOW) == words


def test_a_weekend_ahead_has_no_working_days_left() -> None:
    friday = utc(3, 13, 16)
    assert when(friday + timedelta(days=1), friday).endswith("(no working days left)")
    assert stamp(friday, friday) == "Fri 13 Mar, 4 pm"
    assert stamp(friday) == "Fri 13 Mar 2026, 4 pm", "whatever year it is"
    assert [said_day(each) for each in ("2026-03-13", "soon", "")] == ["Fri 13 Mar 2026", "soon", ""]
    assert said_day("2026-03-13", friday) == "Fri 13 Mar"


@pytest.mark.parametrize("kind", models.WORST)
def test_pieces_fit_and_lose_nothing(kind: str) -> None:
    text = models.worst(kind, 3000)
    cut = pieces(text)
    assert "".join(cut) == text
    assert all(len(escape(piece)) <= 3000 and len(piece.encode("utf-16-le")) <= 6000 for piece in cut)


@pytest.mark.parametrize("kind", models.WORST)
@pytest.mark.parametrize("length", [0, 99, 100, 101, 3000])
def test_what_is_fitted_fits_once_it_is_escaped(kind: str, length: int) -> None:
    text = models.worst(kind, length)
    said = fitted(text, 100)
    assert len(said) <= 100
    assert (said == escape(text)) == (len(escape(text)) <= 100)
    assert not re.search(r"&(?!amp;|lt;|gt;)", said), "never cut within what stands for a sign"


def test_shortening_ends_in_an_ellipsis() -> None:
    assert shorten("abc", 3) == "abc"
    assert shorten("abcd", 3) == "ab…"


@pytest.mark.parametrize("sentence", ["", "Sorry.", "<!channel> " * 1000])
def test_a_notice_fits(sentence: str) -> None:
    assert problems(notice("A title that is far too long for Slack", sentence), "modal") == []


@pytest.mark.parametrize("stored", ["", "soon", "20260401", "2026-02-30"])
def test_a_date_that_is_none_leaves_the_picker_empty(stored: str) -> None:
    assert "initial_date" not in reading.element(datepicker("by", "By when", stored))
