"""How many returns said what: the numbers add up, and count what was asked as it stood when others could read it."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cases.self_grade import SelfGrade
from audit.cases.summary import CaseView
from audit.cycle import answered
from audit.cycle.answered import ASKED, GIVEN, UNANSWERED, Answered, AnswersView, NumberAnswers, row_of
from audit.cycle.board import Board
from audit.cycle.tally import DoesNotAddUp
from audit.library.default import DEFAULT
from audit.returns.answers import Answers
from audit.tools import Choice, Section, Tool
from sandbox.slack.checks import problems
from tests.kit import counted, models, reading
from tests.kit.counted import AGE, COUNTED, PLANNED, REFERRED, REVIEWED, SEEN, TOOL, VISITS
from views.cycle.answered import NONE, view

AREAS = ("Central", "East", "North")
AGENCIES = ("Education", "Police")


def of(board: Board) -> dict[str, Answered]:
    return {each.key: each for each in board.answered}


def answering(board: Board, number: int, **sections: str) -> Board:
    """The first lines of the board's first case answer that, the other cases nothing."""
    first = board.cases[0]
    lines = tuple(
        replace(line, answers=Answers(sections, "good") if place < number else None)
        for place, line in enumerate(first.lines)
    )
    return counted.made(replace(board, cases=(replace(first, lines=lines),)))


TEXTS: Mapping[str, st.SearchStrategy[str]] = {
    SEEN: st.sampled_from(["", "yes", "no"]),
    PLANNED: st.sampled_from(["", "yes", "partly", "no"]),
    AGE: st.one_of(st.just(""), st.integers(-3, 20).map(str)),
    REFERRED: st.sampled_from(["", "housing", "health", "housing health"]),
    VISITS: st.one_of(st.just(""), st.decimals(0, 9, places=2).map(str)),
    REVIEWED: st.sampled_from(["", "2026-01-09"]),
}
RETURNS = st.one_of(st.none(), st.fixed_dictionaries(dict(TEXTS)))
"""What a return answers, None where it isn't there."""


@given(st.lists(st.tuples(st.sampled_from(AREAS), st.tuples(RETURNS, RETURNS)), max_size=12))
def test_said_and_unanswered_come_to_asked_and_the_areas_to_the_whole(
    cases: list[tuple[str, tuple[dict[str, str] | None, ...]]],
) -> None:
    cycle = replace(models.cycle(), areas=AREAS, tool=TOOL)
    views = [_case(number, area, texts) for number, (area, texts) in enumerate(cases)]
    found = answered.count(cycle, views)
    assert [each.key for each in found] == [*COUNTED]
    there = [(agency, said) for _, texts in cases for agency, said in zip(AGENCIES, texts, strict=True) if said]
    for each in found:
        rows, asked = each.whole.rows, [said for agency, said in there if _asked(each.key, agency, said)]
        assert each.adds_up
        assert rows[GIVEN] + rows[UNANSWERED] == rows[ASKED] == len(asked) <= each.whole.sent == len(there)
        given_texts = [said[each.key] for said in asked if said[each.key]]
        assert rows[GIVEN] == len(given_texts)
        for row in each.choices:
            assert rows[row] == sum(row.partition(":")[2] in text.split() for text in given_texts)
        assert [sum(part.rows[row] for part in each.by_area.values()) for row in rows] == [*rows.values()]
        if each.key in {AGE, VISITS}:
            assert each.whole.numbers == _reckoned(given_texts)


def _case(number: int, area: str, texts: Iterable[Mapping[str, str] | None]) -> CaseView:
    lines = [
        replace(models.line(0, Answers(said, "good") if said else None), agency=agency)
        for agency, said in zip(AGENCIES, texts, strict=True)
    ]
    return replace(models.case(lines, None, number=number, area=area), tool=TOOL)


def _asked(key: str, agency: str, said: Mapping[str, str]) -> bool:
    """As a reader of the tool would say it."""
    return {AGE: said[PLANNED] != "no", VISITS: agency == "Police"}.get(key, True)


def _reckoned(texts: list[str]) -> NumberAnswers | None:
    found = sorted(map(Decimal, texts))
    if not found:
        return None
    middle = (found[(len(found) - 1) // 2] + found[len(found) // 2]) / 2
    return NumberAnswers(*(float(each) for each in (found[0], middle, found[-1])))


def test_what_wasnt_asked_is_no_part_of_what_numbers_are_of() -> None:
    board = answering(counted.board(), 4, planned="no", age="99", visits="3")
    age, visits, planned = (of(board)[key].whole for key in (AGE, VISITS, PLANNED))
    assert (age.sent, age.rows[ASKED], age.numbers) == (4, 0, None)
    assert planned.rows == {ASKED: 4, "choice:yes": 0, "choice:partly": 0, "choice:no": 4, GIVEN: 4, UNANSWERED: 0}
    assert visits.rows[ASKED] == sum(line.agency == "Police" for line in board.cases[0].lines[:4])


def test_a_return_counts_as_it_was_when_its_case_was_released() -> None:
    board = answering(counted.board(), 3, seen="yes")
    before = [SelfGrade("good", None, {SEEN: "no"}), SelfGrade("nil"), None]
    first = board.cases[0]
    lines = tuple(
        replace(line, before_release=before[place] if place < len(before) else None)
        for place, line in enumerate(first.lines)
    )
    seen = of(counted.made(replace(board, cases=(replace(first, lines=lines),))))[SEEN].whole
    assert (seen.sent, seen.rows[row_of("no")], seen.rows[row_of("yes")]) == (2, 1, 1)


def test_each_return_is_read_by_the_version_that_asked_it() -> None:
    """Of the tool's first version: a choice and a question that fell away since, and one that wasn't asked yet."""
    before = replace(TOOL, version=0, parts=(
        replace(TOOL.parts[1], choices=(Choice("begun", "Begun"), *TOOL.parts[1].choices[1:])),
        Section("gone", "What fell away", "integer"),
        *TOOL.parts[2:],
    ))  # fmt: skip
    board = counted.board()
    first = board.cases[0]
    said = [
        replace(line, tool=before, answers=Answers({PLANNED: "begun", "gone": "3", AGE: "15"}, "good"))
        for line in first.lines[:2]
    ]
    said[1] = replace(said[1], tool=None, answers=Answers({}), before_release=SelfGrade(
        "good", None, {PLANNED: "no", "gone": "5"}, before,
    ))  # fmt: skip
    lines = (*said, replace(first.lines[2], answers=Answers({SEEN: "yes", PLANNED: "yes"}, "good")))
    found = counted.made(replace(board, cases=(replace(first, lines=lines),))).answered
    assert [each.key for each in found] == [*COUNTED, "gone"]
    seen, planned, gone = (each for each in found if each.key in {SEEN, PLANNED, "gone"})
    assert (seen.whole.sent, seen.whole.rows[ASKED]) == (3, 1)
    assert planned.choices == {row_of(name): label for name, label in (
        ("yes", "Yes"), ("partly", "Partly"), ("no", "No"), ("begun", "Begun"),
    )}  # fmt: skip
    assert [planned.whole.rows[row] for row in planned.choices] == [1, 0, 1, 1]
    assert (gone.name, gone.whole.rows[ASKED], gone.whole.numbers) == (
        "What fell away (no longer asked)", 2, NumberAnswers(3, 4, 5),
    )  # fmt: skip
    assert all(each.adds_up for each in found)


def test_what_no_question_offers_makes_no_number() -> None:
    with pytest.raises(DoesNotAddUp, match="seen of T2-EAST-01"):
        answering(counted.board(), 1, seen="perhaps")


def test_an_immediate_action_is_not_counted_and_the_usual_tool_pays_nothing() -> None:
    assert answered.countable(DEFAULT) == ()
    board = counted.made(replace(counted.board(DEFAULT), cases=()))
    assert (board.answered, answered.to_json(board.answered)) == ((), {})


def test_an_audit_of_one_area_has_no_numbers_by_area() -> None:
    board = counted.board()
    for areas in ((), ("East",)):
        one = counted.made(replace(board, cycle=replace(board.cycle, areas=areas)))
        assert all(each.by_area == {} and each.adds_up for each in one.answered)


def test_json_has_every_number() -> None:
    told = json.loads(json.dumps(answered.to_json(counted.board().answered)))["answers"]
    assert list(told) == [*COUNTED]
    planned, age = told[PLANNED], told[AGE]
    assert (planned["label"], planned["returns"], planned["asked"]) == ("Was planning begun?", 150, 150)
    assert planned["choices"] == {"yes": 50, "partly": 50, "no": 50}
    assert (age["asked"], age["given"], age["lowest"], age["median"], age["highest"]) == (100, 80, 14, 14.5, 15)
    assert sum(part["choices"]["yes"] for part in planned["by_area"].values()) == 50


def answers_view(board: Board, waiting: int = 0) -> AnswersView:
    return AnswersView(board.cycle, board.answered, 150, 150, len(board.cases), waiting)


def pages(found: AnswersView) -> list[str]:
    made = [view(found)]
    count = re.search(r"page 1 of (\d+)", reading.everything(made[0]))
    made += [view(found, number) for number in range(1, int(count[1]) if count else 1)]
    assert not [each for page in made for each in problems(page, "modal")]
    assert not [text for page in made for text in reading.marked_up(page) if "<!channel>" in text]
    return [reading.everything(page) for page in made]


def test_the_page_says_of_each_question_what_was_said_and_by_area() -> None:
    [said] = pages(answers_view(counted.board(), waiting=2))
    assert "15 of 17 cases; the others follow with their summaries." in said
    assert "Period looked at: P&lt;" in said
    assert "*At what age?*\nAsked in 100 of 150 returns.\n• Answered: *80*\n• Lowest: *14*\n• Median: *14.5*" in said
    assert "• Not answered: *20*" in said
    assert "• Yes: *50*\n• Partly: *50*\n• No: *50*\n• Not answered: *0*" in said
    assert "*Referred to*\nAsked in 150 of 150 returns. A return may count in several.\n" in said
    assert said.count("may count in several") == 1
    assert "_East_ (" in said
    assert "(Invented)" not in said


def test_an_audit_that_counts_no_answers_says_so() -> None:
    board = counted.made(replace(counted.board(DEFAULT), cases=()))
    assert pages(answers_view(board)) == [reading.everything(view(answers_view(board)))]
    assert NONE in pages(answers_view(board))[0]


def test_the_longest_questions_fit_page_by_page() -> None:
    choices = tuple(Choice(f"c{number}", models.label(f"{number}", 300)) for number in range(100))
    many = tuple(
        Section(
            f"q{number}", models.label(f"{number}", 2000), "several_of", heading=f"{number}" * 200,
            choices=choices[: 10 if number else 100],
        )
        for number in range(12)
    )  # fmt: skip
    tool = Tool("many", 1, many)
    areas = tuple(models.label(f"{number}", 75) for number in range(40))
    every = {section.key: " ".join(choice.name for choice in section.choices) for section in many}
    lines = [replace(models.line(0, Answers(every, "good")), agency="Police")]
    cases = [replace(models.case(lines, None, number=n, area=area), tool=tool) for n, area in enumerate(areas)]
    cycle = replace(models.cycle(), areas=areas, tool=tool)
    told = pages(AnswersView(cycle, answered.count(cycle, cases), 40, 40, 40, 0))
    assert len(told) > 2
