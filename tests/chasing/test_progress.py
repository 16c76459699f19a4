"""Progress: its numbers are the tally's, and what it offers works."""

from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.access import Actor
from audit.chasing import progress
from audit.cycle import board
from audit.errors import Refused
from audit.returns import decline as decline_rules
from audit.returns import found_return, nil, submit, take_back, waiting
from audit.returns.answers import Answers
from storage.clock import now
from storage.people import Person, Role
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, LEAD, acting, asked, pressed, return_of

CHAIR = "U0CHAIR"
DOINGS = st.sampled_from(["send", "nil", "decline", "take back"])


class RolledBack(Exception):
    """Nothing of an example stays."""


def do(session: Session, whose: tuple[Actor, str], coordinator: Actor, doing: str, view_id: str) -> None:
    """Do it to somebody's return as it stands, if the rules let one."""
    who, return_id = whose
    newest = found_return.newest_id(session, found_return.find(session, return_id))
    try:
        if doing == "send":
            submit.submit(session, who, newest, view_id, Answers(grade="good", why="The plan was followed."))
        elif doing == "nil":
            nil.send(session, who, newest, view_id)
        elif doing == "take back":
            take_back.take_back(session, who, newest, view_id, "")
        else:
            decline = decline_rules.ask(session, who, return_id, f"No worker. {view_id}")
            decline_rules.settle(session, coordinator, decline.decline_id, view_id, approve=True)
    except Refused:
        return


def test_the_numbers_are_the_tallys_whatever_was_done(play: Play) -> None:
    play.load()
    lead, police, coordinator = acting(play, LEAD), acting(play, "U0POLICE"), acting(play, COORDINATOR)
    with play.reading() as session:
        ids = [(who, each.return_id) for who in (lead, police) for each in waiting.waiting(session, who)[:4]]
        cycle_id = cycle_facts.by_number(session, 2).id
    seen = set()

    def compare(session: Session) -> None:
        tally, found = board.board(session, cycle_id).tally, progress.overview(session, cycle_id)
        counts = {"": tally.self_grades, **tally.self_by_area, **tally.by_agency}
        shares = {each.label: (each.answered, each.all) for each in (found.whole, *found.by_area, *found.by_agency)}
        assert shares == {label: (count.total - count.awaiting, count.total) for label, count in counts.items()}
        full = progress.progress(session, coordinator, cycle_id)
        assert (sum(item.answered for item in full.items), len(full.items)) == shares[""]
        assert full.overview == found
        seen.add(shares[""])

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.lists(st.tuples(st.sampled_from(ids), DOINGS), max_size=10))
    def compared(doings: list[tuple[tuple[Actor, str], str]]) -> None:
        with suppress(RolledBack), play.sessions.begin() as session:
            for number, (whose, doing) in enumerate(doings):
                do(session, whose, coordinator, doing, f"V{number}")
            compare(session)
            raise RolledBack

    compared()
    assert len(seen) > 1


def test_who_hasnt_answered_and_what_a_coordinator_can_do_about_it(play: Play) -> None:
    play.load()
    deliver_due(play)
    assert play.send_return(LEAD, "T2-EAST-03").ok
    with play.sessions.begin() as session:
        cycle_id = cycle_facts.by_number(session, 2).id
        police = select(Role).join(Person).where(Person.user_id == "U0POLICE")
        session.scalars(police).one().until = now(session)
    with play.reading() as session:
        found = progress.progress(session, acting(play, COORDINATOR), cycle_id)
    assert found.leaderless == (("Police", "Central"), ("Police", "East"), ("Police", "North"))
    east = next(item for item in found.items if item.return_id == return_of(play, "T2-EAST-01"))
    assert [(lead.label, lead.told_at is not None) for lead in east.leads] == [("Education lead, East", True)]

    assert asked(play, COORDINATOR, "progress.show", cycle_id).ok
    assert "1 of 150 returns answered" in play.modal_text(COORDINATOR)
    assert "Without a lead" in play.modal_text(COORDINATOR)
    assert pressed(play, COORDINATOR, "return.open").ok
    assert "You are entering this return for" in play.modal_text(COORDINATOR)
    play.close_modal(COORDINATOR)
    for _ in range(10):
        if '"history.show"' in play.modal_text(COORDINATOR):
            break
        assert pressed(play, COORDINATOR, "progress.page", "next").ok
    assert pressed(play, COORDINATOR, "history.show").ok
    assert "From Awaited to *Good*" in play.modal_text(COORDINATOR)

    assert asked(play, CHAIR, "progress.show", cycle_id).ok
    buttons = {"return.open", "history.show"}
    assert not [each for each in buttons if each in str(play.modal(CHAIR).content)]
    assert "T2-EAST-01" in play.modal_text(CHAIR)
