"""Covers: somebody answers, and is reminded, in place of a lead until the end of a day."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from audit.calendar import LONDON
from audit.people.people import Profile
from audit.returns import cover
from jobs.sweep import take_up
from sandbox.slack.model import Team
from storage.messages import MessageKind
from storage.people import Person, Role, RoleKind
from tests.faults.databases import waiting_for_locks
from tests.kit.forging import TEAM, click, send
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told
from tests.kit.pressing import COORDINATOR, acting, submitted
from tests.screening.test_screen import answer, questions

WEDNESDAY = datetime(2026, 3, 4, 12, tzinfo=LONDON)
LEAD, STAND_IN = "U0EDUEAST", "U0OUTSIDER"


@pytest.fixture
def asked(play: Play) -> Play:
    """An open cycle whose leads have their requests."""
    play.start_from(_asked)
    return play


def _asked(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    deliver_due(play)


def person_id(play: Play, user_id: str) -> str:
    with play.reading() as session:
        return session.scalars(select(Person.id).where(Person.user_id == user_id)).one()


def ask(play: Play, by: str, covered: str, **answers: object) -> str:
    """Open the form for `covered`, fill it in and send it; what is answered."""
    assert send(play.workspace, click(by, "cover.choose", person_id(play, covered))).ok
    return submitted(play, by, **answers).body


def test_leads_may_name_the_same_new_person_at_once(play: Play) -> None:
    play.load()
    leads = ("U0EDUEAST", "U0CSC", "U0HEALTH", "U0POLICE", "U0PROBAT", "U0SEND", "U0YOT", "U0EARLY")
    today = str(play.settings.clock.now().date() + timedelta(days=7))
    for lead in leads:
        assert send(play.workspace, click(lead, "cover.choose", person_id(play, lead))).ok
        play.fill(lead, person=STAND_IN, label="Deputy of several", last_day=today)
    with ThreadPoolExecutor(len(leads)) as at_once:
        list(at_once.map(play.send, leads))
    for lead in leads:
        assert "Deputy of several covers for" in play.modal_text(lead)
    with play.reading() as session:
        assert len(session.scalars(select(Person).where(Person.user_id == STAND_IN)).all()) == 1


def test_of_two_who_name_somebody_at_once_one_is_told(play: Play) -> None:
    """The lead names somebody, and a coordinator somebody else: who is answered for by two would be read by both."""
    play.load()
    lead, who, week = person_id(play, LEAD), acting(play, LEAD), play.settings.clock.now().date() + timedelta(days=7)
    url = play.settings.database_url.get_secret_value()
    first = Profile(TEAM, STAND_IN, "Auditor")
    assert send(play.workspace, click(COORDINATOR, "cover.choose", lead)).ok
    play.fill(COORDINATOR, person="U0POLICE", last_day=str(week))
    with ThreadPoolExecutor(1) as pool:
        with play.sessions.begin() as session:
            cover.arrange(session, who, lead, first, "Education manager, East", str(week))
            sent = pool.submit(play.send, COORDINATOR)
            assert play.until(lambda: waiting_for_locks(url) == 1 or sent.done())
        said = "It was changed since you opened this: Education manager, East covers. Please open it again."
        assert said in sent.result().body
    with play.reading() as session:
        [standing] = cover.mine(session, who)
    assert standing.by == "Education manager, East"


@pytest.mark.on_sqlite
def test_somebody_new_covers_is_told_answers_and_is_reminded_until_it_ends(asked: Play) -> None:
    play = asked
    chosen = {"person": STAND_IN, "last_day": "2026-03-17"}
    assert "say what they are" in ask(play, LEAD, LEAD, **chosen)
    assert "e-mail address" in ask(play, LEAD, LEAD, **chosen, label="a.person@school.example")
    assert ask(play, LEAD, LEAD, **chosen, label="Education manager, East")
    assert "covers for Education lead, East" in play.modal_text(LEAD)
    deliver_due(play)
    stand_in = play.person(STAND_IN)
    (message,) = stand_in.messages(stand_in.dm)
    assert "You cover for Education lead, East until the end of Tue 17 Mar" in str(message["text"])
    assert play.send_return(STAND_IN, "T2-EAST-03").ok
    deliver_due(play)
    assert "4 of 5 returns still to send" in json.dumps(stand_in.messages(stand_in.dm)[0])

    play.move_clock(datetime(2026, 3, 11, 9, tzinfo=LONDON))
    take_up(play.sessions)
    assert STAND_IN in told(play, MessageKind.REMINDER)
    assert LEAD not in told(play, MessageKind.REMINDER)  # instead of, not beside

    play.move_clock(datetime(2026, 3, 18, 9, tzinfo=LONDON))  # the cover is over since midnight
    (message,) = stand_in.messages(stand_in.dm)
    assert stand_in.click(stand_in.dm, str(message["ts"]), "return.open").ok
    assert "others answer for it" in play.modal_text(STAND_IN)
    take_up(play.sessions)
    assert LEAD in told(play, MessageKind.REMINDER)
    assert len(entries(play.sessions, "cover.arrange")) == 1


def test_asked_twice_it_is_one_cover_asked_anew_it_replaces_and_ended_it_is_over(asked: Play) -> None:
    play = asked
    for _ in range(2):
        assert ask(play, LEAD, LEAD, person="U0EDUDEPUTY", last_day="2026-03-20")
    deliver_due(play)
    assert len(rows(play.sessions)["covers"]) == 1
    deputy = play.person("U0EDUDEPUTY")
    assert len(deputy.messages(deputy.dm)) == 1
    assert ask(play, "U0COORDIN", LEAD, person="U0CSC", last_day="2026-03-23")
    deliver_due(play)
    assert "You no longer cover" in str(deputy.messages(deputy.dm)[0]["text"])
    newest = max(str(row[0]) for row in rows(play.sessions)["covers"])
    for _ in range(2):
        assert send(play.workspace, click(LEAD, "cover.end", newest)).ok
    deliver_due(play)
    lead = play.person("U0CSC")
    assert "You no longer cover" in str(lead.messages(lead.dm)[-1]["text"])
    assert len(entries(play.sessions, "cover.end")) == 2


def test_a_cover_that_makes_no_sense_is_refused_in_words(asked: Play) -> None:
    play = asked
    for answers, words in (
        ({"person": LEAD, "last_day": "2026-03-20"}, "cover for themselves"),
        ({"person": "U0ROUNDTABLE", "last_day": "2026-03-20"}, "this is an app"),
        ({"person": "U0CSC", "last_day": "2026-03-03"}, "has passed"),
        ({"person": "U0CSC", "last_day": "2028-03-03"}, "within a year"),
    ):
        assert words in ask(play, LEAD, LEAD, **answers)
        play.close_modal(LEAD)
    assert send(play.workspace, click("U0COORDIN", "cover.choose", person_id(play, "U0CHAIR"))).ok
    assert "Only a lead or deputy can be covered" in play.modal_text("U0COORDIN")
    assert rows(play.sessions)["covers"] == []


def test_somebody_of_another_organisation_covers_once_it_is_said_that_they_are_meant(asked: Play) -> None:
    play, abroad = asked, "U0ABROAD"
    play.workspace.teams["T0PARTNER"] = Team("T0PARTNER", "Partner", "partner")
    play.workspace.add_user(id=abroad, team_id="T0PARTNER", name="abroad", real_name="Abroad")
    play.workspace.channels["C0AUDITEAST"].members.append(abroad)
    named = {"person": abroad, "last_day": "2026-03-20", "label": "Jane Sample, Education"}
    assert "is of another organisation. The app may not be able to write to them" in ask(play, LEAD, LEAD, **named)
    assert len(questions(play, LEAD)) == 2, "what may be a name is asked about at once"
    play.send(LEAD)
    assert "Nothing was saved. Tick this if that is the right person" in str(play.modal(LEAD).field_errors)
    assert rows(play.sessions)["covers"] == []
    answer(play, LEAD)
    assert play.send(LEAD).ok
    assert "Jane Sample, Education covers for" in play.modal_text(LEAD)
    play.close_modal(LEAD)
    with play.sessions.begin() as session:
        here = session.scalars(select(Person).where(Person.user_id == abroad)).one()
        session.add(Role(person_id=here.id, kind=RoleKind.SUB_GROUP_MEMBER))
    assert "covers for" in ask(play, LEAD, LEAD, person=abroad, last_day="2026-03-19"), "who takes part is known"


def test_who_covers_is_told_of_a_cycle_that_opens_meanwhile(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load(opened=False)
    assert ask(play, LEAD, LEAD, person="U0CSC", last_day="2026-03-20")
    take_up(play.sessions)
    assert told(play, MessageKind.COVER) == set()
    assert play.press_on_home("U0COORDIN", "cycle.open", "audit 2").ok
    take_up(play.sessions)
    assert told(play, MessageKind.COVER) == {"U0CSC"}
