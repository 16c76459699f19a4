"""Drafts, and what a return's form asks as it goes along, through signed requests on both databases."""

from datetime import datetime

from sqlalchemy import select

from audit.calendar import LONDON
from audit.library.default import DEFAULT
from audit.returns.answers import kept_draft
from audit.tools import Section, Tool
from sandbox.slack import Outcome
from sandbox.slack.model import View
from storage.cases import Case
from storage.clock import now
from storage.cycles import AuditTool, Cycle, LearningTheme
from storage.returns import Draft, Return
from tests.kit.forging import click, modal, send, submission
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import DEPUTY, LEAD

CASE = "T2-EAST-03"
EVENING = datetime(2026, 3, 12, 17, 4, tzinfo=LONDON)
CANARY = "Nobody has sent this yet."


def typed(play: Play, user: str) -> str:
    """What stands in the inputs of the topmost modal."""
    return str(play.modal(user).values)


def asked(play: Play, user: str) -> set[str]:
    blocks: list[dict[str, object]] = play.modal(user).content["blocks"]  # type: ignore[assignment]
    return {str(block["block_id"]) for block in blocks if block["type"] == "input"}


def drafts(play: Play) -> list[str]:
    """What each draft that holds something says went well, oldest first."""
    with play.reading() as session:
        found = session.scalars(select(Draft).where(Draft.answers.is_not(None)).order_by(Draft.saved_at))
        return [kept_draft(session, draft).answers.sections.get("went_well", "") for draft in found]


def state(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Return.state).where(Return.state != "requested")).one_or_none() or "requested"


def versions(play: Play) -> int:
    return len(rows(play.sessions)["return_versions"])


def test_a_draft_is_kept_resumed_thrown_away_and_emptied_by_sending(play: Play) -> None:
    play.move_clock(EVENING)
    play.load()
    assert play.open_return(LEAD, CASE).ok
    play.fill(LEAD, went_well=CANARY)
    assert play.press_in_modal(LEAD, "draft.save").ok
    above, foot = play.modal_text(LEAD).split('"draft.save"')
    assert all("Draft saved Thu 12 Mar, 5:04 pm" in part for part in (above, foot)), "where it is pressed, too"
    assert CANARY in typed(play, LEAD)
    assert (state(play), versions(play)) == ("drafted", 0)
    assert CANARY not in str(play.board())
    play.close_modal(LEAD)
    assert play.open_return(LEAD, CASE).ok
    assert CANARY in typed(play, LEAD)
    assert play.press_in_modal(LEAD, "draft.discard").ok
    assert "is discarded" in play.modal_text(LEAD)
    assert (state(play), drafts(play)) == ("requested", [])
    play.close_modal(LEAD)
    assert play.open_return(LEAD, CASE).ok
    assert CANARY not in typed(play, LEAD)
    play.fill(LEAD, went_well=CANARY)
    play.press_in_modal(LEAD, "draft.save")
    play.close_modal(LEAD)
    play.open_return(LEAD, CASE)
    play.fill(LEAD, grade="good", why="So.")
    assert play.send(LEAD).ok
    assert (state(play), versions(play), drafts(play)) == ("submitted", 1, [])
    assert [
        line.answers.sections["went_well"] for case in play.board().cases for line in case.lines if line.answers
    ] == [CANARY]
    assert {entry.detail for verb in ("draft.save", "draft.discard") for entry in entries(play.sessions, verb)} == {
        CASE
    }


def test_fault_23_a_draft_with_an_identifier_is_not_stored_and_the_text_stays(play: Play) -> None:
    play.load()
    play.open_return(LEAD, CASE)
    play.fill(LEAD, voice="Call 07700 900123.")
    assert play.press_in_modal(LEAD, "draft.save").ok
    assert "not saved. Voice of the child: This seems to contain a phone number." in play.modal_text(LEAD)
    assert "Call 07700 900123." in typed(play, LEAD)
    play.fill(LEAD, grade="not_graded")  # told at once, and not stored either: but the form goes on
    assert "not_graded_reason" in asked(play, LEAD)
    assert rows(play.sessions)["drafts"] == []
    play.fill(LEAD, voice="They were heard.")
    play.press_in_modal(LEAD, "draft.save")
    assert "not saved" not in play.modal_text(LEAD)
    assert len(drafts(play)) == 1


def test_what_isnt_asked_isnt_shown_and_doesnt_survive(play: Play) -> None:
    play.move_clock(EVENING)
    play.load()
    play.open_return(LEAD, CASE)
    hidden = {"not_graded_reason", "immediate_what", "immediate_owner", "immediate_by"}
    assert not asked(play, LEAD) & hidden
    play.fill(LEAD, went_well=CANARY, grade="not_graded", not_graded_reason="other", immediate_action="yes", why="So.")
    assert asked(play, LEAD) >= hidden
    assert CANARY in typed(play, LEAD)
    play.fill(LEAD, immediate_what="A visit", immediate_owner="Team manager", immediate_by="2026-03-11")
    play.send(LEAD)
    assert play.modal(LEAD).field_errors == {"immediate_by": "Choose today or a later day."}
    play.fill(LEAD, grade="good", immediate_action="no")
    assert not asked(play, LEAD) & hidden
    play.fill(LEAD, immediate_action="yes")
    assert "A visit" in typed(play, LEAD)  # a wrong click loses nothing
    play.fill(LEAD, immediate_action="no")
    assert play.send(LEAD).ok
    answers = next(line.answers for case in play.board().cases for line in case.lines if line.answers)
    assert (answers.grade, answers.not_graded_reason, answers.sections["went_well"]) == ("good", None, CANARY)
    assert [answers.sections[key] for key in sorted(hidden - {"not_graded_reason"})] == ["", "", ""]


def test_a_draft_meets_a_version_that_came_first(play: Play) -> None:
    play.load()
    play.open_return(DEPUTY, CASE)
    play.fill(DEPUTY, went_well=CANARY)
    play.press_in_modal(DEPUTY, "draft.save")
    play.close_modal(DEPUTY)
    assert play.open_return(LEAD, CASE).ok
    assert "Education deputy, East has a draft, saved" in play.modal_text(LEAD)
    assert CANARY not in typed(play, LEAD)
    play.press_in_modal(LEAD, "draft.take")
    assert CANARY in typed(play, LEAD)
    play.fill(LEAD, went_well="What the lead made of it.", grade="good", why="So.")
    assert play.send(LEAD).ok
    assert (versions(play), drafts(play)) == (1, [CANARY])  # the deputy's stays theirs
    play.open_return(DEPUTY, CASE)
    assert "What the lead made of it." in typed(play, DEPUTY)
    play.press_in_modal(DEPUTY, "draft.take")
    assert "saved version 1 after this draft was begun" in play.modal_text(DEPUTY)
    play.fill(DEPUTY, grade="inadequate", why="The deputy's reason.")
    assert play.send(DEPUTY).ok
    assert "Nothing of yours is lost" in play.modal_text(DEPUTY)
    assert CANARY in typed(play, DEPUTY)
    assert versions(play) == 1
    assert play.send(DEPUTY).ok
    assert (versions(play), drafts(play)) == (2, [])
    assert play.board().tally.by_agency["Education"].grades["inadequate"] == 1
    assert len(entries(play.sessions, "draft.take")) == 2


def test_two_windows_of_one_person_overwrite_nothing(play: Play) -> None:
    """On a phone and on a laptop: a modal is opened anew beside the one that stays open."""
    play.load()
    play.open_return(LEAD, CASE)
    play.fill(LEAD, went_well="From the phone.")
    assert play.press_in_modal(LEAD, "draft.save").ok
    phone = play.modal(LEAD)
    play.open_return(LEAD, CASE)  # goes on from it, and takes it along
    play.fill(LEAD, went_well="From the laptop.")
    saving = play.press_in_modal(LEAD, "draft.save")
    assert ("Use this draft" in play.modal_text(LEAD), drafts(play)) == (False, ["From the laptop."])
    play.fill(LEAD, grade="good", why="So said Sarah Jones.")
    assert play.send(LEAD).ok
    assert "Use this draft" not in play.modal_text(LEAD), "it is this very form's"
    old = _from_the_phone(play, phone, "draft.save", "Later, from the phone.")
    assert old.ok
    assert drafts(play) == ["From the laptop.", "Later, from the phone."]
    play.fill(LEAD, why="So.")
    assert play.send(LEAD).ok
    assert (versions(play), drafts(play)) == (1, ["Later, from the phone."])
    assert saving.request
    play.workspace.sender.resend(saving.request)  # a click that comes after the form was sent
    assert drafts(play) == ["Later, from the phone."]
    conflict = _from_the_phone(play, phone, "return.submit", "Later, from the phone.")
    assert "Nothing of yours is lost" in conflict.body
    assert versions(play) == 1
    play.open_return(LEAD, CASE)
    assert "Your draft is saved" not in play.modal_text(LEAD)  # it begins from version 1 now
    assert "Later, from the phone." in typed(play, LEAD)


def _from_the_phone(play: Play, phone: View, verb: str, went_well: str) -> Outcome:
    """What a window sends that the stand-in has closed."""
    record = phone.content["private_metadata"]
    typed = {"went_well": went_well, "grade": "good", "why": "Because."}
    if verb == "return.submit":
        payload = submission(LEAD, verb, record, typed)
        payload["view"]["id"] = phone.id
    else:
        payload = click(LEAD, verb, record, view=modal("return.submit", record, typed, phone.id))
    return send(play.workspace, payload)


_FIRST = tuple(Section(f"q{n}", f"Question {n}") for n in range(1, 10))
LONGER = Tool("longer", 1, (*_FIRST, *DEFAULT.sections[-4:], Section("q14", "?")))


def _ask_more(play: Play) -> None:
    with play.sessions.begin() as session:
        tool = AuditTool(key=LONGER.key, version=LONGER.version, sections=LONGER.to_json())
        session.add(tool)
        session.flush()
        session.scalars(select(Cycle)).one().tool_id = tool.id


def test_a_longer_tool_is_asked_in_two_steps(play: Play) -> None:
    play.load()
    _ask_more(play)
    first, second = LONGER.steps
    play.open_return(LEAD, CASE)
    assert asked(play, LEAD) == {section.key for section in first}
    play.fill(LEAD, q1="One.", q2="Call 07700 900123.")
    play.send(LEAD)
    assert "phone number" in play.modal(LEAD).field_errors["q2"]
    play.fill(LEAD, q2="Two.")
    assert play.send(LEAD).ok
    assert "page 2 of 2" in play.modal_text(LEAD)
    assert asked(play, LEAD) >= {"grade", "why", "q14"}
    assert "immediate_what" not in asked(play, LEAD)
    play.fill(LEAD, q14="Fourteen.")
    assert play.press_in_modal(LEAD, "return.back").ok
    assert "One." in typed(play, LEAD)
    play.fill(LEAD, q1="One again.")
    play.send(LEAD)
    assert "Fourteen." in typed(play, LEAD)
    play.close_modal(LEAD)
    play.open_return(LEAD, CASE)  # resumed from its first page
    assert "One again." in typed(play, LEAD)
    play.send(LEAD)
    play.fill(LEAD, grade="good", why="So.")
    sent = play.send(LEAD)
    assert sent.ok
    assert sent.request
    assert play.workspace.sender.resend(sent.request).body == sent.body
    assert versions(play) == 1
    answers = next(line.answers for case in play.board().cases for line in case.lines if line.answers)
    said = {key: text for key, text in answers.sections.items() if text}
    assert said == {"q1": "One again.", "q2": "Two.", "q14": "Fourteen."}
    assert {section.key for section in second} >= {"immediate_action", "immediate_what"}
    probation = next(
        line.return_id
        for case in play.board().cases
        for line in case.lines
        if (case.reference, line.agency) == (CASE, "Probation")
    )
    assert send(play.workspace, click("U0COORDIN", "return.open", probation)).ok
    play.fill("U0COORDIN", source="letter", given_by="Duty officer", q1="As told.")
    assert play.send("U0COORDIN").ok
    play.fill("U0COORDIN", grade="good", why="So.")
    assert play.send("U0COORDIN").ok
    line = next(line for case in play.board().cases for line in case.lines if line.source)
    assert line.answers
    assert (line.source, line.given_by, line.answers.sections["q1"]) == ("letter", "Duty officer", "As told.")


def test_themes_are_tagged_and_a_change_after_release_says_why(play: Play) -> None:
    play.load()
    with play.sessions.begin() as session:
        theme = session.scalars(select(LearningTheme.id).where(LearningTheme.label == "SGO payments")).one()
        merged = LearningTheme(label="Allowances", merged_into_id=theme)
        session.add_all([merged, LearningTheme(label="Old one", retired_at=now(session))])
    play.open_return(LEAD, CASE)
    assert "Old one" not in play.modal_text(LEAD)
    assert "Allowances" not in play.modal_text(LEAD)
    play.fill(LEAD, grade="good", why="So.", themes=[theme])
    assert play.send(LEAD).ok
    with play.sessions.begin() as session:
        session.scalars(select(Case).where(Case.reference == CASE)).one().released_at = now(session)
    play.close_modal(LEAD)
    play.open_return(LEAD, CASE)
    assert theme in typed(play, LEAD)
    play.fill(LEAD, why="On reflection.")
    play.send(LEAD)
    assert "change_reason" in play.modal(LEAD).field_errors
    play.fill(LEAD, change_reason="A record was found.")
    assert play.send(LEAD).ok
    play.close_modal(LEAD)
    assert play.press_on_home(LEAD, "summary.read", CASE).ok
    shown = play.modal_text(LEAD)
    assert "SGO payments" in shown
    assert "A record was found." in shown


def test_what_has_begun_keeps_what_is_typed(play: Play) -> None:
    play.load()
    play.open_return(LEAD, CASE)
    play.fill(LEAD, went_well=CANARY)
    play.move_clock(play.board().cases[2].meeting_at)
    assert play.press_in_modal(LEAD, "draft.save").ok
    assert "has begun" in play.modal_text(LEAD)
    play.close_modal(LEAD)
    assert CANARY in typed(play, LEAD)
    assert drafts(play) == []
