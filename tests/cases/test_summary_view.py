from dataclasses import replace
from datetime import timedelta

import pytest

from audit.cases.judgements import JudgementView
from audit.cases.summary import Line
from audit.returns.answers import Answers
from audit.scales import NOT_GRADED
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.cases.summary import PAGE, READ, full, headlines
from views.parts import View

STATES = {
    "nobody": (),
    "awaited": tuple(models.line(n, None) for n in range(10)),
    "all kinds": models.ten_lines("emoji"),
    "forty": models.ten_lines("escaped") * 4,
}
JUDGED = [None, models.judgement("escaped"), models.judgement("emoji", NOT_GRADED, "not_involved")]


@pytest.mark.parametrize("judged", JUDGED, ids=["open", "graded", "not graded"])
@pytest.mark.parametrize("lines", STATES.values(), ids=STATES)
def test_headlines_fit_and_tell_nothing_that_anybody_wrote(
    lines: tuple[Line, ...], judged: JudgementView | None
) -> None:
    for now in (models.NOW, models.MEETING):
        content = headlines(models.case(lines, judged), now)
        assert problems(content.blocks, "message") == []
        told = content.text + reading.everything(content.blocks)
        assert models.CANARY not in told
        assert not [text for text in [*reading.marked_up(content.blocks), content.text] if "<!" in text or "<@" in text]
        assert [(each["action_id"], each["value"]) for each in reading.buttons(content.blocks)] == [
            (READ, models.case().id)
        ]


def test_headlines_name_every_standing_apart() -> None:
    words = reading.everything(headlines(models.case(models.ten_lines()), models.NOW).blocks)
    for part in ("Outstanding · late · changed after release", "Not graded (Insufficient information)", "Nil return"):
        assert part in words
    for part in ("Declined", "Awaited", "from Outstanding to Inadequate", "9 of 10 agencies answered"):
        assert part in words
    assert "strengths by 7, concerns by 7" in words
    late = reading.everything(headlines(models.case(models.ten_lines()), models.DUE + timedelta(1)).blocks)
    assert "Overdue" in late
    assert "Awaited" not in late


def test_headlines_say_what_was_ratified() -> None:
    content = headlines(models.case(models.ten_lines(), models.judgement()), models.MEETING)
    assert "Ratified judgement: Inadequate* · Final: ratified Thu 19 Mar" in reading.everything(content.blocks)
    assert "Ratified: Inadequate." in content.text


def turned(view: View) -> dict[str, int]:
    return {
        str(reading.everything(each["text"])).split("\n")[-1]: int(str(each["value"]))
        for each in reading.buttons(view["blocks"])
        if each["action_id"] == PAGE
    }


@pytest.mark.parametrize("kind", models.WORST)
@pytest.mark.parametrize("lines", [0, 1, 10, 12])
def test_the_full_text_is_all_there_page_by_page(kind: str, lines: int) -> None:
    given = [models.line(n, models.answers(kind)) for n in range(lines)]
    case = models.case(given, models.judgement(kind))
    page = 0
    seen: list[str] = []
    while True:
        view = full(case, models.NOW, page)
        assert problems(view, "modal") == []
        assert view["private_metadata"] == case.id
        seen.append(reading.everything(view))
        following = [to for to in turned(view).values() if to > page]
        if not following:
            break
        page = following[0]
    assert sum(text.count(models.CANARY) for text in seen) == 9 * lines + 5
    assert len(seen) > 1 or lines < 10
    assert not [text for text in reading.marked_up(full(case, models.NOW)) if "<!" in text]


def test_a_page_that_is_not_there_becomes_the_nearest() -> None:
    case = models.case(models.ten_lines("emoji"))
    assert full(case, models.NOW, -3) == full(case, models.NOW, 0)
    assert turned(full(case, models.NOW, 99)).values()
    assert full(case, models.NOW, 99) == full(case, models.NOW, 98)


def test_what_nobody_wrote_is_said() -> None:
    words = reading.everything(full(models.case([models.line(1, models.answers())]), models.NOW))
    assert "Nothing written" not in words
    empty = Answers({}, "good", None, "So.")
    words = reading.everything(full(models.case([models.line(1, empty), models.line(2, None)]), models.NOW))
    assert words.count("Nothing written") == 7, "of ten questions three weren't asked"
    assert "version 2" in words
    assert "Awaited" in words


def test_a_question_that_was_not_asked_is_not_there() -> None:
    """Where no immediate action was needed, nothing is said of what, by whom and when; where one was, all is."""
    no = replace(models.answers(), sections={"went_well": "The plan.", "immediate_action": "no"})
    words = reading.everything(full(models.case([models.line(1, no)]), models.NOW))
    assert "Immediate action needed?" in words
    assert "If yes" not in words
    assert "*Voice of the child*\n_Nothing written._" in words, "asked, and left empty"
    yes = replace(no, sections={**no.sections, "immediate_action": "yes"})
    words = reading.everything(full(models.case([models.line(1, yes)]), models.NOW))
    assert words.count("If yes") == 3
    kept = replace(no, sections={**no.sections, "immediate_owner": "Duty manager"})
    words = reading.everything(full(models.case([models.line(1, kept)]), models.NOW))
    assert "Duty manager" in words, "whatever is there is shown"
    assert words.count("If yes") == 1
