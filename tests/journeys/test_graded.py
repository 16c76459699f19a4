"""One case of an audit that is graded by section, through the doors: returns, summary, moderation, ratification."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.cases import graded_sections
from audit.cases.judgements import ASSURANCES
from audit.cases.moderation import STANDS
from audit.cycle import release
from audit.meeting.verdict import SECTION
from audit.scales import NO_OVERALL, NOT_APPLICABLE
from sheets.drawing import changed, ratified
from storage.meetings import Judgement, Moderation
from tests.kit import graded
from tests.kit.graded import PLANNING, RECORDS, STANDARDS, SUPERVISION, VOICE
from tests.kit.judging import ASSURED, LEADS, REFERENCE, case_of, discussed, ids, released, sent_twice
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted
from tests.kit.sheet_talk import case_row

CHAIR, EDUCATION, POLICE = "U0CHAIR", LEADS["Education"], LEADS["Police"]
WHY = "(Invented) The plan came after the birthday."
OUR_GRADES = {f"{SECTION}{VOICE}": "good", f"{SECTION}{PLANNING}": "inadequate", f"{SECTION}{RECORDS}": NOT_APPLICABLE}


@pytest.mark.on_sqlite
def test_a_case_goes_through_its_meeting_section_by_section(play: Play) -> None:
    play.put(graded.collecting_on_two_pages)
    education_answers(play)
    police_answer(play)
    released(play)
    assert asked(play, POLICE, "summary.read", case_of(play).id).ok
    assert "Records: *Not applicable* (We keep none.)" in play.modal_text(POLICE)
    play.move_clock(case_of(play).meeting_at + timedelta(hours=1))
    one_section_is_moderated(play)
    each_section_is_ratified(play)
    the_sheet_says_so(play)
    ratifying_again_shows_what_was(play)


def education_answers(play: Play) -> None:
    """One standard doesn't apply, which is asked about at once; a draft is gone on from, on its second page."""
    assert play.open_return(EDUCATION, REFERENCE).ok
    assert "page 1 of 2" in play.modal_text(EDUCATION)
    assert SUPERVISION not in play.modal(EDUCATION).values, "the police's own"
    play.fill(EDUCATION, **{VOICE: "good", PLANNING: "good", RECORDS: NOT_APPLICABLE})
    assert f"{RECORDS}.why" in play.modal(EDUCATION).values
    play.fill(EDUCATION, **{f"{RECORDS}.why": "We keep none."})
    assert pressed(play, EDUCATION, "draft.save").ok
    play.close_modal(EDUCATION)
    assert play.open_return(EDUCATION, REFERENCE).ok
    assert play.modal(EDUCATION).values[f"{RECORDS}.why"], "as it was left"
    assert play.send(EDUCATION).ok
    assert "page 2 of 2" in play.modal_text(EDUCATION)
    assert {"grade", "why"}.isdisjoint(play.modal(EDUCATION).values), "there is no overall grade"
    assert submitted(play, EDUCATION, more1="(Invented) As planned.").ok
    found = next(line for line in case_of(play).lines if line.agency == "Education")
    assert found.answers
    assert found.answers.sections[f"{RECORDS}.why"] == "We keep none."
    assert found.result == NO_OVERALL


def police_answer(play: Play) -> None:
    """A standard that is passed over is named where it is asked."""
    given = {VOICE: "good", PLANNING: "requires_improvement", RECORDS: "good"}
    assert play.open_return(POLICE, REFERENCE).ok
    assert "required" in str(submitted(play, POLICE, **given).shown), "Slack itself asks for it"
    assert submitted(play, POLICE, **{SUPERVISION: "good"}).ok
    assert submitted(play, POLICE).ok
    assert [line.result for line in case_of(play).lines if line.agency == "Police"] == [NO_OVERALL]
    play.close_modal(POLICE)


def one_section_is_moderated(play: Play) -> None:
    """The section is chosen in the form, which then shows what it was given; it is kept once, and taken back."""
    discussed(play, CHAIR)
    assert "Planning: Good to Requires improvement: 1 grade apart" in play.modal_text(CHAIR)
    assert pressed(play, CHAIR, "grade.moderate").ok
    assert f"grade__{VOICE}" in play.modal(CHAIR).values
    play.fill(CHAIR, section=PLANNING)
    assert "Self-grade of Planning" in play.modal_text(CHAIR)
    assert "required" in str(submitted(play, CHAIR, grade="inadequate").shown), "why"
    assert kept(play) == []
    sent_twice(play, submitted(play, CHAIR, grade="inadequate", why=WHY))
    assert kept(play) == [(PLANNING, 1, "inadequate")]
    assert "Good (moderated: Inadequate): Education" in play.modal_text(CHAIR)
    case = case_of(play)
    line = next(line for line in case.lines if line.agency == "Education")
    assert line.settled == NO_OVERALL
    assert graded_sections.settled(case, line, case.tool.graded[1]).result == "inadequate"  # type: ignore[union-attr]
    board = play.board()
    assert board.history.stood(line.return_id, board.now).sections[PLANNING] == "inadequate"
    assert pressed(play, CHAIR, "grade.moderate").ok
    play.fill(CHAIR, section=PLANNING)
    assert submitted(play, CHAIR, grade=STANDS, why="It was read again.").ok
    assert kept(play) == [(PLANNING, 1, "inadequate"), (PLANNING, 2, None)]
    assert "moderated: Inadequate" not in play.modal_text(CHAIR)


def each_section_is_ratified(play: Play) -> None:
    """A lowest grade brings the assurances at once; a repeated sending is one judgement, with one action."""
    assert pressed(play, CHAIR, "case.judge").ok
    assert set(ASSURANCES).isdisjoint(play.modal(CHAIR).values)
    answers = {"why": WHY, "agrees": ids(play, "Education", "Police"), "exception": "It can't wait."}
    fill_known(play, **OUR_GRADES)
    assert set(ASSURANCES) <= set(play.modal(CHAIR).values)
    fill_known(play, **answers, **ASSURED)
    assert "required" in str(play.send(CHAIR).shown)
    assert judgements(play) == []
    fill_known(play, **{f"{SECTION}{SUPERVISION}": "good"})
    sent_twice(play, play.send(CHAIR))
    given = {VOICE: "good", PLANNING: "inadequate", RECORDS: NOT_APPLICABLE, SUPERVISION: "good"}
    assert judgements(play) == [(NO_OVERALL, given)]
    assert "Ratified judgement: Graded by section" in play.modal_text(CHAIR)
    assert "*Planning* · ✅ Inadequate" in play.modal_text(CHAIR)
    assert [action.text for action in play.board().actions] == [ASSURED["action"]]


def the_sheet_says_so(play: Play) -> None:
    """What it reads from the versions is what counts now; what was moderated and taken back didn't change."""
    board = play.board()
    for line in case_of(play).lines:
        read = board.history.stood(line.return_id, board.now).sections
        settled = {each.key: graded_sections.settled(case_of(play), line, each) for each in board.cycle.tool.graded}
        assert read == ({key: given.name for key, given in settled.items() if given} if line.answers else {})
    then, since = case_row(board, ratified.tab(board), REFERENCE), case_row(board, changed.tab(board), REFERENCE)
    assert [then[name] for name in ("Case judgement", "Planning", "Records", "Changed since")] == [
        "By section", "Inadequate", "Not applicable", "",
    ]  # fmt: skip
    lines = str(since["Since yesterday"]).splitlines()
    assert {"Judgement, Planning: not ratified → Inadequate", f"Action 1 of case {REFERENCE}: no action → Open"} <= {
        *lines
    }
    assert "Police, Planning" not in str(since), "what it was sent with is in its return"
    unreleased = release.shared(replace(board, cases=tuple(replace(case, released_at=None) for case in board.cases)))
    hidden = [case_row(unreleased, tab.tab(unreleased), REFERENCE) for tab in (changed, ratified)]
    assert not [each for each in ("Inadequate", "Planning:", "Judgement", "Action 1") if each in str(hidden)]


def ratifying_again_shows_what_was(play: Play) -> None:
    discussed(play, COORDINATOR)
    assert pressed(play, COORDINATOR, "case.judge").ok
    assert "Ratified already: Inadequate" in play.modal_text(COORDINATOR)
    values = {name.partition("__")[0]: value for name, value in play.modal(COORDINATOR).values.items()}
    assert [f"{SECTION}{key}" in values for key in STANDARDS] == [True] * 4
    play.close_modal(COORDINATOR)
    assert pressed(play, COORDINATOR, "case.reopen").ok
    assert "Planning: *Inadequate*" in play.modal_text(COORDINATOR)
    assert submitted(play, COORDINATOR, reason="A record turned up.").ok
    assert "Judgement 1: Graded by section" in play.modal_text(COORDINATOR)
    assert "Planning: *Inadequate*" in play.modal_text(COORDINATOR)


def fill_known(play: Play, **answers: object) -> None:
    """Fill in what the chair's form has, whatever marks it carries."""
    shown = play.modal(CHAIR)
    marked = {name.partition("__")[0]: name for name in shown.values}
    play.person(CHAIR).fill(shown.id, {marked[name]: given for name, given in answers.items() if name in marked})


def kept(play: Play) -> list[tuple[str, int, str | None]]:
    with play.reading() as session:
        found = session.scalars(select(Moderation).order_by(Moderation.number))
        return [(each.section, each.number, each.grade) for each in found]


def judgements(play: Play) -> list[tuple[str, dict[str, str] | None]]:
    with play.reading() as session:
        return [(each.grade, each.sections) for each in session.scalars(select(Judgement))]
