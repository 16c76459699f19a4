"""How a cycle stood before: on What changed since yesterday and last week, on As ratified since its meeting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.actions.actions import StepView
from audit.cycle import release
from audit.cycle.as_it_stood import Moderated
from audit.cycle.board import Board
from sheets.drawing import changed, draw, ratified
from tests.kit import judging, reporting
from tests.kit.acts import PLAIN
from tests.kit.play import Play
from tests.kit.sheet_talk import case_row
from tests.sheet.boards import sync

DAY = timedelta(days=1)


@pytest.mark.on_sqlite
def test_what_was_ratified_stays_and_what_changed_since_is_told(play: Play) -> None:
    reporting.answered(play)
    before = play.board()
    for case in before.cases:  # as it is now, each way that it is read says the same
        stands = before.history.judged(case.id, before.now)
        assert (stands and stands.grade) == (case.judgement and case.judgement.grade)
        for line in case.lines:
            stood = before.history.stood(line.return_id, before.now)
            assert (stood.result, stood.settled, stood.version) == (line.result, line.settled, line.version)
    reference = before.cases[0].reference
    then = case_row(before, ratified.tab(before), reference)
    assert then["Case judgement"] not in ("", "Re-opened", "Outstanding")
    assert then["Changed since"] == ""

    play.move_clock(play.settings.clock.now() + 3 * DAY)
    judging.ratified(play, reference, "outstanding")
    board = play.board()
    assert case_row(board, ratified.tab(board), reference) == then | {"Changed since": "Yes"}
    row = case_row(board, changed.tab(board), reference)
    assert str(row["Since yesterday"]) == f"Judgement: {then['Case judgement']} → {judged(board, reference)}"
    assert str(row["Since a week ago"]).endswith(f"Judgement: not ratified → {judged(board, reference)}")
    assert row["Last change (London)"]
    other = case_row(board, changed.tab(board), before.cases[1].reference)
    assert (other["Since yesterday"], "no return → " in str(other["Since a week ago"])) == ("", True)

    sent = next(line for case in board.cases if case.reference == reference for line in case.lines if line.answers)
    meeting = {sent.return_id: [Moderated(board.now, "inadequate" if sent.result != "inadequate" else "good")]}
    board = replace(board, history=replace(board.history, moderations=meeting))
    assert f": {board.cycle.scale.grade(sent.result).label} → " in str(
        case_row(board, changed.tab(board), reference)["Since yesterday"]
    )
    of_actions(board, reference)
    shared = release.shared(replace(board, cases=tuple(replace(case, released_at=None) for case in board.cases)))
    hidden = case_row(shared, changed.tab(shared), reference)
    assert (hidden["Since yesterday"], hidden["Last change (London)"]) == ("", "")
    assert {part.partition(": ")[2] for part in str(hidden["Since a week ago"]).splitlines()} <= {
        "no return → Sent", "no return → Nil", "no return → Declined",
    }  # fmt: skip
    assert set(case_row(shared, ratified.tab(shared), reference).values()) <= {reference, before.cases[0].area, ""}


def of_actions(board: Board, reference: str) -> None:
    """New, done, put off, noted, untouched: by case, and those of recommendations in a row of their own."""
    ago = board.now - 2 * DAY
    old = replace(PLAIN, reference=reference, recommendation=None, recommendation_id=None, made_at=ago - 9 * DAY)
    step = StepView("open", PLAIN.due_on, None, "Seen.", "Somebody", ago)
    later = replace(step, at=board.now, due_on=PLAIN.due_on + DAY)
    found = (
        replace(old, number=1, made_at=board.now),
        replace(old, number=2, state="done", steps=(step, replace(step, state="done", at=board.now))),
        replace(old, number=3, due_on=later.due_on, steps=(step, later)),
        replace(old, number=4, steps=(replace(step, at=board.now),)),
        replace(old, number=5, steps=(replace(step, at=ago - 8 * DAY),)),
        replace(PLAIN, number=6, made_at=ago),
    )
    told = replace(board, actions=found)
    lines = str(case_row(told, changed.tab(told), reference)["Since yesterday"]).splitlines()
    assert [line for line in lines if line.startswith("Action")] == [
        f"Action 1 of case {reference}: no action → Open",
        f"Action 2 of case {reference}: Open → Done",
        f"Action 3 of case {reference}: due 20 March 2026 → 21 March 2026",
        f"Action 4 of case {reference}: it was changed",
    ]
    last = changed.tab(told).rows[-1].values
    assert last[:4] == (changed.ELSEWHERE, "", "", "Action 6 of recommendation 1: no action → Open")
    unreleased = replace(told, unreleased=False, cases=tuple(replace(case, released_at=None) for case in told.cases))
    hidden = next(tab for tab in draw(unreleased, sync()) if tab.key == "changed")
    assert "Action 1" not in str(hidden.rows)


def judged(board: Board, reference: str) -> str:
    judgement = next(case.judgement for case in board.cases if case.reference == reference)
    assert judgement
    return board.cycle.scale.grade(judgement.grade).label
