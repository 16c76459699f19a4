"""Reminders: to those who haven't answered, on the steps' days, in working hours, each once."""

import json
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy import select, update

from audit.calendar import LONDON, STEPS, at, in_hours, is_working_day, newest_step, opens_next, step_day
from audit.chasing import reminders
from audit.cycle import board as board_rules
from jobs.sweep import take_up
from storage.cases import Involvement
from storage.cycles import Cycle, CycleState
from storage.messages import Message, MessageKind
from storage.people import Person, Role
from storage.returns import Decline, Return, ReturnState
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told

DAYS = st.dates(date(2024, 1, 1), date(2039, 12, 1))
NOON = time(12)
OPENED = date(2026, 3, 4)
"""A Wednesday. The published cycle is then due on Wednesday the 18th; its meetings are on the 26th and the 27th."""
LEADS = {
    "U0EDUEAST", "U0EDUNORTH", "U0EDUCENTRAL", "U0CSC", "U0HEALTH", "U0CCG", "U0POLICE", "U0PROBAT", "U0SEND", "U0YOT",
    "U0VCFS", "U0EARLY",
}  # fmt: skip
DEPUTY = "U0EDUDEPUTY"


def march(day: int, hour: time = NOON) -> datetime:
    return at(date(2026, 3, day), hour)


# the calendar


@given(DAYS)
def test_steps_are_working_days_in_order_and_never_after_a_deadline_they_lead_up_to(due_on: date) -> None:
    days = [step_day(due_on, step) for step in STEPS]
    assert all(map(is_working_day, days))
    assert days == sorted(set(days))
    assert all((day <= due_on) == (step <= 0) for step, day in zip(STEPS, days, strict=True))


@pytest.mark.parametrize(
    ("due_on", "days"),
    [
        # Easter 2026: Good Friday is the 3rd of April, Easter Monday the 6th.
        (date(2026, 4, 8), ["2026-03-30", "2026-04-02", "2026-04-08", "2026-04-10", "2026-04-14", "2026-04-16"]),
        (date(2028, 2, 29), ["2028-02-22", "2028-02-25", "2028-02-29", "2028-03-02", "2028-03-06", "2028-03-08"]),
        # A Sunday: "on the day" is the Friday before.
        (date(2026, 3, 15), ["2026-03-09", "2026-03-12", "2026-03-13", "2026-03-17", "2026-03-19", "2026-03-23"]),
        # Over the end of the year, with Monday the 28th of December for Boxing Day.
        (date(2026, 12, 29), ["2026-12-18", "2026-12-23", "2026-12-29", "2026-12-31", "2027-01-05", "2027-01-07"]),
    ],
)
def test_fault_18_steps_keep_clear_of_bank_holidays_and_weekends(due_on: date, days: list[str]) -> None:
    assert [step_day(due_on, step).isoformat() for step in STEPS] == days


@given(DAYS, st.integers(-15, 25))
def test_only_the_newest_step_is_due_and_only_for_a_while(due_on: date, away: int) -> None:
    today = due_on + timedelta(days=away)
    step = newest_step(due_on, today)
    come = [each for each in STEPS if step_day(due_on, each) <= today]
    assert step is None or step == come[-1]
    if come and step_day(due_on, come[-1]) == today:
        assert step == come[-1]


@given(st.datetimes(datetime(2024, 1, 1), datetime(2039, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # it adds the zone
def test_what_has_to_wait_waits_for_nine_of_a_working_day(moment: datetime) -> None:
    opens = opens_next(moment)
    assert opens > moment
    assert in_hours(opens)
    assert not in_hours(opens - timedelta(seconds=1))
    assert opens.astimezone(LONDON).time() == time(9)


# the ledger


def reminded(play: Play) -> set[str]:
    """Whom the next sweep reminds."""
    with play.reading() as session:
        before = set(session.scalars(select(Message.id).where(Message.kind == MessageKind.REMINDER)))
    take_up(play.sessions)
    with play.reading() as session:
        rows = select(Person.user_id).join(Message, Message.person_id == Person.id)
        return set(session.scalars(rows.where(Message.kind == MessageKind.REMINDER, Message.id.not_in(before))))


def opened(play: Play) -> None:
    play.move_clock(at(OPENED, NOON))
    play.load()
    take_up(play.sessions)


def answer_all(play: Play, agency: str) -> None:
    """The agency has answered every return."""
    with play.sessions.begin() as session:
        board = board_rules.board(session, session.scalars(select(Cycle.id)).one())
        ids = [line.return_id for case in board.cases for line in case.lines if line.agency == agency]
        session.execute(update(Return).where(Return.id.in_(ids)).values(state=ReturnState.NIL))


def test_each_step_reminds_who_has_not_answered_and_the_deputy_from_two_days_before(play: Play) -> None:
    opened(play)
    assert reminded(play) == set()  # at opening there is the request
    play.move_clock(march(11, time(8, 59)))
    assert reminded(play) == set()
    play.move_clock(march(11, time(9)))
    assert reminded(play) == LEADS
    play.move_clock(march(11, time(16)))
    assert reminded(play) == set()
    answer_all(play, "Police")
    play.move_clock(march(16))
    assert reminded(play) == LEADS - {"U0POLICE"} | {DEPUTY}
    answer_all(play, "Education")
    for day in (18, 20, 24):
        play.move_clock(march(day))
        assert reminded(play) == LEADS - {"U0POLICE", "U0EDUEAST", "U0EDUNORTH", "U0EDUCENTRAL"}, day
    play.move_clock(march(26, time(9)))
    assert "U0CSC" in reminded(play)
    play.move_clock(march(30))  # the meetings have begun, and no step is left
    assert reminded(play) == set()
    take_up(play.sessions)
    with play.reading() as session:
        keys = session.scalars(select(Message.key).where(Message.kind == MessageKind.REMINDER)).all()
    assert len(keys) == len(set(keys))


def test_after_an_outage_the_newest_step_comes_once_and_not_at_night(play: Play) -> None:
    opened(play)
    play.move_clock(march(16, time(17)))  # nobody was there on the 11th, nor on the 16th until it was over
    assert reminded(play) == set()
    play.move_clock(march(17, time(9)))
    assert reminded(play) == LEADS | {DEPUTY}
    assert reminded(play) == set()
    play.move_clock(march(11))  # a clock that was set right
    assert reminded(play) == set()
    play.move_clock(march(31))  # an outage over everything that was left
    assert reminded(play) == set()


def test_a_moved_deadline_gives_fresh_steps_and_nobody_is_reminded_twice_a_day(play: Play) -> None:
    opened(play)
    play.move_clock(march(16))
    assert reminded(play) == LEADS | {DEPUTY}
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(due_on=date(2026, 3, 23)))  # its step 5 days before is today
    assert reminded(play) == set()
    play.move_clock(march(17))
    assert reminded(play) == set()
    play.move_clock(march(19))
    assert reminded(play) == LEADS | {DEPUTY}


def test_what_lay_before_the_opening_is_not_made_up_for_and_a_cancelled_cycle_is_silent(play: Play) -> None:
    opened(play)
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(due_on=date(2026, 3, 11)))  # opened on the day of its first step
    play.move_clock(at(OPENED, time(16)))
    assert reminded(play) == set()
    play.move_clock(march(9))
    assert reminded(play) == LEADS | {DEPUTY}
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(state=CycleState.CANCELLED))
    play.move_clock(march(11))
    assert reminded(play) == set()


def test_nobody_is_reminded_of_what_is_not_asked_any_more_and_deputies_lead_where_nobody_does(play: Play) -> None:
    opened(play)
    with play.sessions.begin() as session:
        board = board_rules.board(session, session.scalars(select(Cycle.id)).one())
        lines = [line for case in board.cases for line in case.lines]
        ids = {name: [line.return_id for line in lines if line.agency == name] for name in ("Police", "SEND", "CCGs")}
        by = session.scalars(select(Person.id).where(Person.user_id == "U0POLICE")).one()
        for each in ids["Police"]:  # each asks not to be answered
            session.add(Decline(return_id=each, reason=b"sealed", asked_by_id=by, asked_at=march(4)))
        session.execute(update(Return).where(Return.id.in_(ids["SEND"])).values(locked_at=march(4)))
        withdrawn = select(Return.involvement_id).where(Return.id.in_(ids["CCGs"]))
        session.execute(update(Involvement).where(Involvement.id.in_(withdrawn)).values(withdrawn_at=march(4)))
        lead = select(Person.id).where(Person.user_id == "U0EDUEAST").scalar_subquery()
        session.execute(update(Role).where(Role.person_id == lead).values(until=march(4)))
    play.move_clock(march(11))
    assert reminded(play) == LEADS - {"U0POLICE", "U0SEND", "U0CCG", "U0EDUEAST"} | {DEPUTY}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_fault_18_wherever_the_clock_goes_nobody_is_reminded_twice_of_a_step_nor_out_of_hours(play: Play) -> None:
    opened(play)
    moments = st.lists(
        st.datetimes(datetime(2026, 3, 9), datetime(2026, 4, 3), timezones=st.just(LONDON)),  # noqa: DTZ001  # it adds the zone
        min_size=1,
        max_size=8,
    )
    seen: Counter[object] = Counter()

    @hypothesis(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(moments)
    def moved(clock: list[datetime]) -> None:
        for moment in clock:
            play.move_clock(moment)
            with play.reading() as session:
                due = reminders.due(session)
            assert not due or in_hours(moment)
            take_up(play.sessions)
            seen.update(each.key for each in due)
            seen.update((each.person_id, each.subject_id) for each in due)  # one a day
            with play.reading() as session:
                assert reminders.due(session) == ()

    moved()
    assert seen
    assert set(seen.values()) == {1}


# through the door


def test_a_reminder_is_read_snoozed_and_brought_up_to_date(play: Play) -> None:
    opened(play)
    deliver_due(play)
    play.move_clock(march(11, time(9, 5)))
    deliver_due(play)
    lead = play.person("U0EDUEAST")
    message = lead.messages(lead.dm)[-1]
    assert "5 returns still to send, by Wed 18 Mar, 5 pm (5 working days left)" in str(message["text"])
    assert "Open return" in json.dumps(message)

    assert play.send_return("U0EDUEAST", "T2-EAST-03").ok
    play.close_modal("U0EDUEAST")
    deliver_due(play)
    count = len(lead.messages(lead.dm))
    assert "4 returns still to send" in str(lead.messages(lead.dm)[-1]["text"])

    assert lead.click(lead.dm, str(message["ts"]), "snooze.choose").ok
    modal = lead.modal()
    assert modal
    lead.fill(modal.id, {"until": "2026-03-18"})
    assert "Choose a day before the deadline" in lead.submit(modal.id).body
    lead.fill(modal.id, {"until": "2026-03-15"})
    assert "not a working day" in lead.submit(modal.id).body
    lead.fill(modal.id, {"until": "2026-03-17"})
    assert lead.submit(modal.id).ok
    assert "You will be reminded on Tue 17 Mar" in play.modal_text("U0EDUEAST")
    play.close_modal("U0EDUEAST")

    play.move_clock(march(16))
    assert "U0EDUEAST" not in reminded(play)
    assert "You asked not to be reminded before Tue 17 Mar" in _newest(play, "U0EDUEAST", count)
    play.move_clock(march(17, time(9)))
    deliver_due(play)
    assert len(lead.messages(lead.dm)) == count + 1
    play.move_clock(march(18))
    assert "U0EDUEAST" in reminded(play)
    assert [entry.detail for entry in entries(play.sessions, "reminder.snooze")] == ["until 2026-03-17"]


def _newest(play: Play, user_id: str, count: int) -> str:
    deliver_due(play)
    person = play.person(user_id)
    found = person.messages(person.dm)
    assert len(found) == count
    return json.dumps(found[-1])


def test_what_is_answered_before_its_delivery_is_not_asked_for_and_nobody_is_disturbed_at_night(play: Play) -> None:
    opened(play)
    deliver_due(play)
    play.move_clock(march(11, time(16, 59)))
    assert "U0POLICE" in reminded(play)
    answer_all(play, "Police")
    play.move_clock(march(11, time(17)))
    deliver_due(play)
    lead = play.person("U0SEND")
    assert len(lead.messages(lead.dm)) == 1  # the request
    with play.sessions.begin() as session:
        session.execute(update(Message).values(next_try_at=datetime(2020, 1, 1, tzinfo=UTC)))
    play.move_clock(march(12, time(9)))
    deliver_due(play)
    assert len(lead.messages(lead.dm)) == 2
    police = play.person("U0POLICE")
    assert len(police.messages(police.dm)) == 1
    assert told(play, MessageKind.REMINDER) == LEADS

    play.move_clock(march(16, time(16, 59)))
    assert "U0SEND" in reminded(play)
    play.move_clock(march(18, time(9)))  # Slack was away over the end of the 16th and all of the 17th
    deliver_due(play)
    assert len(lead.messages(lead.dm)) == 3  # the newest only
