"""What is owed on actions: reminders once a day and person, and the sub-group's digest once a month."""

import json
from datetime import date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from audit.actions import actions, reminders
from audit.calendar import LONDON, is_working_day, working_days_between
from storage.actions import Action, Recommendation
from storage.cases import Case
from storage.cycles import Cycle, CycleState
from storage.messages import Message, MessageKind
from storage.people import Agency, Person
from tests.chasing.test_reminders import DAYS
from tests.kit import following_up
from tests.kit.following_up import COORDINATOR, LEAD, WHAT
from tests.kit.judging import released
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told
from tests.kit.pressing import acting


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=LONDON)


def owes(play: Play, due_on: date, agency: str | None = "Police", person: str = "") -> str:
    """An action of a case, made now; its id."""
    who = acting(play, COORDINATOR)
    with play.sessions.begin() as session:
        case = session.scalars(select(Case).where(Case.reference == "T2-EAST-03")).one()
        row = Action(
            cycle_id=case.cycle_id,
            case_id=case.id,
            agency_id=session.scalar(select(Agency.id).where(Agency.label == agency)),
            owner_id=session.scalar(select(Person.id).where(Person.user_id == person)),
            due_on=due_on,
        )
        actions.make(session, who, row, WHAT, "Detective chief inspector")
        return row.id


def moved(play: Play, moment: datetime) -> None:
    play.move_clock(moment)
    deliver_due(play)


def test_reminders_list_everything_once_a_day_until_it_is_done(play: Play) -> None:
    following_up.met(play)  # Wednesday 4 March
    first, second = owes(play, date(2026, 3, 25)), owes(play, date(2026, 3, 27))
    deliver_due(play)
    moved(play, at(3, 10, 17))
    moved(play, at(3, 11, 8, 59))
    assert following_up.dm(play, LEAD, "Your actions") == [], "ten working days before, from 9 am on"
    moved(play, at(3, 11, 9, 5))
    moved(play, at(3, 11, 15))
    (message,) = following_up.dm(play, LEAD, "Your actions")
    assert "1 action to be done" in message
    moved(play, at(3, 13))
    assert len(following_up.dm(play, LEAD, "Your actions")) == 2, "the second one's turn"
    assert "2 actions to be done" in following_up.dm(play, LEAD, "Your actions")[-1]
    assert "CANARY" not in str(following_up.dm(play, LEAD, ""))
    moved(play, at(3, 26))  # nothing worked on Wednesday: one late, for both
    last = following_up.dm(play, LEAD, "Your actions")
    assert len(last) == 3
    assert "1 of them overdue" in last[-1]
    assert following_up.step(play, LEAD, first, "done", "Done.").ok
    assert following_up.step(play, LEAD, second, "done", "Done.").ok
    deliver_due(play)
    assert "You have nothing left to do here" in following_up.dm(play, LEAD, "Your actions")[-1], "in place"
    moved(play, at(4, 9))
    assert len(following_up.dm(play, LEAD, "Your actions")) == 3
    assert told(play, MessageKind.ACTION_DUE) == {LEAD}


def test_whom_an_action_reaches(play: Play) -> None:
    following_up.met(play)
    owes(play, date(2026, 3, 25), None)
    assert told(play, MessageKind.ACTION) == {COORDINATOR}, "nobody owns it in Slack, and no agency"
    owes(play, date(2026, 3, 25), "Police", "U0HEALTH")
    assert told(play, MessageKind.ACTION) == {COORDINATOR, "U0HEALTH"}, "the person named, and not the leads"
    with play.sessions.begin() as session:
        session.execute(update(Person).where(Person.user_id == "U0HEALTH").values(active=False))
    moved(play, at(3, 11))
    assert told(play, MessageKind.ACTION_DUE) == {COORDINATOR, LEAD}, "they have left: the leads"
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(state=CycleState.CANCELLED))
    moved(play, at(3, 23))
    assert len(following_up.dm(play, LEAD, "Your actions")) == 1, "what a cancelled audit asked for waits for nobody"


def test_the_digest_comes_once_a_month_and_says_numbers_only(play: Play) -> None:
    following_up.met(play)
    owes(play, date(2026, 3, 25))
    done = owes(play, date(2026, 3, 27), "Education")
    assert following_up.step(play, "U0EDUEAST", done, "done", "Done.").ok
    released(play)

    def digests() -> list[str]:
        member = play.person(COORDINATOR)
        found = [json.dumps(each, ensure_ascii=False) for each in member.messages("C0SUBGROUP")]
        return [each for each in found if "Actions, " in each]

    for moment in (at(3, 31), at(4, 1, 8, 59)):
        play.move_clock(moment)
        with play.reading() as session:
            assert reminders.digests_due(session) == ()
    for moment in (at(4, 1, 9), at(4, 1, 16), at(4, 8)):
        play.move_clock(moment)
        for _ in range(6):
            deliver_due(play)
    (april,) = digests()
    assert "Actions, April 2026: 2 actions not closed, 1 overdue" in april
    assert "Police: 1, 1 overdue" in april
    assert "Education: 1" in april
    first, second = (f"T2-EAST-03* (audit 2) · {agency}" for agency in ("Police", "Education"))
    assert april.index("overdue*") < april.index(first) < april.index(second)
    assert "CANARY" not in april
    assert "Detective" not in april, "a role is what somebody wrote"
    assert "recommendations.show" in april
    play.move_clock(at(5, 12))  # the first working day was the 1st: seven working days late is too late
    with play.reading() as session:
        assert reminders.digests_due(session) == ()
        play.move_clock(at(5, 11))
        assert len(reminders.digests_due(session)) == 1


def test_what_began_after_the_digest_s_day_waits_for_the_next_month(play: Play) -> None:
    following_up.met(play)
    released(play)
    play.move_clock(at(4, 1, 10))
    owes(play, date(2026, 6, 25))
    play.move_clock(at(4, 2))
    with play.reading() as session:
        assert reminders.digests_due(session) == ()
        play.move_clock(at(5, 1))
        assert len(reminders.digests_due(session)) == 1


def test_the_digest_says_nothing_of_a_case_before_its_release(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    owes(play, date(2026, 6, 25))
    play.move_clock(at(4, 1, 10))
    with play.reading() as session:
        assert reminders.digests_due(session) == ()
    with play.sessions.begin() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        recommended = session.scalars(select(Recommendation.id)).one()
        general = Action(cycle_id=cycle_id, recommendation_id=recommended, due_on=date(2026, 6, 26))
        actions.make(session, acting(play, COORDINATOR), general, WHAT, "Business manager")
        session.execute(update(Action).values(made_at=at(3, 5)))
        assert len(reminders.digests_due(session)) == 1
        due = Message(kind=MessageKind.ACTIONS_DIGEST, cycle_id=cycle_id, subject_id="2026-04", channel="C0SUBGROUP")
        told = reminders.digest(session, due)
        assert told
        assert [each.due_on for each in told.actions] == [date(2026, 6, 26)]
    released(play)
    with play.reading() as session:
        after = reminders.digest(session, due)
        assert after
        assert {each.due_on for each in after.actions} == {date(2026, 6, 25), date(2026, 6, 26)}


@given(DAYS, st.integers(0, 200), st.integers(-60, 90))
def test_a_turn_is_a_working_day_just_passed_and_after_the_action_was_made(
    due_on: date, before: int, after: int
) -> None:
    made_on, today = due_on - timedelta(days=before), due_on + timedelta(days=after)
    turn = reminders.turn(due_on, made_on, today)
    if turn is not None:
        assert is_working_day(turn)
        assert made_on < turn <= today
        assert working_days_between(turn, today) <= 2


@given(DAYS)
def test_twelve_reminders_at_most_each_day_once(due_on: date) -> None:
    days = [due_on + timedelta(days=day) for day in range(-30, 120)]
    turns = [turn for day in days if (turn := reminders.turn(due_on, date.min, day))]
    assert len(set(turns)) == len(reminders.STEPS) == 12
    assert turns == sorted(turns)
