"""Ratifying: what the lowest grade needs, what it locks, and what is kept of a change."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from audit.meetings import ASSURANCES
from sandbox.slack import Outcome, View
from storage.meetings import Judgement
from tests.forging import click, send, submission
from tests.looking import entries, rows
from tests.play import Play

CASE = "T2-EAST-03"
ASSURED = {
    "safe": "Yes: the allocated worker saw them today.",
    "action": "A plan with a date for each step.",
    "owner": "Service manager",
    "by": "2031-03-03",
    "monitor": "Sub-group chair",
}


def judged(play: Play, **answers: object) -> Outcome:
    """The coordinator opens the judgement of the case, fills it in and sends it."""
    coordinator = play.person("U0COORDIN")
    assert coordinator.open_home().ok
    home = coordinator.home()
    assert home
    button = play.home_button("U0COORDIN", "case.judge", CASE)
    assert coordinator.act(home.id, "case.judge", block_id=button["block_id"]).ok
    modal = shown(play)
    coordinator.fill(modal.id, answers)
    return coordinator.submit(modal.id)


def shown(play: Play) -> View:
    modal = play.person("U0COORDIN").modal()
    assert modal
    return modal


def test_the_lowest_grade_needs_every_assurance(play: Play) -> None:
    play.load()
    for field in ASSURANCES:
        rest = {key: value for key, value in ASSURED.items() if key != field}
        assert judged(play, grade="inadequate", why="Serious drift.", **rest).ok
        assert set(shown(play).field_errors) == {field}
        assert "Inadequate can't be ratified without this" in shown(play).field_errors[field]
    assert rows(play.sessions)["judgements"] == []
    assert judged(play, grade="inadequate", why="Serious drift.", **ASSURED).ok
    assert "is ratified: Inadequate" in play.modal_text("U0COORDIN")
    case = next(case for case in play.board().cases if case.reference == CASE)
    assert case.judgement
    assert dict(case.judgement.assurances) == ASSURED


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"grade": "not_graded", "why": "Too little."}, "not_graded_reason"),
        ({"grade": "good", "not_graded_reason": "other", "why": "Good work."}, "not_graded_reason"),
        ({"grade": "good", "why": "   "}, "why"),
        ({"grade": "good", "why": "Ring 07700 900123."}, "why"),
    ],
)
def test_what_is_wrong_stands_at_its_field(play: Play, answers: dict[str, object], field: str) -> None:
    play.load()
    assert judged(play, **answers).ok
    assert set(shown(play).field_errors) == {field}
    assert rows(play.sessions)["judgements"] == []


def test_ratifying_locks_the_returns_of_the_case_and_no_other(play: Play) -> None:
    play.load()
    assert play.open_return("U0EDUEAST", CASE).ok
    form = play.person("U0EDUEAST").modal()
    assert form
    assert judged(play, grade="good", why="The plan held.").ok
    play.person("U0EDUEAST").fill(form.id, {"grade": "good", "why": "Kept."})
    assert "has been ratified, so its returns are locked" in play.person("U0EDUEAST").submit(form.id).body
    assert "Kept." in str(play.workspace.views[form.id].values), "what was typed is still there"
    assert rows(play.sessions)["return_versions"] == []
    assert play.send_return("U0EDUEAST", "T2-EAST-04").ok
    assert len(rows(play.sessions)["return_versions"]) == 1


def test_ratifying_again_replaces_it_and_the_trail_has_both(play: Play) -> None:
    play.load()
    assert judged(play, grade="good", why="First thought.").ok
    assert judged(play, grade="requires_improvement", why="Second thought.").ok
    with play.reading() as session:
        kept = session.scalars(select(Judgement).order_by(Judgement.version)).all()
    assert [(each.grade, each.ended_at is None) for each in kept] == [("good", False), ("requires_improvement", True)]
    details = [entry.detail for entry in entries(play.sessions, "case.ratify")]
    assert details == [f"{CASE} good", f"{CASE} requires_improvement"]
    assert "thought" not in str(rows(play.sessions, but=frozenset()))


def test_nothing_is_ratified_before_the_cycle_is_open(play: Play) -> None:
    """Home offers no button for it, so somebody must have made the request up."""
    play.load(opened=False)
    case = next(case.id for case in play.board().cases if case.reference == CASE)
    sent = send(play.workspace, submission("U0COORDIN", "case.ratify", case, {"grade": "good", "why": "Too early."}))
    assert "isn't open, so nothing can be ratified" in sent.body
    assert rows(play.sessions)["judgements"] == []


def test_a_case_can_be_ratified_at_and_after_its_meeting(play: Play) -> None:
    play.load()
    meeting = max(case.meeting_at for case in play.board().cases)
    play.move_clock(meeting + timedelta(hours=1))
    assert judged(play, grade="good", why="Agreed.").ok
    assert len(rows(play.sessions)["judgements"]) == 1


def test_a_case_that_isnt_there_gets_a_sentence(play: Play) -> None:
    play.load()
    before = len(play.workspace.calls)
    assert send(play.workspace, click("U0COORDIN", "case.judge", "f" * 32)).ok
    assert "isn't there any more" in str([call.args for call in list(play.workspace.calls)[before:]])
