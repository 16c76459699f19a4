from dataclasses import replace

import pytest

from audit.cases.judgements import ASSURANCES, JudgementView
from audit.cases.summary import Line
from audit.meeting.agenda import AgendaPlace
from audit.meeting.ratify import JudgementForm
from audit.meeting.verdict import Verdict
from audit.scales import NOT_GRADED
from audit.setup.opening import Opening
from sandbox.slack.checks import problems
from storage.meetings import Stance
from tests.kit import discussed, models, reading
from views.meeting.ratify import LOCKS, judging, ratified
from views.parts import View
from views.setup.opening import opened

JUDGED = [None, discussed.judgement("escaped", 12), models.judgement("emoji", NOT_GRADED, "not_involved")]


@pytest.mark.parametrize("judged", JUDGED, ids=["open", "graded", "not graded"])
@pytest.mark.parametrize("lines", [(), models.ten_lines(), models.ten_lines() * 4], ids=["none", "ten", "forty"])
@pytest.mark.parametrize("notice", [None, "Look. " * 100])
def test_the_judgement_form_fits(judged: JudgementView | None, lines: tuple[Line, ...], notice: str | None) -> None:
    about = discussed.discussion(lines, judged, contributors=len(lines) + 12)
    view = judging(discussed.judging(about, judged, notice))
    assert problems(view, "modal") == []
    assert not [text for text in reading.marked_up(view) if "<!" in text]
    assert problems(ratified(about), "modal") == []


@pytest.mark.parametrize(
    ("verdict", "asked"),
    [
        (Verdict(None, None, "", {}), set()),
        (Verdict("good", None, "So.", {}), set()),
        (Verdict("inadequate", None, "So.", {}), set(ASSURANCES)),
        (Verdict("good", None, "So.", {"safe": "Yes."}), set(ASSURANCES)),
        (Verdict(NOT_GRADED, None, "So.", {}), {"not_graded_reason"}),
        (Verdict("good", "other", "So.", {}), set()),
        (Verdict("good", None, "So.", {}, {Stance.DISSENTS: (discussed.agency_id(0),)}), {"dissent"}),
        (Verdict("good", None, "So.", {}, {Stance.SILENT: ()}, dissent="A record says otherwise."), {"dissent"}),
        (Verdict("good", None, "So.", {}, {Stance.SILENT: tuple(map(discussed.agency_id, range(3)))}), {"exception"}),
        (Verdict("good", None, "So.", {}, exception="It can't wait."), {"exception"}),
    ],
)
def test_the_form_asks_what_was_chosen_calls_for_and_what_was_written(verdict: Verdict, asked: set[str]) -> None:
    about = discussed.discussion(models.ten_lines(), contributors=3)
    there = tuple(replace(each, present=True) for each in about.moment.contributors)
    begun = replace(about.moment, contributors=there, now=about.moment.meeting_at)
    found = set(reading.asked(judging(JudgementForm("c" * 32, replace(about, moment=begun), verdict))))
    assert found == {"grade", "why"} | asked | ({"dissents", "silent"} if verdict.stances else set())


def judging_of_three(verdict: Verdict, came: str) -> View:
    """The form during a meeting: three agencies sent a return, and came (y), didn't (n), or nobody said (?)."""
    about = discussed.discussion(models.ten_lines(), contributors=3)
    there = tuple(
        replace(each, present={"y": True, "n": False}.get(was))
        for each, was in zip(about.moment.contributors, came, strict=True)
    )
    begun = replace(about.moment, contributors=there, now=about.moment.meeting_at)
    return judging(JudgementForm("c" * 32, replace(about, moment=begun), verdict))


@pytest.mark.parametrize(
    ("verdict", "needed", "kept"),
    [
        (Verdict("good", None, "So.", {}, {Stance.DISSENTS: (discussed.agency_id(0),)}), "dissent", ""),
        (Verdict("good", None, "So.", {}, {Stance.SILENT: ()}, dissent="A record says otherwise."), "", "dissent"),
        (Verdict("good", None, "So.", {}, {Stance.SILENT: tuple(map(discussed.agency_id, range(3)))}), "exception", ""),
        (Verdict("good", None, "So.", {}, exception="It can't wait."), "", "exception"),
    ],
)
def test_what_must_be_answered_isnt_called_optional(verdict: Verdict, needed: str, kept: str) -> None:
    asked = reading.asked(judging_of_three(verdict, "yyy"))
    assert [asked[name]["optional"] for name in (needed, kept) if name] == [not needed]


def test_the_form_says_whether_there_is_a_quorum() -> None:
    plain = Verdict("good", None, "So.", {})
    said = reading.everything(judging_of_three(plain, "yyn"))
    assert "Its quorum is met: 2 of the 3 agencies that sent a return must have come, and agree" in said
    said = reading.everything(judging_of_three(plain, "ynn"))
    assert "⚠️ Its quorum isn't met: 2 of the 3 agencies" in said
    assert "agree or disagree; 1 does." in said
    assert "For its quorum 2 of the 3" in reading.everything(judging_of_three(plain, "yy?"))
    assert "There is no quorum: no agency sent a return." in reading.everything(
        judging(discussed.judging(discussed.discussion()))
    )


def test_before_the_meeting_it_is_always_asked_why() -> None:
    assert "exception" in reading.asked(judging(discussed.judging(discussed.discussion(models.ten_lines()))))


def test_the_form_warns_and_carries_its_mark_at_the_grade() -> None:
    view = judging(discussed.judging(discussed.discussion(models.ten_lines(), contributors=7)))
    assert LOCKS in reading.everything(view)
    assert [
        name for name in map(str, (block.get("block_id") for block in reading.blocks_of(view))) if "__" in name
    ] == ["grade__0123456789ab"]
    assert view["private_metadata"] == models.case().id
    lowest = replace(discussed.judging(discussed.discussion()), verdict=Verdict("inadequate", None, "", {}))
    assert reading.element(reading.asked(judging(lowest))["by"])["type"] == "datepicker"


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
    assert "initial_option" not in reading.element(reading.asked(view)["grade"])


def test_every_contributor_can_disagree_or_be_silent_and_who_was_not_there_can_agree() -> None:
    asked = reading.asked(judging(discussed.judging(discussed.discussion(contributors=12))))
    for field, count in (("agrees", 8), ("dissents", 12), ("silent", 12)):
        options = reading.element(asked[field])["options"]
        assert isinstance(options, list)
        assert len(options) == count
        assert asked[field]["dispatch_action"], "what follows from it is asked at once"
    assert "agrees" not in reading.asked(judging(discussed.judging(discussed.discussion())))


def test_it_says_where_one_is() -> None:
    place = AgendaPlace(7, 15, 6, 15, ("a" * 32, "T2-EAST-02"), ("b" * 32, "T2-EAST-04"))
    about = replace(discussed.discussion(judged=discussed.judgement("letters", 7)), place=place)
    assert "case 7 of 15" in reading.everything(judging(discussed.judging(about)))
    word = ratified(about)
    assert "6 of 15 cases of this meeting ratified." in reading.everything(word)
    some, none = (ratified(replace(about, place=replace(place, ratified=0, out=out))) for out in (5, 0))
    assert "0 ratified of the 5 cases of this meeting whose summaries are out." in reading.everything(some)
    assert "The summaries of this meeting's 15 cases aren't out yet." in reading.everything(none)
    assert [(each["action_id"], each["value"]) for each in reading.buttons(word)] == [("case.discuss", "b" * 32)]
    assert list(reading.buttons(ratified(replace(about, place=replace(place, next=None))))) == []


def test_the_word_that_it_is_ratified() -> None:
    words = reading.everything(ratified(discussed.discussion(judged=discussed.judgement("letters", 7))))
    assert "is ratified: Inadequate" in words
    assert "3 agreed, 2 disagreed, 2 silent" in words
    assert "locked" in words


@pytest.mark.parametrize("areas", [1, 3, 100])
def test_the_word_that_a_cycle_is_open(areas: int) -> None:
    unled = tuple(models.label(f"{n}", 98) for n in range(areas))
    assert problems(opened(models.cycle(areas=areas), Opening((), 10, 8, unled)), "modal") == []
    assert "8 of 10 agencies" in reading.everything(opened(models.cycle(), Opening((), 10, 8, unled)))
    assert "of 10 agencies get" in reading.everything(opened(models.cycle(), Opening((), 10, 10, ())))
