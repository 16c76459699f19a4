import pytest

from audit.cases import Line
from audit.judgements import JudgementView
from audit.opening import Opening
from audit.scales import NOT_GRADED
from audit.verdicts import ASSURANCES
from sandbox.slack.checks import problems
from tests.views import discussed, models, reading
from views.cycles import opened
from views.meetings import LOCKS, judging, ratified

JUDGED = [None, discussed.judgement("escaped", 12), models.judgement("emoji", NOT_GRADED, "not_involved")]


@pytest.mark.parametrize("judged", JUDGED, ids=["open", "graded", "not graded"])
@pytest.mark.parametrize("lines", [(), models.ten_lines(), models.ten_lines() * 4], ids=["none", "ten", "forty"])
@pytest.mark.parametrize("notice", [None, "Look. " * 100])
def test_the_judgement_form_fits(judged: JudgementView | None, lines: tuple[Line, ...], notice: str | None) -> None:
    about = discussed.discussion(lines, judged, contributors=len(lines) + 12)
    view = judging(discussed.judging(about, judged, notice))
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text]
    assert problems(ratified(models.case(lines, judged)), "modal") == []


def test_the_judgement_form_warns_and_asks_the_assurances_of_the_lowest_grade_only() -> None:
    view = judging(discussed.judging(discussed.discussion(models.ten_lines(), contributors=7)))
    assert LOCKS in reading.everything(view)
    asked = reading.inputs(view)
    assert all(asked[field]["optional"] for field in ASSURANCES)
    assert all("Inadequate only" in reading.everything(asked[field]["label"]) for field in ASSURANCES)
    assert reading.element(asked["by"])["type"] == "datepicker"
    assert view["private_metadata"] == models.case().id


@pytest.mark.parametrize(
    ("rule", "proposal", "words"),
    [
        ("none", None, "*Spread of grades:* from Outstanding to Inadequate. People ratify."),
        ("lowest", "inadequate", "Proposed by the rule “lowest self-grade”: *Inadequate*. People ratify."),
        ("median", None, "Proposed by the rule “middle self-grade”: nothing, since nobody graded. People ratify."),
    ],
)
def test_the_form_says_what_is_proposed_and_fills_nothing_in(rule: str, proposal: str | None, words: str) -> None:
    about = discussed.discussion(models.ten_lines(), rule=rule, proposal=proposal)
    view = judging(discussed.judging(about))
    assert words in reading.everything(view)
    assert "initial_option" not in reading.element(reading.inputs(view)["grade"])


def test_the_form_asks_every_contributor_and_nobody_where_there_is_none() -> None:
    asked = reading.inputs(judging(discussed.judging(discussed.discussion(contributors=12))))
    for field in ("agrees", "dissents", "silent"):
        options = reading.element(asked[field])["options"]
        assert isinstance(options, list)
        assert len(options) == 12
    assert "agrees" not in reading.inputs(judging(discussed.judging(discussed.discussion())))


def test_the_word_that_it_is_ratified() -> None:
    words = reading.everything(ratified(models.case((), discussed.judgement("letters", 7))))
    assert "is ratified: Inadequate" in words
    assert "3 agreed, 2 disagreed, 2 silent" in words
    assert "locked" in words


@pytest.mark.parametrize("areas", [1, 3, 100])
def test_the_word_that_a_cycle_is_open(areas: int) -> None:
    unled = tuple(models.label(f"{n}", 98) for n in range(areas))
    assert problems(opened(models.cycle(areas=areas), Opening((), 10, 8, unled)), "modal") == []
    assert "8 of 10 agencies" in reading.everything(opened(models.cycle(), Opening((), 10, 8, unled)))
    assert "of 10 agencies get" in reading.everything(opened(models.cycle(), Opening((), 10, 10, ())))
