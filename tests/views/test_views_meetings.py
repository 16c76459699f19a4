import pytest

from audit.cases import Line
from audit.judgements import JudgementView
from audit.meetings import ASSURANCES
from audit.scales import NOT_GRADED
from sandbox.slack.checks import problems
from tests.views import models, reading
from views.cycles import opened
from views.meetings import LOCKS, judging, ratified

JUDGED = [None, models.judgement("escaped"), models.judgement("emoji", NOT_GRADED, "not_involved")]


@pytest.mark.parametrize("judged", JUDGED, ids=["open", "graded", "not graded"])
@pytest.mark.parametrize("lines", [(), models.ten_lines(), models.ten_lines() * 4], ids=["none", "ten", "forty"])
@pytest.mark.parametrize("notice", [None, "Look. " * 100])
def test_the_judgement_form_fits(judged: JudgementView | None, lines: tuple[Line, ...], notice: str | None) -> None:
    view = judging(models.case(lines, judged), notice)
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text]
    assert problems(ratified(models.case(lines, judged)), "modal") == []


def test_the_judgement_form_warns_and_asks_the_assurances_of_the_lowest_grade_only() -> None:
    view = judging(models.case(models.ten_lines()))
    assert LOCKS in reading.everything(view)
    asked = reading.inputs(view)
    assert all(asked[field]["optional"] for field in ASSURANCES)
    assert all("Inadequate only" in reading.everything(asked[field]["label"]) for field in ASSURANCES)
    assert reading.element(asked["by"])["type"] == "datepicker"
    assert view["private_metadata"] == models.case().id


def test_the_word_that_it_is_ratified() -> None:
    words = reading.everything(ratified(models.case((), models.judgement())))
    assert "is ratified: Inadequate" in words
    assert "locked" in words


@pytest.mark.parametrize("areas", [1, 3, 100])
def test_the_word_that_a_cycle_is_open(areas: int) -> None:
    assert problems(opened(models.cycle(areas=areas)), "modal") == []
    assert "10 agencies" in reading.everything(opened(models.cycle()))
