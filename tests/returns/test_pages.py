"""A board's own audit tool, with every kind of question on several pages, through signed requests on both databases."""

import json

import pytest
from sqlalchemy import select

from audit.library import tools
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle
from storage.returns import Draft
from tests.kit import workbooks
from tests.kit.forging import send, submission
from tests.kit.play import Play
from tests.kit.pressing import LEAD
from tests.kit.workbooks import tool

CASE = "T2-EAST-03"
HOW = [("how", "well", "Well"), ("how", "partly", "Partly"), ("how", "not_at_all", "Not at all")]
YES_NO = [("yn", "yes", "Yes"), ("yn", "no", "No")]
MANY = [("many", f"m{number}", f"Service {number}") for number in range(12)]
WORKBOOK = tool(
    ("begin_group", "planning", "Planning"),
    ("note", "about", "Think of the last twelve months."),
    ("select_one yn", "planned", "Was a plan made?", "", "yes"),
    ("integer", "age", "At what age?", "", "yes", "${planned} = 'yes'"),
    ("end_group",),
    *(("text", f"Q-{number}", f"Question {number}") for number in range(9)),
    ("begin_group", "adults", "Adult services", "", "", "${planned} = 'yes'"),
    *(("text", f"a{number}", f"Adult question {number}") for number in range(12)),
    ("end_group",),
    ("select_multiple how", "which", "Which of these?"),
    ("select_multiple many", "services", "Which services?"),
    ("select_one many", "lead", "Which led?"),
    ("decimal", "hours", "Hours of support a week"),
    ("date", "since", "Since when?"),
    ("text", "police_only", "How was the risk assessed?", "", "yes", "", "", "", "police"),
    choices=[*HOW, *YES_NO, *MANY],
    settings=[("form_title",), ("Transitions",)],
)
FIRST = {"planned", *(f"Q-{number}" for number in range(9))}
SECOND = {f"a{number}" for number in range(12)}
LAST = {"which", "services", "lead", "hours", "since"}


def fields(play: Play) -> set[str]:
    """The inputs that the lead has before them, but for those that every form ends with."""
    blocks: list[dict[str, object]] = play.modal(LEAD).content["blocks"]  # type: ignore[assignment]
    return {str(block["block_id"]) for block in blocks if block["type"] == "input"} - {"grade", "why", "themes"}


def load(play: Play, data: bytes = WORKBOOK) -> None:
    """The published cycle, which asks by the board's tool."""
    play.load()
    with play.sessions.begin() as session:
        tools.store(session, None, workbooks.read(data).tool)
        session.scalars(select(Cycle)).one().tool_id = tools.row(session, "transitions").id


def answers(play: Play) -> dict[str, str]:
    """What the one return that was sent says."""
    given = next(line.answers for case in play.board().cases for line in case.lines if line.answers)
    return {key: text for key, text in given.sections.items() if text}


def draft_id(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Draft.id).where(Draft.answers.is_not(None))).one()


@pytest.mark.parametrize("kind", ["select_one yn", "text"])
def test_a_question_that_only_the_one_before_tells_apart_is_on_its_page(kind: str) -> None:
    each = [
        row
        for number in range(5)
        for row in (
            (kind, f"met_{number}", f"Standard {number}"), ("text", f"seen_{number}", "Evidence"),
            ("text", f"better_{number}", "What to improve"), ("date", f"by_{number}", "Deadline"),
        )
    ]  # fmt: skip
    made = workbooks.read(tool(("begin_group", "g", "Leadership"), *each, ("end_group",), choices=YES_NO)).tool
    assert [page[0].key for page in made.steps] == ["met_0", "met_2"]
    rows = [row for row in each if row[2] in {"Evidence", "Deadline"}]
    table = workbooks.read(tool(("begin_group", "g", "Events"), *rows, ("end_group",))).tool
    assert [len(page) for page in table.steps] == [10]


def test_a_boards_own_questions_are_asked_page_by_page(play: Play) -> None:
    load(play)
    play.open_return(LEAD, CASE)
    assert "page 1 of 3" in play.modal_text(LEAD)
    assert "Think of the last twelve months." in play.modal_text(LEAD)
    assert fields(play) == FIRST
    play.fill(LEAD, planned="yes")
    assert fields(play) == FIRST | {"age"}, "the choice shows what follows from it"
    play.fill(LEAD, age="17", **{"Q-1": "On the first page."})
    assert play.send(LEAD).ok
    assert "page 2 of 3" in play.modal_text(LEAD)
    assert fields(play) == SECOND
    play.fill(LEAD, a3="On the second page.")
    assert play.send(LEAD).ok
    assert "page 3 of 3" in play.modal_text(LEAD)
    assert fields(play) == LAST, "the police's question isn't asked of education"
    play.fill(LEAD, which=["well", "partly"], services=["m3", "m11"], lead="m3", hours="2.5", since="2025-09-01")
    assert play.press_in_modal(LEAD, "return.back").ok
    assert fields(play) == SECOND
    assert play.press_in_modal(LEAD, "return.back").ok
    assert fields(play) == FIRST | {"age"}
    assert play.press_in_modal(LEAD, "draft.save").ok
    play.close_modal(LEAD)
    play.open_return(LEAD, CASE)
    assert "Draft saved" in play.modal_text(LEAD)
    play.send(LEAD)
    play.send(LEAD)
    play.fill(LEAD, grade="good", why="So.")
    assert play.send(LEAD).ok
    assert answers(play) == {
        "planned": "yes", "age": "17", "Q-1": "On the first page.", "a3": "On the second page.", "which": "well partly",
        "services": "m3 m11", "lead": "m3", "hours": "2.5", "since": "2025-09-01",
    }  # fmt: skip
    play.close_modal(LEAD)
    with play.sessions.begin() as session:
        session.scalars(select(Case).where(Case.reference == CASE)).one().released_at = now(session)
    assert play.press_on_home(LEAD, "summary.read", CASE).ok
    shown = play.modal_text(LEAD)
    for words in ("Well; Partly", "Service 3; Service 11", "1 Sep 2025", "Adult question 3"):
        assert words in shown
    assert "How was the risk assessed?" not in shown


def test_a_page_on_which_nothing_is_asked_is_passed_over_and_its_answers_count_as_empty(play: Play) -> None:
    load(play)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, planned="yes")
    play.fill(LEAD, age="17")
    play.send(LEAD)
    play.fill(LEAD, a1="Written before the plan turned out not to be one.")
    play.press_in_modal(LEAD, "return.back")
    play.fill(LEAD, planned="no")
    assert play.send(LEAD).ok
    assert fields(play) == LAST
    assert play.press_in_modal(LEAD, "return.back").ok
    assert fields(play) == FIRST
    play.send(LEAD)
    play.fill(LEAD, grade="good", why="So.")
    assert play.send(LEAD).ok
    assert answers(play) == {"planned": "no"}


def test_what_no_form_of_ours_would_send_is_refused_where_it_stands(play: Play) -> None:
    load(play)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, planned="no")
    play.send(LEAD)
    last = play.modal(LEAD)
    typed = {"grade": "good", "why": "So.", "hours": "many", "since": "soon", "lead": "nobody", "which": "well better"}
    payload = submission(LEAD, "return.submit", str(last.content["private_metadata"]), typed)
    payload["view"]["id"] = last.id
    refused = send(play.workspace, payload)
    errors = json.loads(refused.body)["errors"]
    assert errors == {
        "hours": "Write a number, such as 12.5.", "since": "Choose a day.", "lead": "Choose from what is shown.",
        "which": "Choose from what is shown.",
    }  # fmt: skip
    assert not [line for case in play.board().cases for line in case.lines if line.answers]


def test_what_must_be_answered_on_an_earlier_page_is_named_with_its_page(play: Play) -> None:
    load(play)
    play.open_return(LEAD, CASE)
    first = play.modal(LEAD)
    payload = submission(LEAD, "return.next", str(first.content["private_metadata"]), {"Q-1": "One."})
    payload["view"]["id"] = first.id
    assert send(play.workspace, payload).ok  # as if Slack hadn't asked for what is required
    payload = submission(LEAD, "return.submit", draft_id(play), {"grade": "good", "why": "So."})
    payload["view"]["id"] = first.id
    again = send(play.workspace, payload)
    assert "On page 1, Was a plan made?: Please answer this." in again.body


URGENT = [
    ("select_one yn", "immediate_action", "Immediate action needed?"),
    ("text", "immediate_what", "What must happen?", "", "yes", "${immediate_action} = 'yes'", "line"),
    ("text", "immediate_owner", "Who owns it?", "", "yes", "${immediate_action} = 'yes'", "line"),
    ("date", "immediate_by", "By when?", "", "yes", "${immediate_action} = 'yes'"),
]


def load_urgent(play: Play) -> None:
    """The published cycle, which asks on the first of two pages whether something must happen now."""
    data = tool(
        *URGENT,
        ("text", "why_not", "What makes you sure?", "", "", "${immediate_action} = 'no'"),
        ("begin_group", "rest", "The rest"),
        *(("text", f"r{number}", f"Question {number}") for number in range(12)),
        ("end_group",),
        choices=YES_NO,
        settings=[("form_title",), ("Transitions",)],
    )
    load(play, data)


def test_an_immediate_action_that_isnt_needed_after_all_keeps_nothing_from_being_sent(play: Play) -> None:
    load_urgent(play)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, immediate_action="yes")
    play.fill(LEAD, immediate_what="A visit", immediate_owner="Team manager", immediate_by="2026-03-12")
    assert play.send(LEAD).ok
    play.press_in_modal(LEAD, "return.back")
    play.fill(LEAD, immediate_action="no")
    play.fill(LEAD, why_not="All is well.")
    play.send(LEAD)
    play.fill(LEAD, grade="good", why="So.")
    assert play.send(LEAD).ok
    assert answers(play) == {"immediate_action": "no", "why_not": "All is well."}


def test_a_return_that_was_sent_with_an_immediate_action_can_be_sent_again_without(play: Play) -> None:
    load_urgent(play)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, immediate_action="yes")
    play.fill(LEAD, immediate_what="A visit", immediate_owner="Team manager", immediate_by="2026-03-12")
    play.send(LEAD)
    play.fill(LEAD, grade="good", why="So.")
    assert play.send(LEAD).ok
    play.close_modal(LEAD)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, immediate_action="no")
    play.send(LEAD)
    play.fill(LEAD, why="Done since.")
    assert play.send(LEAD).ok
    assert answers(play) == {"immediate_action": "no"}
