"""What agencies and the meeting give the graded sections of a case."""

import pytest

from audit.cases import sections
from audit.scales import NO_OVERALL, NOT_APPLICABLE
from tests.kit import graded
from tests.kit.play import Play


@pytest.mark.both_databases
def test_a_file_of_a_finished_audit_has_what_each_section_was_given(play: Play) -> None:
    play.put(graded.finished)
    board = play.board()
    case = board.cases[0]
    tool = case.tool
    assert [section.key for section in tool.graded] == [*graded.STANDARDS]
    assert {line.result for line in case.lines if line.answers} == {NO_OVERALL}
    assert case.judgement
    assert case.judgement.grade == NO_OVERALL
    assert sections.judged(case, tool.graded[2]).result == NOT_APPLICABLE
    asked = [line.agency for line in case.lines if sections.given(case, line, tool.graded[3])]
    assert asked == ["Police"]
    assert board.sections[graded.PLANNING].ratified.grades["good"] > 0
    assert board.sections[graded.RECORDS].self_grades.not_applicable > 0
    assert board.tally.ratified.no_overall == len(board.cases)


def test_a_file_may_end_with_a_grade_as_well(play: Play) -> None:
    play.put(graded.with_overall)
    board = play.board()
    assert board.tally.ratified.no_overall == 0
    assert board.tally.ratified.grades == board.sections[graded.PLANNING].ratified.grades
