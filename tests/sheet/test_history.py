"""How a cycle stood before: on What changed since yesterday and last week, on As ratified since its meeting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from audit.cycle import release
from audit.cycle.board import Board
from audit.cycle.history import Moderated
from sheets.drawing import changed, ratified
from sheets.tabs import Row, Tab
from tests.kit import judging, reporting
from tests.kit.play import Play

DAY = timedelta(days=1)


def said(board: Board, tab: Tab, reference: str) -> dict[str, object]:
    """A case's row, by header."""
    case = next(case for case in board.cases if case.reference == reference)
    row: Row = next(row for row in tab.rows if row.key == case.id)
    return dict(zip([column.header for column in tab.columns], row.values, strict=True))


@pytest.mark.both_databases
def test_what_was_ratified_stays_and_what_changed_since_is_told(play: Play) -> None:
    reporting.answered(play)
    before = play.board()
    for case in before.cases:  # as it is now, each way that it is read says the same
        assert before.history.judged(case.id, before.now) == (case.judgement.grade if case.judgement else None)
        for line in case.lines:
            stood = before.history.stood(line.return_id, before.now)
            assert (stood.result, stood.settled, stood.version) == (line.result, line.settled, line.version)
    reference = before.cases[0].reference
    then = said(before, ratified.tab(before), reference)
    assert then["Case judgement"] not in ("", "Re-opened", "Outstanding")
    assert then["Changed since"] == ""

    play.move_clock(play.settings.clock.now() + 3 * DAY)
    judging.ratified(play, reference, "outstanding")
    board = play.board()
    assert said(board, ratified.tab(board), reference) == then | {"Changed since": "Yes"}
    row = said(board, changed.tab(board), reference)
    assert str(row["Since yesterday"]) == f"Judgement: {then['Case judgement']} → {judged(board, reference)}"
    assert str(row["Since a week ago"]).endswith(f"Judgement: not ratified → {judged(board, reference)}")
    assert row["Last change (London)"]
    other = said(board, changed.tab(board), before.cases[1].reference)
    assert (other["Since yesterday"], "no return → " in str(other["Since a week ago"])) == ("", True)

    sent = next(line for case in board.cases if case.reference == reference for line in case.lines if line.answers)
    meeting = {sent.return_id: [Moderated(board.now, "inadequate" if sent.result != "inadequate" else "good")]}
    board = replace(board, history=replace(board.history, moderations=meeting))
    assert f": {board.cycle.scale.grade(sent.result).label} → " in str(
        said(board, changed.tab(board), reference)["Since yesterday"]
    )
    shared = release.shared(replace(board, cases=tuple(replace(case, released_at=None) for case in board.cases)))
    hidden = said(shared, changed.tab(shared), reference)
    assert (hidden["Since yesterday"], hidden["Last change (London)"]) == ("", "")
    assert {part.partition(": ")[2] for part in str(hidden["Since a week ago"]).splitlines()} <= {
        "no return → Sent", "no return → Nil", "no return → Declined",
    }  # fmt: skip
    assert set(said(shared, ratified.tab(shared), reference).values()) <= {reference, before.cases[0].area, ""}


def judged(board: Board, reference: str) -> str:
    judgement = next(case.judgement for case in board.cases if case.reference == reference)
    assert judgement
    return board.cycle.scale.grade(judgement.grade).label
