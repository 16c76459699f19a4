"""What ends by itself: drafts, of which their owners are told, people who are in nothing, old entries of the trail."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select, update

from audit import trail_check
from audit.calendar import at, first_working_day, is_working_day
from audit.retention import drafts, hold, people
from audit.returns import draft
from audit.returns.answers import Answers, kept_draft
from storage import chain
from storage.clock import now
from storage.cycles import Cycle
from storage.holds import Kept
from storage.messages import Message, MessageKind
from storage.people import Person, Role, RoleKind
from storage.retention import Purge
from storage.returns import Draft, Return, ReturnState
from storage.trail import TrailEntry
from tests.kit import canaries
from tests.kit.canaries import CANARY
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, LEAD, acting, return_of
from tests.kit.purging import later, over, purge, purged


def texts_left(play: Play) -> bool:
    with play.reading() as session:
        return CANARY in canaries.opened(session)


def told_of(play: Play, what: str) -> list[dict[str, object]]:
    who = play.person(COORDINATOR)
    return [each for each in who.messages(who.dm) if what in str(each)]


@pytest.mark.both_databases
def test_a_draft_ends_a_week_after_its_owner_was_told(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    play.load()
    return_id = return_of(play, "T2-EAST-01")
    with play.sessions.begin() as session:
        lead = acting(play, LEAD)
        draft.save(session, lead, return_id, "V0DRAFT", Answers(grade="good", why=CANARY), asked=("grade", "why"))
        session.get_one(Return, return_id).locked_at = now(session)
    later(play, timedelta(days=22))
    deliver_due(play, MessageKind.DRAFT_ENDS)
    with play.reading() as session:
        assert not session.scalars(select(Message).where(Message.kind == MessageKind.DRAFT_ENDS)).all()
    later(play, timedelta(days=20))
    purge(play)
    assert texts_left(play), "nobody was told yet"
    play.move_clock(play.settings.clock.now().replace(hour=11))
    while not is_working_day(play.settings.clock.now().date()):
        later(play, timedelta(days=1))
    for _ in range(2):
        deliver_due(play, MessageKind.DRAFT_ENDS)
    who = play.person(LEAD)
    [told] = [each for each in who.messages(who.dm) if "draft of yours will be removed" in str(each)]
    assert "T2-EAST-01" in str(told["blocks"])
    assert "T2-EAST-01" not in str(told["text"])
    purge(play)
    assert texts_left(play), "a week hasn't gone by"
    later(play, timedelta(days=8))
    play.move_clock(
        at(first_working_day(play.settings.clock.now().date().replace(day=1) + timedelta(days=32)), time(10))
    )
    for _ in range(2):
        deliver_due(play, MessageKind.RETENTION_DUE)
    [heard] = told_of(play, "Due to be removed")
    assert "draft" in str(heard["blocks"]), "its audit is still open, and no other is over"
    purge(play)
    assert "1 draft," in capsys.readouterr().out
    assert not texts_left(play)
    with play.reading() as session:
        assert session.get_one(Return, return_id).state == ReturnState.REQUESTED
        assert kept_draft(session, session.scalars(select(Draft)).one()).answers == Answers()
        assert not drafts.ended(session)[0]


@pytest.mark.both_databases
def test_who_is_in_nothing_any_more_is_forgotten_and_who_is_in_something_is_not(play: Play) -> None:
    over(play)
    with play.sessions.begin() as session:
        ended = now(session)
        session.execute(update(Role).where(Role.kind == RoleKind.AGENCY_LEAD).values(until=ended))
    later(play, timedelta(days=800))
    with play.reading() as session:
        assert people.gone(session) == (), "the audit's texts are there"
    with play.sessions.begin() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
        session.add(Purge(cycle_id=cycle_id, kind=Kept.TEXT, count=0, begun_at=ended, done_at=ended))
        hold.put(session, 2, "An inquiry asks for it.")
        assert people.gone(session) == (), "it is held"
        hold.lift(session, 2)
    purged(play)
    with play.reading() as session:
        gone = session.scalars(select(Person).where(Person.label == people.FORMER)).all()
        left = session.scalars(select(Person).where(Person.label != people.FORMER)).all()
        assert {each.user_id for each in left} >= {COORDINATOR}
        assert len(gone) > 1
        assert all(each.user_id.startswith("GONE") and not each.active for each in gone)
        assert not session.scalars(select(Role).where(Role.person_id.in_([each.id for each in gone]))).all()


@pytest.mark.both_databases
def test_old_entries_of_the_trail_are_emptied_through_its_door(play: Play) -> None:
    over(play)
    chain.seal(play.sessions)
    later(play, timedelta(days=2200))
    purge(play)
    chain.seal(play.sessions)
    with play.reading() as session:
        old = session.scalars(select(TrailEntry).where(TrailEntry.salt.is_(None))).all()
        assert old
        assert {(each.actor, each.person_id, each.detail) for each in old} == {("", None, "")}
        assert trail_check.check(session).wrong == []
    assert entries(play.sessions, "trail.forget")
