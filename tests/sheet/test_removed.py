"""What is removed from a sheet stays removed: a redraw that is overtaken writes nothing more and keeps nothing."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from audit.sheet import state
from sandbox.sheets import Person
from storage.crypto import unseal
from storage.sheet_state import SheetDrift, SheetRemark, SheetState
from tests.kit import pressing, purging
from tests.kit.play import Play
from tests.kit.pressing import submitted
from tests.kit.sheet_talk import COORDINATOR


def take_back(play: Play) -> None:
    assert pressing.asked(play, COORDINATOR, "sheet.leaving", sheet(play).id).ok
    assert submitted(play, COORDINATOR).ok


def sheet(play: Play) -> SheetState:
    with play.reading() as session:
        return session.scalars(select(SheetState).where(SheetState.spreadsheet_id == play.spreadsheet_id)).one()


@pytest.mark.parametrize(
    ("end", "call"), [(take_back, "/v4/"), (take_back, ":batchUpdate"), (purging.purge, ":batchUpdate")]
)
@pytest.mark.both_databases
def test_what_was_removed_is_not_drawn_again_by_a_worker_that_was_slow(
    play: Play, end: Callable[[Play], None], call: str
) -> None:
    purging.played(play)
    Person(play.drive, play.spreadsheet_id).type("Returns", "G2", "Their own words")
    sheet_id = sheet(play).id
    with play.sessions.begin() as session:
        state.draw_now(session, sheet_id)
    purging.later(play)

    def removed() -> None:
        end(play)
        purging.drawn(play)
        assert play.drive.spreadsheet(play.spreadsheet_id).titles == ["Removed", "Sheet1"]

    play.drive.meanwhile.act(call, removed)
    purging.drawn(play)
    assert play.drive.spreadsheet(play.spreadsheet_id).titles == ["Removed", "Sheet1"]
    with play.reading() as session:
        drift = session.scalars(select(SheetDrift).where(SheetDrift.sheet_id == sheet_id)).all()
        texts = [unseal(session, each, "found") for each in drift if each.found]
        assert [each for each in drift if each.kind == "tab" and each.tab == "Returns"] == []
        assert end is take_back or "Their own words" not in texts
        assert session.scalars(select(SheetRemark.id).where(SheetRemark.sheet_id == sheet_id)).all() == []


def test_a_sheet_in_which_somebody_deletes_a_tab_just_then_is_cleared_a_moment_later(play: Play) -> None:
    purging.played(play)
    play.drive.meanwhile.act(":batchUpdate", lambda: Person(play.drive, play.spreadsheet_id).delete_tab("Returns"))
    take_back(play)
    play.work_while_waiting()
    assert play.until(lambda: play.drive.spreadsheet(play.spreadsheet_id).titles == ["Removed", "Sheet1"])
