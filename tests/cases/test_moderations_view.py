from dataclasses import replace

import pytest

from audit.cases.moderated_grades import ModerationView
from audit.cases.moderation import STANDS, ModerationAnswers, ModerationForm
from audit.meeting.reopen import Reopen
from audit.returns.found_return import Party
from audit.scales import INSPECTION, NOT_GRADED, Scale
from audit.tools import TEXT_LIMIT
from sandbox.slack.checks import problems
from tests.kit import models, reading
from views.cases.moderation import moderated, moderating
from views.meeting.reopen import reopened, reopening


def form(scale: Scale = INSPECTION, grade: str = "good", *, before: int = 0, kind: str = "letters") -> ModerationForm:
    made = tuple(
        ModerationView(
            scale.lowest.key if n % 2 else "",
            None,
            models.worst(kind, TEXT_LIMIT),
            n,
            n,
            models.label("P", 80),
            models.NOW,
        )
        for n in range(before, 0, -1)
    )
    return ModerationForm(
        record_id="a" * 32, return_id="b" * 32, case_id="c" * 32,
        party=Party(models.label("R", 40), models.label("A", 75), models.label("G", 75), 2), scale=scale, version=2,
        grade=grade, reason="other" if grade == NOT_GRADED else None, before=made,
        given=ModerationAnswers(STANDS, None, models.worst(kind, TEXT_LIMIT), models.worst(kind, TEXT_LIMIT)),
        now=models.NOW, meeting_at=models.MEETING, notice="Look. " * 100,
    )  # fmt: skip


@pytest.mark.parametrize("kind", models.WORST)
@pytest.mark.parametrize("grade", ["grade1", "grade9", NOT_GRADED])
def test_the_form_fits(kind: str, grade: str) -> None:
    view = moderating(form(models.RUDE_SCALE, grade, before=40, kind=kind))
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text]
    assert problems(moderated(form(models.RUDE_SCALE, grade, before=1)), "modal") == []


def test_the_self_grade_is_the_choice_that_it_stands() -> None:
    view = moderating(form())
    options = reading.element(reading.inputs(view)["grade"])["options"]
    assert isinstance(options, list)
    assert [(each["value"], each["text"]["text"]) for each in options] == [
        ("outstanding", "Outstanding"),
        (STANDS, "The self-grade stands: Good"),
        ("requires_improvement", "Requires improvement"),
        ("inadequate", "Inadequate"),
        (NOT_GRADED, "Not graded"),
    ]


def test_the_word_that_it_is_kept_names_both_grades() -> None:
    words = reading.everything(moderated(form(before=1)))
    assert "Inadequate" in words
    assert "The self-grade stays beside it: Good" in words


@pytest.mark.parametrize("back", [True, False])
def test_the_form_of_reopening_says_what_follows(back: bool) -> None:  # noqa: FBT001  # a parameter of the test
    judged = replace(models.judgement("escaped"), id="d" * 32)
    view = reopening(Reopen(models.case((), judged), judged, back))
    assert problems(view, "modal") == []
    assert ("back to its meetings" in reading.everything(view)) is back
    assert view["private_metadata"] == "d" * 32
    assert problems(reopened(models.case()), "modal") == []


@pytest.mark.parametrize(("grade", "asked"), [(STANDS, False), ("inadequate", False), (NOT_GRADED, True)])
def test_why_it_is_not_graded_is_asked_only_then(grade: str, asked: bool) -> None:  # noqa: FBT001  # likewise
    view = moderating(replace(form(), given=ModerationAnswers(grade, None, "So.", "")))
    assert ("not_graded_reason" in reading.inputs(view)) is asked
    assert reading.inputs(view)["grade"]["dispatch_action"]
