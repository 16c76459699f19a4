"""Moving dates of a cycle under way: what is shown first, what follows, and what can't be."""

from datetime import datetime

import pytest
from sqlalchemy import select

from audit.access import actor
from audit.calendar import LONDON
from audit.meeting import agenda, summaries_due
from audit.underway import dates
from jobs.sweep import take_up
from storage.clock import wall
from storage.cycles import CycleArea
from storage.meetings import Meeting
from storage.messages import Message, MessageKind
from storage.people import Area
from tests.kit import managing
from tests.kit.forging import TEAM, click, send, submission
from tests.kit.judging import ratified
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import asked

OPENED = datetime(2026, 3, 4, 12, 0, tzinfo=LONDON)
"""A Wednesday. Returns are due on 18 March; East meets on 26 March, North and Central on the 27th, each at 10."""


def march(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, 0, tzinfo=LONDON)


def begun(play: Play) -> None:
    play.move_clock(OPENED)
    play.load()


@pytest.mark.on_sqlite
def test_a_deadline_moves_once_it_was_seen_what_follows(play: Play) -> None:
    begun(play)
    before = managing.requests(play)
    assert "Wed 18 Mar, 5 pm" in before["U0YOT"][0]

    managing.begin(play, "deadline.choose")
    assert "has passed" in managing.refusal(play, due="2026-03-03")
    assert "The next meeting is on Thu 26 Mar 2026" in managing.refusal(play, due="2026-03-27")
    assert "is the deadline already" in managing.refusal(play, due="2026-03-18")
    shown = managing.previewed(play, due="2026-03-20")
    assert "The deadline becomes Fri 20 Mar, 5 pm" in shown
    assert "12 people's requests changed in place, without a new message" in shown
    assert "YOT lead" in shown
    assert str(managing.cycle(play).due_on) == "2026-03-18"

    managing.agree(play)
    assert str(managing.cycle(play).due_on) == "2026-03-20"
    assert [entry.detail for entry in entries(play.sessions, "deadline.move")] == ["2026-03-18 to 2026-03-20"]
    after = managing.requests(play)
    assert {user: len(said) for user, said in after.items()} == {user: len(said) for user, said in before.items()}
    assert "Fri 20 Mar, 5 pm" in after["U0YOT"][0]
    play.close_modal(managing.COORDINATOR)
    assert play.person(managing.COORDINATOR).modal() is None, "the menu under it showed the old deadline"
    assert "Fri 20 Mar, 5 pm" in managing.menu(play)


def test_what_somebody_else_changed_meanwhile_is_shown_before_anything_is_done(play: Play) -> None:
    begun(play)
    managing.begin(play, "deadline.choose")
    managing.previewed(play, due="2026-03-20")
    with play.sessions.begin() as session:
        who = actor(session, TEAM, managing.COORDINATOR)
        cycle = managing.cycle(play).id
        mark = dates.move_deadline(session, who, cycle, "2026-03-19").mark
        assert dates.move_deadline(session, who, cycle, "2026-03-19", mark).done
    assert "not what you were shown before" in managing.previewed(play)
    assert str(managing.cycle(play).due_on) == "2026-03-19"
    assert "not what you were shown before" in managing.previewed(play, due="2026-03-23"), "another day is, too"
    managing.agree(play)
    assert [entry.detail for entry in entries(play.sessions, "deadline.move")] == [
        "2026-03-18 to 2026-03-19", "2026-03-19 to 2026-03-23",
    ]  # fmt: skip


@pytest.mark.on_sqlite
def test_a_meeting_moves_and_its_summaries_with_it(play: Play) -> None:
    begun(play)
    play.move_clock(march(23, 10))  # East's summaries are due, the others' tomorrow
    before = managing.posted(play, "C0AUDITEAST")
    assert len(before) == 6, "five summaries, and the agenda"
    assert managing.posted(play, "C0AUDITNORTH") == []

    managing.begin(play, "meeting.choose", "about East")
    assert "in the past" in managing.refusal(play, day="2026-03-20", at="10:00")
    assert "at that time already" in managing.refusal(play, day="2026-03-26", at="10:00")
    shown = managing.previewed(play, day="2026-03-30", at="14:30")
    assert "The meeting about East becomes Mon 30 Mar, 2:30 pm" in shown
    assert "5 posted case summaries changed in place" in shown
    assert "The posted agenda of the meeting is changed in place" in shown
    managing.agree(play)
    after = managing.posted(play, "C0AUDITEAST")
    assert len(after) == 6
    assert all("Mon 30 Mar, 2:30 pm" in said for said in after)
    assert [entry.detail for entry in entries(play.sessions, "meeting.move")] == [
        "2026-03-26T10:00Z to 2026-03-30T13:30Z"
    ]

    managing.begin(play, "meeting.choose", "North")
    shown = managing.previewed(play, day="2026-04-09", at="10:00")
    assert "10 case summaries that aren't posted yet: posted Thu 2 Apr, 9 am" in shown
    managing.agree(play)
    play.move_clock(march(31, 10))
    assert managing.posted(play, "C0AUDITNORTH") == []
    play.move_clock(datetime(2026, 4, 2, 9, 0, tzinfo=LONDON))
    assert len(managing.posted(play, "C0AUDITNORTH")) == 6


@pytest.mark.both_databases
def test_what_waits_to_be_posted_waits_for_the_new_date(play: Play) -> None:
    begun(play)
    play.move_clock(march(23, 10))
    take_up(play.sessions)
    kinds = (MessageKind.SUMMARY, MessageKind.AGENDA, MessageKind.TALLY)
    assert [managing.ledger(play, kind) for kind in kinds] == [5, 1, 1]
    with play.sessions.begin() as session:  # of two it isn't known whether they were posted
        for message in session.scalars(select(Message).where(Message.kind == MessageKind.SUMMARY).limit(2)):
            message.intended_at = wall()
    managing.begin(play, "meeting.choose", "about East")
    managing.previewed(play, day="2026-04-09", at="10:00")
    managing.agree(play)
    assert [managing.ledger(play, kind) for kind in kinds] == [2, 0, 0]
    with play.reading() as session:
        assert summaries_due.due(session) == agenda.due(session) == ()


@pytest.mark.both_databases
def test_what_was_ratified_at_a_meeting_stays_there(play: Play) -> None:
    begun(play)
    ratified(play, "T2-NORTH-01")
    said = managing.begin(play, "meeting.choose", "Central, North")
    assert "Cases of North have been ratified at it, so that part of it stays" in said
    assert "The meeting about Central becomes Mon 30 Mar" in managing.previewed(play, day="2026-03-30", at="10:00")
    managing.agree(play)
    with play.reading() as session:
        assert len(session.scalars(select(Meeting)).all()) == 3
    at = {case.area: case.meeting_at.astimezone(LONDON).day for case in play.board().cases}
    assert at == {"East": 26, "North": 27, "Central": 30}

    managing.menu(play)
    offered = [str(block["text"]) for block in managing.blocks(play) if "meeting.choose" in str(block)]
    assert [("North" in each, "East" in each, "Central" in each) for each in offered] == [
        (False, True, False), (False, False, True),
    ]  # fmt: skip
    with play.reading() as session:
        place = select(CycleArea.meeting_id).join(Area, Area.id == CycleArea.area_id)
        north = session.scalars(place.where(Area.label == "North")).one()
    assert asked(play, managing.COORDINATOR, "meeting.choose", north).ok
    assert "It can't be moved any more" in play.modal_text(managing.COORDINATOR)
    assert not play.modal(managing.COORDINATOR).content["submit"]
    sent = submission(managing.COORDINATOR, "meeting.move", north, {"day": "2026-03-31", "at": "10:00"})
    assert "have been ratified at this meeting" in send(play.workspace, sent).body
    assert len(entries(play.sessions, "meeting.move")) == 1


def test_a_meeting_cannot_be_before_the_deadline(play: Play) -> None:
    begun(play)
    managing.begin(play, "meeting.choose", "about East")
    assert "Returns are due on Wed 18 Mar 2026" in managing.refusal(play, day="2026-03-17", at="10:00")
    assert entries(play.sessions, "meeting.move") == []


def test_dates_of_a_planned_cycle_are_changed_elsewhere(play: Play) -> None:
    play.move_clock(OPENED)
    play.load(opened=False)
    assert send(play.workspace, click(managing.COORDINATOR, "deadline.choose", managing.cycle(play).id)).ok
    assert "isn't open yet, so change it under “Manage this audit”" in play.modal_text(managing.COORDINATOR)
