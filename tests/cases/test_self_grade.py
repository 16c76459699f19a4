"""Which self-grade figures go by, once others could have read the case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.cases.self_grade import GradedVersion, SelfGrade, counting
from storage.cases import Case
from storage.clock import now
from storage.returns import ReturnState
from tests.kit.play import Play
from tests.kit.pressing import LEAD, asked, line, return_of, submitted

SENT = ReturnState.SUBMITTED


def versions(*said: str) -> list[GradedVersion]:
    """ "good" is sent; "-" takes it back; "nil" says nil; "|" is the release."""
    released, found = False, []
    for each in said:
        if each == "|":
            released = True
            continue
        state = {"-": ReturnState.REQUESTED, "nil": ReturnState.NIL, "declined": ReturnState.DECLINED}.get(each, SENT)
        reason = "other" if each == "not_graded" else None
        found.append(GradedVersion(state, each if state == SENT else None, reason, released))
    return found


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (("good", "|", "inadequate"), "good"),
        (("good", "inadequate", "|", "outstanding", "-"), "inadequate"),
        (("good", "|", "-"), "good"),
        (("|", "good", "inadequate"), "good"),
        (("|", "good", "-", "inadequate"), "good"),
        (("good", "-", "|", "inadequate", "outstanding"), "inadequate"),
        (("nil", "|", "good"), "nil"),
        (("|", "nil", "good"), "nil"),
        (("|", "declined"), "declined"),
        (("good", "-", "|"), "awaiting"),
        (("|", "-"), "awaiting"),
        ((), "awaiting"),
    ],
)
def test_the_last_word_before_release_counts_else_the_first_after_it(said: tuple[str, ...], counts: str) -> None:
    assert counting(versions(*said)) == SelfGrade(counts)


@given(
    st.lists(st.sampled_from(["good", "not_graded", "nil", "-"]), min_size=1),
    st.lists(st.sampled_from(["good", "inadequate", "nil", "-"])),
)
def test_what_is_done_after_release_changes_nothing(before: list[str], after: list[str]) -> None:
    if before[-1] != "-":
        assert counting(versions(*before, "|", *after)) == counting(versions(*before))


def test_a_return_changed_after_release_is_shown_anew_and_counted_as_it_was(play: Play) -> None:
    play.load()
    assert play.send_return(LEAD, "T2-EAST-03").ok
    play.close_modal(LEAD)
    with play.sessions.begin() as session:
        for case in session.query(Case):
            case.released_at = now(session)
    before = play.board().tally
    for grade in ("inadequate", "outstanding"):
        assert asked(play, LEAD, "return.open", return_of(play, "T2-EAST-03")).ok
        assert submitted(play, LEAD, grade=grade, why="On reflection.", change_reason="New facts.").ok
        play.close_modal(LEAD)
    assert asked(play, LEAD, "return.open", return_of(play, "T2-EAST-04")).ok
    assert submitted(play, LEAD, grade="inadequate", why="It came late.").ok
    changed, first = line(play, "T2-EAST-03"), line(play, "T2-EAST-04")
    assert (changed.result, changed.counted) == ("outstanding", "good")
    assert (first.result, first.counted) == ("inadequate", "inadequate")
    after = play.board().tally
    assert before.by_agency["Education"].grades == {
        "outstanding": 0, "good": 1, "requires_improvement": 0, "inadequate": 0,
    }  # fmt: skip
    assert after.by_agency["Education"].grades == {**before.by_agency["Education"].grades, "inadequate": 1}
    assert after.self_grades.awaiting == before.self_grades.awaiting - 1
