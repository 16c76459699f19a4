"""The coordinator's nudge: who would get it, and that it goes out once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import select

from audit.chasing import nudge
from audit.delivery import ledger
from jobs.sweep import take_up
from storage.clock import now
from storage.cycles import Cycle
from storage.messages import Message, MessageKind
from storage.people import Person, Role
from tests.chasing.test_reminders import LEADS, answer_all, march, opened
from tests.faults.databases import waiting_for_locks
from tests.kit.forging import click, second_thought, send, submission
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import told
from tests.kit.pressing import acting, submitted
from tests.returns.test_covers import LEAD, WEDNESDAY, ask

COORDINATOR = "U0COORDIN"


def cycle_id(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Cycle.id)).one()


def preview(play: Play) -> str:
    assert send(play.workspace, click(COORDINATOR, "nudge.choose", cycle_id(play))).ok
    return play.modal_text(COORDINATOR)


def test_two_who_remind_at_once_remind_once(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    take_up(play.sessions)
    assert "people can be reminded" in preview(play)
    play.fill(COORDINATOR, who="fresh")
    who, url = acting(play, COORDINATOR), play.settings.database_url.get_secret_value()
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            assert nudge.send(session, who, cycle_id(play), "V0OTHER", "fresh") > 1
            sent = pool.submit(play.send, COORDINATOR)
            assert play.until(lambda: waiting_for_locks(url) == 1 or sent.done())
        assert "Nobody would get a reminder now" in sent.result().body
    assert len(entries(play.sessions, "reminder.nudge")) == 1


def test_who_reminds_as_the_worker_does_reminds_nobody_twice(play: Play) -> None:
    opened(play)
    play.move_clock(march(11))  # the first step's day
    who, url = acting(play, COORDINATOR), play.settings.database_url.get_secret_value()
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            assert nudge.send(session, who, cycle_id(play), "V0OTHER", "fresh") == len(LEADS) + 1, "a deputy, too"
            swept = pool.submit(take_up, play.sessions)
            assert play.until(lambda: waiting_for_locks(url) == 1 or swept.done())
        swept.result()
    with play.reading() as session:
        reminded = session.scalars(select(Message.person_id).where(Message.kind == MessageKind.REMINDER)).all()
    assert len(reminded) == len({*reminded})


def test_the_preview_names_who_gets_it_and_who_is_left_out_and_sends_once(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    take_up(play.sessions)
    answer_all(play, "Police")
    assert ask(play, LEAD, LEAD, person="U0EDUDEPUTY", last_day="2026-03-20")
    assert send(play.workspace, submission("U0CSC", "snooze.rest", cycle_id(play), {"until": "2026-03-10"})).ok
    with play.sessions.begin() as session:
        session.scalars(select(Role).join(Person).where(Person.user_id == "U0YOT")).one().until = now(session)

    shown = preview(play)
    assert "9 people can be reminded" in shown
    assert "Education deputy, East: 5 returns" in shown
    assert "Education lead, East: Education deputy, East covers until Fri 20 Mar" in shown
    assert "CSC lead: asked to be reminded on Tue 10 Mar" in shown
    assert "YOT (East)" in shown
    assert "Police" not in shown

    coordinator = play.person(COORDINATOR)
    modal = coordinator.modal()
    assert modal
    play.fill(COORDINATOR, who="fresh")
    sent = coordinator.submit(modal.id)
    assert sent.request
    assert "9 people get a reminder now" in play.modal_text(COORDINATOR)
    for _ in range(2):
        assert "9 people get a reminder now" in play.workspace.sender.resend(sent.request).body
    assert told(play, MessageKind.REMINDER) == LEADS - {"U0POLICE", "U0EDUEAST", "U0CSC", "U0YOT"} | {"U0EDUDEPUTY"}
    assert len([row for row in rows(play.sessions)["messages"] if "reminder" in row]) == 9
    assert [entry.detail for entry in entries(play.sessions, "reminder.nudge")] == ["9 people"]

    play.close_modal(COORDINATOR)
    assert "reminded today already" in preview(play)
    modal = coordinator.modal()
    assert modal
    play.fill(COORDINATOR, who="all")
    play.move_clock(WEDNESDAY.replace(hour=17))
    assert "the next can go on Thu 5 Mar, 9 am" in coordinator.submit(modal.id).body
    assert "the next can go on Thu 5 Mar, 9 am" in preview(play)
    play.move_clock(march(7))
    assert "the next can go on Mon 9 Mar, 9 am" in preview(play), "a Saturday"
    assert "comes by phone is entered under “Who hasn't answered”" in preview(play)
    assert len(entries(play.sessions, "reminder.nudge")) == 1


def test_who_thinks_better_of_whom_to_remind_reminds_the_others_too_and_nobody_twice(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    with play.sessions.begin() as session:
        reminded = session.scalars(select(Person.id).where(Person.user_id.in_(LEADS - {"U0POLICE"})))
        for person_id in reminded:
            ledger.insert(
                session, MessageKind.REMINDER, cycle_id(play), "2026-03-04", person_id=person_id, key=person_id
            )
    assert "1 reminder" not in preview(play)
    before = len(rows(play.sessions)["messages"])
    sent = submitted(play, COORDINATOR, who="fresh")
    assert "2 people get a reminder now" in sent.body, "the Police, and a deputy"
    assert f"{len(LEADS) + 1} people get a reminder now" in second_thought(play.workspace, sent, who="all").body
    for whom in ("all", "fresh"):
        assert "people get a reminder now" in second_thought(play.workspace, sent, who=whom).body
    assert len(rows(play.sessions)["messages"]) == before + len(LEADS) + 1


def test_when_nothing_is_unanswered_nobody_can_be_reminded(play: Play) -> None:
    play.move_clock(march(30))  # opened, but long after the meetings
    play.load()
    play.move_clock(march(30) + timedelta(days=29))
    assert "Nobody would get a reminder now" in preview(play)
