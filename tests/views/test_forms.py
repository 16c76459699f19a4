from dataclasses import replace

import pytest

from audit.cases.judgements import ASSURANCES
from audit.errors import Refused
from audit.meeting.positions import completed
from audit.meeting.verdict import same
from audit.scales import NOT_GRADED
from tests.kit import discussed, models, reading
from views.forms import InvalidForm, clean
from views.meeting.ratify import VerdictForm, judging
from views.returns.form import ReturnForm


def payload(values: object, metadata: object = "r1") -> dict[str, object]:
    return {"id": "V1", "private_metadata": metadata, "callback_id": "return.submit", "state": {"values": values}}


def text(value: object) -> dict[str, object]:
    return {"answer": {"type": "plain_text_input", "value": value}}


def test_text_is_cleaned_once() -> None:
    assert clean("a\r\nb\rc\x00\x07\td\ud800e\x7f") == "a\nb\nc\tde"
    assert clean("e\u0301") == "\u00e9"
    assert clean(clean("😀\u200d")) == "😀\u200d"


def test_missing_answers_are_empty_and_strangers_are_passed_over() -> None:
    answers = ReturnForm.read(
        payload({"why": text("so\x00"), "no tice": text("x"), "h1": {"other": {"value": 3}}, "voice": text(None)})
    ).answers()
    assert (answers.why, answers.grade, answers.not_graded_reason) == ("so", None, None)
    assert answers.sections == {"voice": ""}


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"id": "V1"},
        payload(None),
        payload({"why": text(3)}),
        payload({"why": {"answer": None}}),
        payload({"why": "x"}),
        payload({"grade": {"answer": {"selected_option": "good"}}}),
        payload({}, None),
        payload({}, ""),
        payload({}, "a\x00b"),
        payload({}, "x" * 65),
        payload({}) | {"id": "V" * 65},
    ],
)
def test_what_is_not_this_form_is_refused_in_words(view: dict[str, object]) -> None:
    with pytest.raises(InvalidForm) as refused:
        ReturnForm.read(view)
    assert isinstance(refused.value, Refused)
    assert "close it and open it again" in refused.value.sentence


@pytest.mark.parametrize("kind", models.WORST)
def test_a_verdict_sent_as_it_was_opened_is_the_same(kind: str) -> None:
    judgement = models.judgement(kind, NOT_GRADED, "other")
    short = {key: value[:150] if key in {"owner", "monitor"} else value for key, value in judgement.assurances.items()}
    positioned = replace(judgement, positions=discussed.judgement(kind, 7).positions, dissent=judgement.why)
    about = discussed.discussion(models.ten_lines(), positioned, contributors=7)
    opened = discussed.judging(about, positioned)
    form = VerdictForm.read(reading.sent(judging(opened)))
    verdict = form.verdict()
    assert form.record_id == models.case().id
    assert {each.present for each in about.moment.contributors} == {True, False, None}
    whole = replace(verdict, stances=completed(about.moment.contributors, verdict.stances))
    assert same(whole, replace(opened.verdict, assurances=short))
    assert form.seen == about.moment.mark
    assert (verdict.grade, verdict.not_graded_reason, verdict.why) == (NOT_GRADED, "other", judgement.why)
    assert verdict.assurances == short


def test_an_empty_verdict_has_every_assurance_empty() -> None:
    verdict = VerdictForm.read(reading.sent(judging(discussed.judging(discussed.discussion())))).verdict()
    assert verdict.assurances == dict.fromkeys(ASSURANCES, "")
    assert verdict.grade is None
