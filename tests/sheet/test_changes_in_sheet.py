"""What the sheet shows of a cycle that changes under way."""

from tests.kit import managing
from tests.kit.play import Play

CASE = "T2-EAST-03"


def told(play: Play, tab: str) -> str:
    """What a tab holds, once the sheet is up to date."""
    assert play.until(lambda: not (play.status().promises or any(sheet.behind for sheet in play.status().sheets)))
    return str(play.drive.spreadsheet(play.spreadsheet_id).grid(tab))


def test_the_sheet_follows_a_withdrawn_case_a_moved_deadline_and_the_end(drawn: Play) -> None:
    assert drawn.send_return("U0POLICE", CASE).ok
    assert CASE in told(drawn, "Status")
    assert drawn.board().tally.ratified.total == 15
    managing.begin(drawn, "cases.list")
    managing.press(drawn, "case.open", CASE)
    managing.previewed(drawn, standing="withdrawn")
    managing.agree(drawn)
    assert CASE not in told(drawn, "Status")
    assert CASE not in told(drawn, "Returns")
    assert (drawn.board().tally.ratified.total, drawn.board().tally.self_grades.total) == (14, 140)

    managing.begin(drawn, "deadline.choose")
    managing.previewed(drawn, due="2026-03-20")
    managing.agree(drawn)
    assert "Fri 20 Mar 2026" in told(drawn, "Read me")

    managing.begin(drawn, "cycle.cancel")
    managing.previewed(drawn, why="It is merged with another.")
    managing.agree(drawn)
    assert "This audit was cancelled" in told(drawn, "Read me")
    assert "merged" not in told(drawn, "Read me")
    assert "T2-EAST-04" in told(drawn, "Status")
