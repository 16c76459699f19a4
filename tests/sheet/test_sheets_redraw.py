"""What a redraw costs, and that it ends in the database's truth."""

from contextlib import suppress

import pytest

from sandbox.faults import Fault
from sandbox.sheets import Drive
from tests.sheet.boards import AGENCIES, answers, board, full, judged, sync
from tests.sheet.conftest import Sheet


def test_the_first_drawing_takes_one_read_and_one_write(sheet: Sheet, drive: Drive) -> None:
    done = sheet.draw(full(15, 10))
    assert (done.reads, done.writes, done.drift, done.quarantined) == (1, 1, (), ())
    assert (drive.counts()["reads"], drive.counts()["writes"]) == (1, 1)
    assert sheet.look.titles[:5] == ["Read me", "Status", "Returns", "Tallies", "Actions"]
    assert len(sheet.rows("Returns")) == 150


def test_nothing_changed_is_one_read_and_no_write(sheet: Sheet) -> None:
    sheet.draw(board(), sync=sync(1))
    done = sheet.draw(board(), sync=sync(2, pending=4))
    assert (done.reads, done.writes, done.bytes) == (1, 0, 0)


def test_the_cost_grows_with_what_changed(sheet: Sheet) -> None:
    sheet.draw(board(15, 10))
    one = sheet.draw(board(15, 10, {"T2-EAST-01 CSC": answers()}), sync=sync(2))
    assert (one.reads, one.writes) == (2, 1)
    assert one.bytes < 10_000
    all_of_them = sheet.draw(full(15, 10), sync=sync(3))
    assert (all_of_them.reads, all_of_them.writes) == (2, 1)
    assert all_of_them.bytes > 10 * one.bytes
    assert one.drift == all_of_them.drift == ()


def test_a_judgement_reaches_status_and_tallies(sheet: Sheet) -> None:
    sheet.draw(full(3, 3))
    assert sheet.draw(judged(full(3, 3), "T2-EAST-01")).drift == ()
    status = next(row for row in sheet.rows("Status").values() if row["Case"] == "T2-EAST-01")
    assert status["Case judgement (ratified)"] == "Inadequate"
    assert sheet.rows("Tallies")["ratified:area:East"]["Inadequate"] == "1"


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("killed", [False, True])
def test_the_second_of_two_writes_is_lost_and_nobody_is_told_to_have_edited_what_it_was_to_change(
    sheet: Sheet, drive: Drive, *, killed: bool
) -> None:
    keys = [f"{one.reference} {short}" for one in board(60, 3).cases for _, short in AGENCIES[:3]]
    known = sheet.draw(board(60, 3, {key: answers(voice="As it was.") for key in keys})).memory
    changed = board(60, 3, {key: answers("inadequate", voice="x" * 15_000) for key in keys})

    def die(place: str) -> None:
        if killed and place == "sheet.after_http":
            raise Killed

    drive.meanwhile.act("POST .*:batchUpdate", lambda: drive.faults.add(Fault(":batchUpdate", status=503)), "after")
    drifts = []
    with suppress(Killed):
        drifts.append(sheet.draw(changed, sync=sync(2), memory=known, at=die).drift)
    drive.faults.clear()
    drifts.append(sheet.draw(changed, sync=sync(3), memory=known, whole=True).drift)
    assert set(drifts) == {()}
    assert {row["Voice of the child"][:2] for row in sheet.rows("Returns").values()} == {"xx"}
    assert sheet.draw(changed, sync=sync(4)).writes == 0
