"""Moderation: both grades stay, and nobody's thought is lost or kept twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.cases.moderation import STANDS
from sandbox.slack import Outcome
from sheets.drawing import returns
from storage.meetings import Moderation
from tests.kit.judging import (
    URGENT,
    answered,
    case_of,
    discussed,
    ids,
    judged,
    released,
    second_coordinator,
    sent_twice,
)
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, line, pressed, return_of, submitted
from views.cases.summary import full, headlines

WHY = "The meeting saw a longer drift than the agency did."


def kept(play: Play) -> list[tuple[int, str | None, int]]:
    with play.reading() as session:
        found = session.scalars(select(Moderation).order_by(Moderation.number))
        return [(each.number, each.grade, each.version) for each in found]


def ready(play: Play) -> None:
    """Education has answered, the summary is out, and the case is being discussed."""
    play.load()
    answered(play, "Education")
    released(play)
    discussed(play)


def moderated(play: Play, **answers: object) -> Outcome:
    """From the discussion; before the meeting it is said why."""
    assert pressed(play, COORDINATOR, "grade.moderate").ok
    return submitted(play, COORDINATOR, **{"exception": URGENT} | answers)


def test_before_the_meeting_it_is_said_why_and_that_stands_beside_the_grade(play: Play) -> None:
    ready(play)
    discussed(play, "U0CHAIR")
    assert pressed(play, "U0CHAIR", "grade.moderate").ok
    assert submitted(play, "U0CHAIR", grade="requires_improvement", why=WHY, exception=" ").ok
    assert "Wait for it, or say why this can't." in play.modal("U0CHAIR").field_errors["exception"]
    assert kept(play) == []
    sent_twice(play, submitted(play, "U0CHAIR", exception=URGENT))
    assert kept(play) == [(1, "requires_improvement", 1)]
    assert "before the meeting, because" in play.modal_text("U0CHAIR")
    case, board = case_of(play), play.board()
    for said in (play.modal_text("U0CHAIR"), str(full(case, board.now))):
        assert URGENT in said
    assert URGENT not in str(headlines(case, board.now))
    assert URGENT not in str(rows(play.sessions, but=frozenset())), "sealed"
    play.move_clock(case.meeting_at)
    discussed(play)
    assert pressed(play, COORDINATOR, "grade.moderate").ok
    assert "exception" not in play.modal(COORDINATOR).values, "nobody is asked at the meeting"
    assert submitted(play, COORDINATOR, grade="inadequate").ok
    assert kept(play)[1:] == [(2, "inadequate", 1)]


def test_both_grades_stand_everywhere_and_the_tallies_count_the_agencies_own(play: Play) -> None:
    ready(play)
    assert moderated(play, grade="requires_improvement", why="   ").ok
    assert set(play.modal(COORDINATOR).field_errors) == {"why"}
    assert submitted(play, COORDINATOR, why="Ring 07700 900123.").ok
    assert "a phone number" in play.modal(COORDINATOR).field_errors["why"]
    assert submitted(play, COORDINATOR, why=WHY).ok
    assert "Good (moderated: Requires improvement)" in play.modal_text(COORDINATOR), (
        "the discussion, brought up to date"
    )
    board = play.board()
    found = line(play, "T2-EAST-03")
    assert (found.result, found.settled) == ("good", "requires_improvement")
    assert (board.tally.self_grades.grades["good"], board.tally.self_grades.grades["requires_improvement"]) == (1, 0)
    case = case_of(play)
    posted = headlines(case, board.now)
    assert "Good (moderated: Requires improvement)" in str(posted.blocks)
    assert WHY not in str(posted)
    tab = returns.tab(board)
    row = next(row for row in tab.rows if row.key == found.return_id)
    drawn = dict(zip((column.key for column in tab.columns), row.values, strict=True))
    assert (drawn["grade"], drawn["moderated"]) == ("Good", "Requires improvement")
    assert drawn["why_moderated"] == f"{WHY}\n\nBefore the meeting, because: {URGENT}"
    assert WHY not in str(returns.tab(replace(board, reflections=False)).rows)
    assert [entry.detail for entry in entries(play.sessions, "grade.moderate")] == [
        "T2-EAST-03 requires_improvement early"
    ]
    assert WHY not in str(rows(play.sessions, but=frozenset())), "sealed"


@pytest.mark.on_sqlite
def test_the_same_form_twice_is_one_and_a_second_coordinator_looks_again(play: Play) -> None:
    ready(play)
    other = second_coordinator(play)
    assert pressed(play, COORDINATOR, "grade.moderate").ok
    mine = play.modal(COORDINATOR)
    discussed(play, other)
    assert pressed(play, other, "grade.moderate").ok
    play.person(COORDINATOR).fill(mine.id, {"grade": "inadequate", "why": WHY, "exception": URGENT})
    sent = play.person(COORDINATOR).submit(mine.id)
    before = kept(play)
    sent_twice(play, sent)
    assert submitted(play, other, grade="outstanding", why="It went very well.", exception=URGENT).ok
    shown = play.modal_text(other)
    assert "moderated it while you were writing" in shown
    assert "It went very well." in str(play.modal(other).values)
    assert kept(play) == before == [(1, "inadequate", 1)]
    assert submitted(play, other).ok
    assert kept(play) == [(1, "inadequate", 1), (2, "outstanding", 1)]


def test_the_self_grade_may_stand_after_all_and_a_change_of_the_return_is_said(play: Play) -> None:
    ready(play)
    assert moderated(play, grade=STANDS, why=WHY).ok
    assert "The self-grade stands already" in play.modal(COORDINATOR).field_errors["grade"]
    assert submitted(play, COORDINATOR, grade="inadequate").ok
    assert play.send_return("U0EDUEAST", "T2-EAST-03", grade="outstanding", change_reason="A later review.").ok
    found = line(play, "T2-EAST-03")
    assert (found.result, found.settled, found.changed_since) == ("outstanding", "inadequate", True)
    discussed(play)
    assert "The agency changed its return since: it is version 2 now." in play.modal_text(COORDINATOR)
    assert moderated(play, grade=STANDS, why="The review says so.").ok
    assert kept(play) == [(1, "inadequate", 1), (2, None, 2)]
    assert line(play, "T2-EAST-03").settled == "outstanding"


def test_grades_are_moderated_from_the_release_on_and_not_once_ratified(play: Play) -> None:
    play.load()
    answered(play, "Education")
    record = return_of(play, "T2-EAST-03")
    assert asked(play, COORDINATOR, "grade.moderate", record).ok
    assert "isn't out yet" in play.modal_text(COORDINATOR)
    play.move_clock(case_of(play).meeting_at + timedelta(minutes=1))
    assert asked(play, COORDINATOR, "grade.moderate", return_of(play, "T2-EAST-03", "Police")).ok
    assert "there is none to moderate" in play.modal_text(COORDINATOR)
    assert asked(play, COORDINATOR, "grade.moderate", record).ok
    other = second_coordinator(play)
    discussed(play, other)
    assert judged(play, other, grade="good", why="Agreed.", agrees=ids(play, "Education")).ok
    assert "has been ratified. Re-open it first" in submitted(play, COORDINATOR, grade="inadequate", why=WHY).body
    assert kept(play) == []
