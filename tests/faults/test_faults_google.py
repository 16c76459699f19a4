"""Google in trouble: in the end each row is in the sheet once, and meanwhile the status says what prevents it."""

import json

from sqlalchemy import select, update

from sandbox.faults import Fault
from sandbox.sheets import BOT
from storage.clock import wall
from storage.sheet_state import SheetState
from tests.faults.house import House
from tests.faults.processes import until

READ, WRITE, ANY = r"GET /v4/", r"batchUpdate", r" /v4/"


def error(house: House) -> str:
    """The error in the sheet's status, "" without one."""
    return house.status().sheets[0].error or ""


def test_fault_13_14_every_kind_of_trouble_with_the_sheet_leaves_each_row_once(house: House) -> None:
    house.load(cases_=2)
    house.work()
    house.settled()
    kinds = [
        [Fault(WRITE, drop="before")],
        [Fault(WRITE, drop="after")],
        [Fault(WRITE, status=503, body="<html>"), Fault(WRITE, status=500, body="{}")],
        [Fault(READ, status=200, body="{nonsense"), Fault(READ, drop="before")],
        [Fault(WRITE, drop="after"), Fault(WRITE, drop="before"), Fault(WRITE, drop="after")],
    ]
    for faults, return_id in zip(
        kinds, [*house.return_ids("Police"), *house.return_ids("SEND"), *house.return_ids("CCGs")], strict=False
    ):
        for fault in faults:
            house.drive.faults.add(fault)
        house.store(return_id)
        house.settled()
        house.drive.faults.clear()
    house.none_lost_none_doubled()


def test_fault_13_google_asks_for_a_pause(house: House) -> None:
    house.load(cases_=1)
    house.work()
    house.settled()
    [return_id] = house.return_ids("Police")
    quota = {"error": {"code": 429, "message": "Quota exceeded", "status": "RESOURCE_EXHAUSTED"}}
    house.drive.faults.add(Fault(ANY, times=None, status=429, headers={"Retry-After": "30"}, body=json.dumps(quota)))
    house.store(return_id)
    assert until(lambda: "pause" in error(house)), house.logs()
    asked = len(house.drive.log.entries)
    house.store(house.return_ids("SEND")[0])
    assert until(lambda: not house.status().promises and not house.status().messages_behind)
    assert len(house.drive.log.entries) == asked, "nothing is asked before Google's pause is over"
    house.drive.faults.clear()
    waited(house)
    house.settled()
    house.none_lost_none_doubled()


def claimed(house: House) -> bool:
    """Whether an attempt at the sheet is under way."""
    with house.sessions.reading() as session:
        return session.scalars(select(SheetState.claim)).one() is not None


def waited(house: House) -> None:
    """Set the end of the pause to now, once the attempt under way is over: wall time can't be moved."""
    assert until(lambda: not claimed(house))
    with house.sessions.begin() as session:
        session.execute(update(SheetState).values(next_try_at=wall()))


def test_fault_13_access_withdrawn_and_the_sheet_deleted_then_back(house: House) -> None:
    house.load(cases_=1)
    house.work()
    house.settled()
    file = house.drive.files[house.spreadsheet_id]
    permissions = list(file.permissions)
    file.permissions[:] = [each for each in permissions if each.get("emailAddress") != BOT]
    house.store(house.return_ids("Police")[0])
    assert until(lambda: "share" in error(house)), (error(house), house.logs())
    file.permissions[:] = permissions
    waited(house)
    house.settled()

    house.drive.delete(house.spreadsheet_id)
    house.store(house.return_ids("SEND")[0])
    assert until(lambda: "gone" in error(house)), error(house)
    house.drive.restore(house.spreadsheet_id)
    waited(house)
    house.settled()
    assert error(house) == ""
    house.none_lost_none_doubled()


def test_fault_13_binding_another_sheet_draws_it_at_once(house: House) -> None:
    house.load(cases_=1)
    house.work()
    house.settled()
    house.drive.delete(house.spreadsheet_id)
    house.store(house.return_ids("Police")[0])
    assert until(lambda: "gone" in error(house)), error(house)
    house.spreadsheet_id = house.drive.create_spreadsheet("Audit 2, anew", share_with=(BOT,))
    bound = house.begin(("roundtable", "sheet", "bind", "2", house.spreadsheet_id))
    assert until(lambda: bound.status is not None)
    assert bound.status == 0, bound.said()
    house.settled()
    house.none_lost_none_doubled()
