"""What a form of several pages asks, keeps and passes over as it goes along, through signed requests."""

from sqlalchemy import select

from audit.returns.answers import kept_draft
from storage.returns import Draft
from tests.kit.forging import click, modal, send, submission
from tests.kit.play import Play
from tests.kit.pressing import LEAD
from tests.kit.workbooks import tool
from tests.returns.test_pages import CASE, YES_NO, answers, fields, load, load_urgent

FOLLOWING = tool(
    ("integer", "age", "At what age?"),
    ("text", "young", "Why so young?", "", "", "${age} = '5'"),
    ("date", "since", "Since when?"),
    ("text", "long", "Why so long?", "", "", "${since} = '2025-09-01'"),
    ("begin_group", "rest", "The rest"),
    *(("text", f"r{number}", f"Question {number}") for number in range(11)),
    ("text", "more", "What more?", "", "", "${r0} = 'x'"),
    ("end_group",),
    settings=[("form_title",), ("Transitions",)],
)


def test_what_follows_from_something_typed_is_asked_before_the_form_goes_on(play: Play) -> None:
    load(play, FOLLOWING)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, since="2025-09-01")
    assert fields(play) == {"age", "since", "long"}, "a day shows at once what follows from it"
    play.fill(LEAD, age="5")
    assert play.send(LEAD).ok
    assert "lead to another question: “Why so young?”" in play.modal_text(LEAD)
    assert fields(play) == {"age", "young", "since", "long"}
    assert play.send(LEAD).ok, "it may be left empty"
    play.fill(LEAD, grade="good")
    play.fill(LEAD, r0="x", why="So.")
    assert play.send(LEAD).ok
    assert "lead to another question: “What more?”" in play.modal_text(LEAD)
    play.fill(LEAD, more="That.")
    assert play.send(LEAD).ok
    assert answers(play) == {"age": "5", "since": "2025-09-01", "r0": "x", "more": "That."}


def test_back_after_going_on_in_another_window_keeps_what_was_written_there(play: Play) -> None:
    load_urgent(play)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, immediate_action="no")
    play.fill(LEAD, why_not="Of the first window.")
    play.send(LEAD)
    first = play.modal(LEAD)
    play.close_modal(LEAD)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, why_not="Of the second window.")
    play.send(LEAD)
    typed = {"r1": "Typed last.", "grade": "good", "why": "So."}
    record = str(first.content["private_metadata"])
    payload = submission(LEAD, "return.submit", record, typed)
    payload["view"]["id"] = first.id
    assert "carried on with this draft in another window" in send(play.workspace, payload).body
    assert send(
        play.workspace, click(LEAD, "return.back", record, view=modal("return.submit", record, typed, first.id))
    ).ok
    with play.reading() as session:
        kept = [kept_draft(session, row).answers.sections for row in session.scalars(select(Draft)) if row.answers]
    assert {"immediate_action": "no", "why_not": "Of the second window.", "r1": "Typed last."}.items() <= next(
        each for each in kept if each.get("r1")
    ).items()


def test_a_first_page_on_which_nothing_is_asked_leads_to_the_second(play: Play) -> None:
    hidden = tool(
        ("begin_group", "g", "Only if", "", "", "${z} = 'yes'"),
        *(("text", f"g{number}", "?") for number in range(12)),
        ("end_group",),
        *(("text", f"r{number}", f"Question {number}") for number in range(12)),
        ("select_one yn", "z", "Last?"),
        choices=YES_NO,
        settings=[("form_title",), ("Transitions",)],
    )
    load(play, hidden)
    play.open_return(LEAD, CASE)
    assert play.send(LEAD).ok
    assert fields(play) >= {"r0", "r1"}


def test_a_draft_keeps_only_what_the_form_asks(play: Play) -> None:
    load(play)
    play.open_return(LEAD, CASE)
    first = play.modal(LEAD)
    typed = {"Q-1": "One.", "stranger": "Call 07700 900123.", "source": "07700 900123", "grade": "07700 900123"}
    payload = submission(LEAD, "return.next", str(first.content["private_metadata"]), typed)
    payload["view"]["id"] = first.id
    assert send(play.workspace, payload).ok
    with play.reading() as session:
        [kept] = [kept_draft(session, row) for row in session.scalars(select(Draft)) if row.answers]
    assert "07700" not in str(kept)
    assert kept.answers.sections["Q-1"] == "One."
