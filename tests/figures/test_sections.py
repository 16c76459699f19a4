"""Figures of graded sections: how kind self-grades are, what moderation moved, and no trend of what has none."""

from dataclasses import replace

from audit.cases.moderated_grades import ModerationView
from audit.figures.figures import Figures
from audit.figures.statistics import statistics
from audit.figures.trends import Point, comparable
from audit.scales import INSPECTION
from sandbox.slack.checks import problems
from tests.kit import graded, models, reading, sectioned
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR
from views.figures.figures import kinder, view

VOICE, PLANNING, RECORDS, SUPERVISION = graded.STANDARDS
NONE = Point(2, "Standards", INSPECTION, 15, dict.fromkeys(["good"], 0), {}, 0, 1, past=False, no_overall=14)


def test_self_grades_of_a_section_are_held_against_what_the_meeting_gave_it() -> None:
    found = statistics(sectioned.board()).sections
    voice = found[VOICE].ratified
    assert (voice.up, voice.same, voice.down, voice.compared) == (23, 112, 15, 150)
    assert (found[SUPERVISION].ratified.of, found[RECORDS].ratified.compared) == (15, 0)
    assert kinder(voice) == "15 of 150 returns kinder than the meeting, 23 harder, 112 the same."
    assert kinder(found[RECORDS].ratified) == "0 returns can be compared: too few to say anything about."
    nine = replace(voice, up=0, same=9, down=0)
    assert "too few" in kinder(nine)
    assert "too few" not in kinder(replace(nine, same=10))


def test_what_moderation_made_of_a_section_is_counted_for_that_section_alone() -> None:
    board = sectioned.board()
    worse = ModerationView("inadequate", None, "Lost.", 1, 2, "Chair", models.NOW, section=PLANNING)
    lines = tuple(
        replace(line, moderated_sections={PLANNING: worse}) if line.agency == "Police" else line
        for line in board.cases[0].lines
    )
    found = statistics(sectioned.changed(board, 0, lines=lines)).sections
    assert [found[key].moderated.down for key in graded.STANDARDS] == [0, 1, 0, 0]


def test_the_page_tells_them_and_says_that_there_is_no_overall_grade_to_set_beside_others() -> None:
    board = sectioned.board()
    figures = Figures(board.cycle, board.tally, 0, statistics(board), 0, (NONE,), (), board.graded)
    pages = [view(figures, page) for page in range(3)]
    said = "".join(reading.everything(modal) for modal in pages)
    assert all(problems(modal, "modal") == [] for modal in pages)
    assert "Voice of the child: 15 of 150 returns kinder than the meeting" in said
    assert "Planning (119 of 150): moved up *0*" in said
    assert (
        "Standards (audit 2)*: graded by section, without an overall grade, so it has none to compare with others."
        in said
    )
    assert "How far apart self-grades are" not in said


def test_a_trend_has_only_what_is_alike() -> None:
    graded_whole = replace(NONE, number=1, grades={"good": 9}, awaiting=0, no_overall=6)
    assert graded_whole.adds_up
    assert NONE.adds_up
    assert comparable((graded_whole, NONE)) == ((graded_whole,),)


def test_a_coordinator_looks_at_the_figures_of_an_audit_that_is_graded_by_section(play: Play) -> None:
    play.put(graded.finished)
    play.press_in_audit(COORDINATOR, "figures.show", "audit 2")
    assert "Ratified judgements: Voice of the child" in play.modal_text(COORDINATOR)
