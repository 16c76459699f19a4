"""The delivery log: what was set aside, in words, and tried again once its cause is mended."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from audit.access import actor
from audit.calendar import summaries_due
from audit.delivery import ledger
from audit.delivery import log as log_rules
from sandbox.slack import admin
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import Message, MessageKind, MessageState
from storage.people import Person
from tests.kit.forging import TEAM, click, send
from tests.kit.looking import entries
from tests.kit.play import Play
from views.delivery import log as log_view

COORDINATOR = "U0COORDIN"
TALLY = "tally", "#quality-sub-group · Sub-group"


def cycle_id(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Cycle.id)).one()


def log(play: Play, record_id: str) -> str:
    """Open the log, as its button does; what it says."""
    assert send(play.workspace, click(COORDINATOR, log_view.SHOW, record_id)).ok
    return play.modal_text(COORDINATOR)


def press(play: Play, action_id: str, about: str = "") -> str:
    """Press such a button in the log, beside what is about this; what it says then."""
    view = play.modal(COORDINATOR)
    blocks: list[dict[str, object]] = view.content["blocks"]  # type: ignore[assignment]
    block = next(each for each in blocks if f'"{action_id}"' in json.dumps(each) and about in json.dumps(each))
    assert play.person(COORDINATOR).act(view.id, action_id, str(block["block_id"])).ok
    return play.modal_text(COORDINATOR)


def aside(play: Play) -> set[tuple[str, str]]:
    """(kind, to whom) of what was set aside."""
    with play.reading() as session:
        found = log_rules.problems(session)
    return {(each.kind, each.to) for each in found if each.state == log_rules.SET_ASIDE}


def directly(play: Play) -> list[str]:
    """What the coordinator was told directly."""
    return [json.dumps(each) for each in play.person(COORDINATOR).messages(play.person(COORDINATOR).dm)]


def only_one_case(play: Play) -> None:
    """The others are withdrawn: one post a second is all that a channel takes."""
    with play.sessions.begin() as session:
        session.execute(update(Case).where(Case.reference != "T2-EAST-03").values(withdrawn_at=now(session)))


@pytest.mark.on_sqlite
def test_trouble_in_words_mended_and_tried_again(play: Play) -> None:
    play.load()
    with play.workspace.changing():
        play.workspace.users["U0YOT"].deleted = True  # and nobody has told the app
    admin.refuse_dms(play.workspace, "U0POLICE")
    admin.to_channel(play.workspace, "C0SUBGROUP", "archive", {})
    only_one_case(play)
    play.move_clock(summaries_due(min(case.meeting_at for case in play.board().cases), 3) + timedelta(minutes=1))
    play.worker()
    assert play.until(lambda: aside(play) >= {("request", "YOT lead"), ("request", "Police lead"), TALLY}), aside(play)
    play.settled()

    said = log(play, log_rules.ALL)
    for words in (
        "Request for returns → YOT lead (audit 2)",
        "deactivated: give their role to somebody else",
        "Request for returns → Police lead (audit 2)",
        "doesn't let the app write to this person",
        "Tally → #quality-sub-group · Sub-group (audit 2)",
        "is archived: unarchive it in Slack",
        "Case summary: T2-EAST-03 → #audit-east · East (audit 2)",
    ):
        assert words in said, words
    admin.to_channel(play.workspace, "C0SUBGROUP", "unarchive", {})
    assert play.until(lambda: TALLY not in aside(play)), "nobody has to press anything for that"
    play.settled()
    there = {str(message["text"])[:5] for message in play.person(COORDINATOR).messages("C0SUBGROUP")}
    assert there == {"Tally", "Case "}
    [told] = [each for each in directly(play) if "quality-sub-group" in each]
    assert "messages can go there again" in told
    admin.refuse_dms(play.workspace, "U0POLICE", "")
    with play.workspace.changing():
        play.workspace.users["U0YOT"].deleted = False
    assert "set aside" not in press(play, log_view.AGAIN_ALL)
    play.settled()
    assert play.status().trouble == ()
    for user in ("U0POLICE", "U0YOT"):
        assert "still to send" in str(play.person(user).messages(play.person(user).dm))
    said = log(play, cycle_id(play))
    assert "set aside" not in said
    assert "✅ Delivered" in said
    assert {entry.actor for entry in entries(play.sessions, "message.redeliver")} == {"Coordinator", "Roundtable"}


@pytest.mark.both_databases
def test_three_hundred_messages_page_by_page(play: Play) -> None:
    play.load(opened=False)
    cycle = cycle_id(play)
    with play.sessions.begin() as session:
        person = session.scalars(select(Person.id).where(Person.user_id == "U0POLICE")).one()
        for number in range(300):
            key = f"reminder:{number}"
            ledger.insert(session, MessageKind.REMINDER, cycle, cycle, person_id=person, key=key)
        session.execute(update(Message).where(Message.key > "reminder:5").values(delivered=1))
        aside = {"state": MessageState.SET_ASIDE, "error": "No."}
        session.execute(update(Message).where(Message.key == "reminder:77").values(aside))
    with play.reading() as session:
        who = actor(session, TEAM, COORDINATOR)
        read = [log_rules.show(session, who, cycle, page) for page in range(12)]
        beyond = log_rules.show(session, who, cycle, 99)
    seen = [each for page in read for each in page.deliveries]
    assert len({each.message_id for each in seen}) == len(seen) == 300
    order = [log_rules.STATES.index(each.state) for each in seen]
    assert order == sorted(order)
    assert order[0] == 0
    assert (beyond.page, beyond.pages) == (11, 12)

    assert "page 1 of 12" in log(play, cycle)
    assert "page 2 of 12" in press(play, log_view.PAGE)
    assert "page 3 of 12" in press(play, log_view.PAGE, "page 3")
    assert "page 2 of 12" in press(play, log_view.PAGE)
