"""What actions are called: no number that others see counts an action that they don't."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from audit.delivery import ledger
from sheets.drawing import draw
from storage.actions import Action
from tests.cycle.test_releases import HIDDEN, shown, staged, surfaces
from tests.faults.databases import locked, turn_is_taken, waiting_for_locks
from tests.kit import following_up, managing
from tests.kit.following_up import COORDINATOR, LEAD, MEMBER
from tests.kit.judging import REFERENCE, released
from tests.kit.play import Play
from tests.kit.pressing import asked
from tests.sheet.boards import sync

OUT = "T2-EAST-01"


def opened(play: Play, user: str, source_id: str) -> dict[str, object]:
    """Somebody opens the form of a new action of a case or recommendation; what they fill in, for the police."""
    assert asked(play, user, "action.new", source_id).ok
    (police,) = managing.agency_ids(play, "Police")
    return {"what": "Agree who visits.", "agency": police, "owner": "Inspector", "due": "2026-04-20"}


def acted(play: Play, user: str, source_id: str) -> str:
    """Somebody adds an action; what they are told."""
    given = opened(play, user, source_id)
    assert following_up.send(play, user, **given).ok
    said = play.modal_text(user)
    play.close_modal(user)
    return said


def test_no_number_of_an_action_counts_one_of_a_case_that_is_not_out(play: Play) -> None:
    staged(play)  # with an action of the hidden case
    acted(play, COORDINATOR, managing.case_id(play, HIDDEN))
    assert "Action 1 of case T2-EAST-01" in acted(play, MEMBER, managing.case_id(play, OUT))
    assert asked(play, MEMBER, "recommendations.show", managing.cycle(play).id).ok
    assert following_up.act(play).ok
    assert "Action 3 of recommendation 1 is added" in play.modal_text(MEMBER), "two were there"
    told = {name: text for name, text in surfaces(play).items() if not name.startswith(COORDINATOR)}
    assert not [name for name, text in told.items() if "ction 2 of case" in text]
    for title in ("Action 1 of case T2-EAST-01", "Action 3 of recommendation 1"):
        assert len(following_up.dm(play, LEAD, title)) == 1
        assert title in told[f"{LEAD} Home"]
    assert len(following_up.dm(play, LEAD, f"Action of case {HIDDEN} (audit 2)")) == 1, "it is theirs, one of who knows"

    log = shown(play, COORDINATOR, "deliveries.show", managing.cycle(play).id)
    assert f"action of case {HIDDEN}" in log
    assert "action 1 of case T2-EAST-01" in log

    with play.workspace.changing():
        play.workspace.channels["C0AUDITCENTRAL"].is_private = True
    with play.sessions.begin() as session:
        ledger.redeliver(session)
    managing.delivered(play)
    assert len(following_up.dm(play, LEAD, f"Action 2 of case {HIDDEN} (audit 2)")) == 1, "it is out: the same message"
    assert following_up.dm(play, LEAD, "Action of") == []


def test_an_action_keeps_the_number_that_it_had_within_its_audit_and_the_next_follows_it(play: Play) -> None:
    following_up.met(play)
    released(play)
    case_id = managing.case_id(play, REFERENCE)
    acted(play, COORDINATOR, case_id)
    with play.sessions.begin() as session:
        session.execute(update(Action).values(number=7))
    assert f"Action 8 of case {REFERENCE}" in acted(play, MEMBER, case_id)
    assert following_up.recommend(play).ok
    assert following_up.act(play).ok
    assert "Action 1 of recommendation 1 is added" in play.modal_text(MEMBER)
    assert f"Action 7 of case {REFERENCE}" in str(draw(play.board(), sync()))
    with pytest.raises(IntegrityError), play.sessions.begin() as session:
        session.execute(update(Action).where(Action.case_id == case_id).values(number=9))


@pytest.mark.on_sqlite
def test_who_add_actions_to_one_case_at_once_get_different_numbers(play: Play) -> None:
    following_up.met(play)
    released(play)
    url = play.settings.database_url.get_secret_value()
    given = {user: opened(play, user, managing.case_id(play, REFERENCE)) for user in (COORDINATOR, MEMBER)}
    with ThreadPoolExecutor(2) as pool:
        with locked(url, "actions"):
            sent = [pool.submit(following_up.send, play, user, **answers) for user, answers in given.items()]
            assert play.until(lambda: turn_is_taken(url) if url.startswith("sqlite") else waiting_for_locks(url) == 2)
        assert all(each.result().ok for each in sent)
    told = [play.modal_text(user) for user in given]
    assert [sum(f"Action {number} of case" in each for each in told) for number in (1, 2, 3)] == [1, 1, 0]
    assert sorted(each.number or 0 for each in play.board().actions) == [1, 2]
