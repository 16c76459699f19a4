"""What the sheet shows of a cycle that changes under way, when a coordinator wants it, and where it leads."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

from sqlalchemy import select, update

from sandbox.sheets import Person
from storage.messages import Message
from storage.people import Workspace
from storage.sheet_state import SheetState
from tests.kit import managing, pressing
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.sheet_talk import COORDINATOR, redrawn

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


def test_draw_now_looks_at_all_of_it_and_says_so(drawn: Play) -> None:
    editor = Person(drawn.drive, drawn.spreadsheet_id)
    editor.type("Status", "C3", "typed over")
    who = drawn.person(COORDINATOR)
    assert who.open_home().ok
    home = who.home()
    assert home
    assert who.act(home.id, "sheet.draw", block_id=f"drawing-{managing.cycle(drawn).id}").ok
    assert "is being updated" in drawn.modal_text(COORDINATOR)
    drawn.settled()
    assert drawn.drive.spreadsheet(drawn.spreadsheet_id).text("Status", 2, 2) != "typed over"
    assert [entry.actor for entry in entries(drawn.sessions, "sheet.draw")] == ["Coordinator"]
    with drawn.sessions.begin() as session:
        session.execute(update(SheetState).values(spreadsheet_id=None))
    pressing.asked(drawn, COORDINATOR, "sheet.draw", managing.cycle(drawn).id)
    assert "No Google Sheet is set" in drawn.modal_text(COORDINATOR)


def test_each_row_leads_to_its_case_s_summary_once_that_is_out(drawn: Play) -> None:
    whole = drawn.board()
    drawn.move_clock(min(each.starts_at for each in whole.cycle.meetings) - timedelta(days=1))
    drawn.settled()
    redrawn(drawn)
    with drawn.reading() as session:
        team_id = session.scalars(select(Workspace.team_id)).one()
        posted = {each.key: each for each in session.scalars(select(Message).where(Message.kind == "summary"))}
    summary = posted[f"summary:{whole.cases[0].id}"]
    for title in ("Status", "Returns"):
        tab = drawn.drive.spreadsheet(drawn.spreadsheet_id).book.sheet(title)
        grid = drawn.drive.spreadsheet(drawn.spreadsheet_id).grid(title)
        row = next(row for row, line in enumerate(grid) if whole.cases[0].reference in line)
        cell = tab.cell(row, grid[0].index("In Slack"))
        assert cell["userEnteredValue"] == {"stringValue": "Summary"}
        assert dict(parse_qsl(urlsplit(cell["userEnteredFormat"]["textFormat"]["link"]["uri"]).query)) == {
            "team": team_id, "channel": summary.posted_channel, "message_ts": summary.ts,
        }  # fmt: skip
