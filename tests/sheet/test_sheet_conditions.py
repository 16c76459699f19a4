"""What coordinators are told of the sheet's file while it lasts; no reflection stands where anyone can read it."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from sandbox.faults import Fault
from sandbox.sheets import BOT, Person
from storage.clock import wall
from storage.cycles import Cycle
from storage.sheet_state import SheetState
from tests.kit import pressing
from tests.kit.forging import command, send
from tests.kit.judging import answered
from tests.kit.looking import entries
from tests.kit.play import GRADED, Play
from tests.kit.pressing import submitted
from tests.kit.sheet_talk import COORDINATOR, asked, redrawn, told

WHY = str(GRADED["why"])


def shown(play: Play) -> str:
    """Every tab of the sheet."""
    look = play.drive.spreadsheet(play.spreadsheet_id)
    return json.dumps([look.grid(title) for title in look.titles], ensure_ascii=False)


def button(message: dict[str, object]) -> str:
    """The record of the button in a message that leads to the decision."""
    elements = [each for block in message["blocks"] for each in block.get("elements", [])]  # type: ignore[attr-defined]
    return next(str(each["value"]) for each in elements if each.get("action_id") == "sheet.choose")


@pytest.mark.on_sqlite
def test_reflections_go_while_anyone_with_the_link_can_open_it_unless_a_coordinator_decides_otherwise(
    drawn: Play,
) -> None:
    answered(drawn, "Education")
    drawn.settled()
    assert WHY in shown(drawn)

    drawn.drive.share(drawn.spreadsheet_id, "", "reader", "anyone")
    redrawn(drawn)
    answered(drawn, "Probation")  # while it lasts none is drawn either
    drawn.settled()
    assert WHY not in shown(drawn)
    assert '"Withheld"' in shown(drawn)
    assert "Good" in shown(drawn)
    assert "since anyone who has its link can open it" in shown(drawn)
    [said] = told(drawn, "Anyone who has its link can open it")
    assert "Reflections have been taken out of it." in json.dumps(said)
    assert "set *General access* to *Restricted*" in json.dumps(said)
    assert WHY not in json.dumps(said)

    assert pressing.asked(drawn, COORDINATOR, "sheet.choose", button(said)).ok
    assert submitted(drawn, COORDINATOR, reflections="show").ok
    drawn.settled()
    assert WHY in shown(drawn)
    assert len(told(drawn, "Reflections are shown all the same: Coordinator decided so on")) == 1
    [entry] = entries(drawn.sessions, "sheet.decide")
    assert (entry.actor, entry.detail) == (
        "Coordinator", "reflections shown, though anyone with the link can open it"
    )  # fmt: skip
    assert pressing.asked(drawn, COORDINATOR, "sheet.choose", button(said)).ok
    assert submitted(drawn, COORDINATOR, reflections="out").ok
    drawn.settled()
    assert WHY not in shown(drawn)

    assert pressing.asked(drawn, COORDINATOR, "sheet.choose", button(said)).ok
    drawn.drive.restrict(drawn.spreadsheet_id)
    redrawn(drawn)
    assert WHY in shown(drawn)
    assert (len(told(drawn, "Anyone who has its link")), len(told(drawn, "shared with people only again"))) == (0, 1)
    assert "There is nothing left to decide" in submitted(drawn, COORDINATOR, reflections="show").body

    drawn.drive.share(drawn.spreadsheet_id, "", "reader", "anyone")  # a decision doesn't outlive what it was about
    redrawn(drawn)
    assert WHY not in shown(drawn)
    assert len(told(drawn, "Anyone who has its link can open it")) == 1
    assert [each.detail for each in entries(drawn.sessions, "sheet.condition")] == ["link", "link"]


def test_each_condition_is_told_once_with_its_cure_and_stands_where_the_sheet_is_told_of(drawn: Play) -> None:
    drive, key = drawn.drive, drawn.spreadsheet_id
    drive.share(key, "council.example.org", "reader", "domain")
    drive.share(key, "education@example.org", "reader")
    drive.trash(key)
    for _ in range(2):
        redrawn(drawn)
    for cure in (
        "Everyone at council.example.org can open it",
        "education@example.org can now open it, and couldn't before",
        "is deleted for good after 30 days",
    ):
        assert len(told(drawn, cure)) == 1, cure
    said = send(drawn.workspace, command(COORDINATOR, "sheet")).body
    assert "Everyone at council.example.org can open it" in said
    assert "Google Drive's bin" in said
    assert "Needs attention: Everyone at council.example.org can open it." in asked(drawn, "sheet", "status", "2")

    drive.let_editors_share(key, on=False)  # so nobody can tell whether those conditions still stand
    drive.revoke(key, "education@example.org")
    drive.restrict(key)
    drive.restore(key)
    redrawn(drawn)
    assert len(told(drawn, "Google doesn't say who can open it")) == 1
    assert len(told(drawn, "it isn't in Google Drive's bin any more")) == 1
    assert len(told(drawn, "Everyone at council.example.org can open it")) == 1
    drive.let_editors_share(key, on=True)
    redrawn(drawn)
    for over in ("Google says again who can open it", "isn't open to a whole organisation", "can no longer open it"):
        assert len(told(drawn, over)) == 1, over

    drive.share(key, "education@example.org", "reader")
    redrawn(drawn)
    assert len(told(drawn, "education@example.org can now open it, and couldn't before")) == 1


def test_what_link_sharing_hid_stays_hidden_while_google_doesn_t_say_who_can_open_it(drawn: Play) -> None:
    answered(drawn, "Education")
    drawn.drive.share(drawn.spreadsheet_id, "", "reader", "anyone")
    redrawn(drawn)
    drawn.drive.let_editors_share(drawn.spreadsheet_id, on=False)
    drawn.drive.restrict(drawn.spreadsheet_id)
    redrawn(drawn)
    assert WHY not in shown(drawn)


def test_edit_rights_and_a_full_drive_stop_it_each_with_its_own_cure(drawn: Play) -> None:
    drawn.drive.share(drawn.spreadsheet_id, BOT, "reader")
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: len(told(drawn, "can only view that spreadsheet")) == 1)
    drawn.drive.share(drawn.spreadsheet_id, BOT, "writer")
    drawn.drive.full.add("coordinator@example.org")
    answered(drawn, "Education")
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: len(told(drawn, "Drive of the sheet's owner is full")) == 1)
    drawn.drive.full.clear()
    redrawn(drawn)
    assert len(told(drawn, "it can be updated again")) == 1
    assert WHY in shown(drawn)


def test_once_its_meetings_are_over_the_sheet_is_looked_at_daily(drawn: Play) -> None:
    answered(drawn, "Education")
    drawn.settled()
    with drawn.sessions.begin() as session:
        session.execute(update(Cycle).values(state="closed"))
    drawn.drive.share(drawn.spreadsheet_id, "", "reader", "anyone")
    drawn.move_clock(drawn.settings.clock.now() + timedelta(days=1, minutes=1))
    assert drawn.until(lambda: WHY not in shown(drawn))
    drawn.settled()
    drawn.drive.delete(drawn.spreadsheet_id)  # as a board may once an audit is over: nobody is alarmed
    drawn.move_clock(drawn.settings.clock.now() + timedelta(days=1, minutes=1))
    assert drawn.until(lambda: "gone" in (drawn.status().sheets[0].error or ""))
    assert told(drawn, "can't be updated") == []


def test_a_tab_that_somebody_has_locked_is_told_at_once_and_holds_no_other(drawn: Play) -> None:
    owner = Person(drawn.drive, drawn.spreadsheet_id)
    tab = owner.tab("Returns").id
    locked = {"range": {"sheetId": tab}, "editors": {"users": ["coordinator@example.org"]}}
    made = owner.do(addProtectedRange={"protectedRange": locked})["addProtectedRange"]["protectedRange"]
    answered(drawn, "Education")
    assert drawn.until(lambda: len(told(drawn, "The tab “Returns” can't be updated: Somebody has locked cells")) == 1)
    drawn.settled()
    look = drawn.drive.spreadsheet(drawn.spreadsheet_id)
    assert WHY not in json.dumps(look.grid("Returns"))
    assert "Good" in json.dumps(look.grid("Status"))
    answered(drawn, "Probation")
    drawn.settled()
    assert len(told(drawn, "a part of it can't be updated")) == 1
    said = send(drawn.workspace, command(COORDINATOR, "sheet")).body
    assert "Not all of it could be updated" in said
    assert drawn.person(COORDINATOR).open_home().ok
    assert "Not all of it could be updated" in json.dumps(
        drawn.home_button(COORDINATOR, "sheet.show", "Sheet of audit 2")
    )
    drawn.drive.share(drawn.spreadsheet_id, "", "reader", "anyone")
    redrawn(drawn)
    assert len(told(drawn, "*Reflections could not all be taken out of it yet:* The tab “Returns”")) == 1
    drawn.drive.restrict(drawn.spreadsheet_id)
    owner.do(deleteProtectedRange={"protectedRangeId": made["protectedRangeId"]})
    redrawn(drawn)
    assert WHY in shown(drawn)
    assert (len(told(drawn, "it can be updated again")), told(drawn, "can't be updated")) == (1, [])


@pytest.mark.both_databases
def test_behind_for_an_hour_is_one_message_whatever_the_cause_and_nothing_before_it(drawn: Play) -> None:
    theirs = drawn.drive.create_spreadsheet("For the Police", share_with=(BOT,))
    asked(drawn, "sheet", "bind", "2", theirs, "--for", "Police")
    drawn.settled()
    for status, body in (
        (409, ""),
        (412, ""),
        (423, ""),
        (499, ""),
        (503, ""),
        (400, "{}"),
        (200, "<html>Busy</html>"),
    ):
        drawn.drive.faults.clear()
        drawn.drive.faults.add(Fault(" /v4/", times=None, status=status, body=body))
        asked(drawn, "sheet", "rebuild", "2")
        assert drawn.until(lambda: bool(drawn.status().sheets[0].error)), status
    asked(drawn, "sheet", "rebuild", "2", "--for", "Police")
    assert told(drawn, "can't be updated") == []
    with drawn.sessions.begin() as session:
        session.execute(update(SheetState).values(behind_since=wall() - timedelta(minutes=61)))
    assert drawn.until(lambda: len(told(drawn, "2 sheets: they can't be updated")) == 1)
    [said] = told(drawn, "Behind since")
    assert {"|Sheet of audit 2>", "|Sheet of audit 2, Police>"} <= {
        f"|{part}>" for part in re.findall(r"\|(.+?)>", str(said))
    }
    drawn.drive.faults.clear()
    drawn.drive.faults.add(Fault(" /v4/", times=None, status=429, headers={"Retry-After": "9" * 30}))
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: "asks for a pause" in (drawn.status().sheets[0].error or ""))
    assert len(told(drawn, "ehind since")) == 1
    drawn.drive.faults.clear()
    asked(drawn, "sheet", "rebuild", "2", "--for", "Police")
    assert drawn.until(lambda: len(told(drawn, "Sheet of audit 2: it can't be updated")) == 1), (
        "the other is told no more"
    )
    redrawn(drawn)
    assert len(told(drawn, "it can be updated again")) == 1
    refused_alike(drawn, theirs)


def refused_alike(drawn: Play, theirs: str) -> None:
    """What all sheets are refused for is one message; what one is refused for after that is its own."""
    drawn.drive.faults.add(Fault(" /v4/", times=None, status=401))
    for whose in ((), ("--for", "Police")):
        asked(drawn, "sheet", "rebuild", "2", *whose)
    assert drawn.until(lambda: len(told(drawn, "2 sheets: they can't be updated")) == 1)
    assert len(told(drawn, "no longer accepts Roundtable's key")) == 1
    drawn.drive.revoke(theirs, BOT)
    drawn.drive.faults.clear()
    asked(drawn, "sheet", "rebuild", "2", "--for", "Police")
    assert drawn.until(lambda: len(told(drawn, "Sheet of audit 2, Police: it can't be updated")) == 1)
    asked(drawn, "sheet", "rebuild", "2")
    assert drawn.until(lambda: len(told(drawn, "it can be updated again")) == 2)
    assert len(told(drawn, "it can't be updated")) == 1
