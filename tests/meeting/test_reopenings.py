"""Re-opening: what was ratified is kept, returns change again, and the case is ratified anew."""

from datetime import timedelta

from sqlalchemy import select

from sheets.drawing import status
from storage.cycles import Cycle, CycleState
from storage.meetings import Reopening
from tests.kit.judging import (
    REFERENCE,
    answered,
    case_of,
    discussed,
    ids,
    judged,
    judgements,
    released,
    second_coordinator,
    sent_twice,
)
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, LEAD, asked, line, pressed, submitted
from views.cases.summary import full, headlines
from views.cycle.tally import final

WHY = "An agency found a record that the meeting didn't have."


def state(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Cycle.state)).one()


def moved_to(play: Play, to: CycleState) -> None:
    with play.sessions.begin() as session:
        session.scalars(select(Cycle)).one().state = to


def ratified(play: Play) -> None:
    """Education has answered, and the meeting ratified the case; it is discussed again."""
    play.load()
    answered(play, "Education")
    released(play)
    play.move_clock(case_of(play).meeting_at + timedelta(hours=1))
    discussed(play)
    assert judged(play, grade="good", why="The plan held.", agrees=ids(play, "Education")).ok


def test_a_case_is_opened_again_changed_and_ratified_anew(play: Play) -> None:
    ratified(play)
    assert state(play) == CycleState.MEETING
    moved_to(play, CycleState.REPORTED)
    assert pressed(play, COORDINATOR, "case.reopen").ok
    assert "goes back to its meetings" in play.modal_text(COORDINATOR)
    assert submitted(play, COORDINATOR, reason="  ").ok
    assert "Say why" in play.modal(COORDINATOR).field_errors["reason"]
    sent = submitted(play, COORDINATOR, reason=WHY)
    sent_twice(play, sent)
    assert state(play) == CycleState.MEETING
    shown = play.modal_text(COORDINATOR)
    assert "Re-opened" in shown
    assert WHY in shown, "the discussion, brought up to date"
    assert judgements(play) == [("good", 1, False)]
    with play.reading() as session:
        assert len(session.scalars(select(Reopening)).all()) == 1
    case, now = case_of(play), play.board().now
    assert "not final until it is ratified again" in str(headlines(case, now).blocks)
    assert WHY not in str(headlines(case, now))
    assert "Re-opened" in next(row.values for row in status.tab(play.board()).rows if row.key == case.id)

    assert play.send_return(LEAD, REFERENCE, grade="requires_improvement", change_reason="A record turned up.").ok
    assert "until the case is ratified again" in play.modal_text(LEAD)
    assert line(play, REFERENCE).version == 2
    discussed(play)
    assert judged(play, grade="requires_improvement", why="In view of the record.").ok
    assert judgements(play) == [("good", 1, False), ("requires_improvement", 2, True)]
    assert len(entries(play.sessions, "case.reopen")) == 1
    assert len(entries(play.sessions, "case.ratify")) == 2
    assert WHY not in str(rows(play.sessions, but=frozenset())), "sealed"
    assert asked(play, LEAD, "return.open", line(play, REFERENCE).return_id).ok
    assert "has been ratified, so its returns are locked" in play.modal_text(LEAD)
    assert "Final: ratified" in str(full(case_of(play), now))
    assert final(play.board().tally.ratified) == "Not final: 1 of 15 cases ratified"


def test_only_what_is_in_force_is_opened_again_and_nothing_once_it_is_closed(play: Play) -> None:
    ratified(play)
    other = second_coordinator(play)
    discussed(play, other)
    assert pressed(play, COORDINATOR, "case.reopen").ok
    assert pressed(play, other, "case.reopen").ok
    moved_to(play, CycleState.CLOSED)
    assert "is closed" in submitted(play, COORDINATOR, reason=WHY).body
    moved_to(play, CycleState.MEETING)
    discussed(play)
    assert pressed(play, COORDINATOR, "case.reopen").ok
    assert submitted(play, COORDINATOR, reason=WHY).ok
    assert "was re-opened meanwhile" in submitted(play, other, reason="For another reason.").body
    assert asked(play, COORDINATOR, "case.reopen", case_of(play).id).ok
    assert "isn't ratified, so it is already open" in play.modal_text(COORDINATOR)
    assert len(rows(play.sessions)["reopenings"]) == 1
