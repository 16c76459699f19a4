"""Who raised an immediate action sees how it goes: each step once, and nobody else."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from sandbox.slack.shapes import Obj
from storage.clock import now, wall
from storage.cycles import Cycle, CycleState
from storage.messages import Message, MessageKind
from storage.people import Person, Role, RoleKind
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, DEPUTY, LEAD
from tests.returns.test_immediate import ASKED, CANARY, WEDNESDAY, Desk, press, send

CASE = "T2-EAST-03"


@pytest.fixture
def raised(play: Play) -> Play:
    """Education's lead in East has raised an immediate action."""
    play.start_from(_raised)
    return play


def _raised(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    deliver_due(play)
    assert play.send_return(LEAD, CASE, **ASKED).ok


def told(play: Play, user: str = LEAD) -> list[Obj]:
    """The messages in somebody's DM about what they raised, once everything is delivered."""
    deliver_due(play)
    who = play.person(user)
    return [message for message in who.messages(who.dm) if "Your immediate action" in str(message["text"])]


def acknowledge(play: Play, note: str = "") -> None:
    press(play, COORDINATOR, "immediate.show")
    assert "acknowledged" in send(play, COORDINATOR, dealing="Duty manager", note=note)
    play.close_modal(COORDINATOR)


def close(play: Play) -> None:
    press(play, COORDINATOR, "immediate.close")
    assert "is closed" in send(play, COORDINATOR, done=f"{CANARY} A visit was made.")
    play.close_modal(COORDINATOR)


def seen(play: Play, user: str = LEAD) -> tuple[str, str]:
    """What Home and the form say."""
    assert play.open_return(user, CASE).ok
    form = play.modal_text(user)
    play.person(user).close(play.modal(user).id, whole_stack=True)
    home = play.person(user).home()
    assert home
    return json.dumps(home.content, ensure_ascii=False), form


def test_it_stays_on_home_when_its_return_cannot_be_changed_any_more(raised: Play) -> None:
    play = raised
    met = max(case.meeting_at for case in play.board().cases)
    deliver_due(play)
    play.move_clock(met)
    assert play.person(LEAD).open_home().ok
    assert "Nobody has acknowledged it yet." in json.dumps(play.person(LEAD).home(), default=vars)
    close(play)
    assert play.person(LEAD).open_home().ok
    assert "Immediate action" not in json.dumps(play.person(LEAD).home(), default=vars)


@pytest.mark.parametrize("state", [CycleState.RATIFIED, CycleState.CLOSED, CycleState.CANCELLED])
def test_it_stays_on_home_when_its_audit_is_over_until_it_is_closed(raised: Play, state: CycleState) -> None:
    play = raised
    deliver_due(play)
    with play.sessions.begin() as session:
        session.scalars(select(Cycle)).one().state = state
    for user, there in ((LEAD, True), (DEPUTY, True), ("U0POLICE", False)):
        assert play.person(user).open_home().ok
        home = json.dumps(play.person(user).home(), default=vars)
        assert ("Nobody has acknowledged it yet." in home) == there, user
        assert '"return.open"' not in home, "nothing more is asked"
    assert (home_of(play).count("T2-EAST-"), home_of(play).count(CASE)) == (1, 1)
    close(play)
    assert CASE not in home_of(play)


def home_of(play: Play, user: str = LEAD) -> str:
    assert play.person(user).open_home().ok
    return json.dumps(play.person(user).home(), default=vars)


def test_who_sends_it_is_told_what_happens_with_it(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    assert play.send_return(LEAD, CASE, **ASKED).ok
    assert "Return saved" in play.modal_text(LEAD)
    assert "Immediate action:* The coordinators have been told." in play.modal_text(LEAD)
    assert "Use your referral route first" in play.modal_text(LEAD)
    play.close_modal(LEAD)
    assert play.send_return(LEAD, CASE, immediate_action="no").ok
    assert "stays open until a coordinator closes it" in play.modal_text(LEAD)
    play.close_modal(LEAD)
    deliver_due(play)
    close(play)
    assert play.send_return(LEAD, CASE, immediate_action="no").ok
    assert "mmediate action" not in play.modal_text(LEAD)


@pytest.mark.both_databases
def test_each_step_is_told_once_and_stands_on_home_and_in_the_form(raised: Play) -> None:
    play = raised
    assert "A message follows once one of them has acknowledged it." in json.dumps(told(play))
    for text in (*seen(play), *seen(play, DEPUTY)):
        assert "The coordinators have been told. Nobody has acknowledged it yet." in text
    acknowledge(play)
    acknowledge(play, "A note more.")
    assert play.send_return(LEAD, CASE, **ASKED).ok, "the same again"
    acknowledge(play, "And another one.")
    for text in (json.dumps(told(play)[1:]), *seen(play)):
        assert "Acknowledged by Coordinator, Wed 4 Mar" in text
    assert play.send_return(LEAD, CASE, **(ASKED | {"immediate_what": "Two visits."})).ok
    for text in (json.dumps(told(play)[2:]), *seen(play)):
        assert "Changed after a coordinator had acknowledged it" in text
    acknowledge(play)
    assert len(told(play)) == 4
    close(play)
    messages = told(play)
    for text in (json.dumps(messages[4:]), *seen(play)):
        assert "Closed by Coordinator, Wed 4 Mar" in text
    steps = ["The coordinators have been told", "Acknowledged by", "Changed after", "Acknowledged by", "Closed by"]
    assert len(messages) == len(steps)
    assert all(step in json.dumps(each) for step, each in zip(steps, messages, strict=True)), (
        "each stays as it was sent"
    )
    assert not [each for each in messages if " yet" in json.dumps(each)], "so that it stays true"
    said = json.dumps([messages, *seen(play, DEPUTY)])
    assert "Duty manager" not in said, "what coordinators write stays with them"
    assert CANARY not in json.dumps(messages)
    assert {user for user in play.workspace.users if told(play, user)} == {LEAD}


def test_no_step_is_swallowed_where_the_clocks_of_two_hosts_differ(raised: Play) -> None:
    play = raised
    with play.sessions.begin() as session:  # as the host whose clock is ahead wrote it
        session.execute(update(Message).values(created_at=wall() + timedelta(minutes=10)))
    assert len(told(play)) == 1
    acknowledge(play)
    assert "Acknowledged by Coordinator" in json.dumps(told(play)[1:])
    close(play)
    assert "Closed by Coordinator" in json.dumps(told(play)[2:])


def test_whoever_owns_it_is_told_if_they_answer_for_the_agency(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    for owner in ("education deputy,  east", "Police lead"):
        assert play.send_return(LEAD, CASE, **(ASKED | {"immediate_owner": owner})).ok
    assert {user for user in play.workspace.users if told(play, user)} == {LEAD, DEPUTY}
    assert len(told(play)) == 1, "both were sent before anything was posted"


def test_who_no_longer_answers_for_the_agency_is_told_nothing_more(raised: Play) -> None:
    assert len(told(raised)) == 1
    with raised.sessions.begin() as session:
        person = select(Person.id).where(Person.user_id == LEAD).scalar_subquery()
        session.execute(update(Role).where(Role.person_id == person).values(until=now(session)))
    close(raised)
    [message] = told(raised)
    assert "Closed" not in json.dumps(message)


def test_a_coordinator_who_entered_it_has_the_coordinators_message_only(play: Play) -> None:
    play.move_clock(WEDNESDAY)
    play.load()
    desk = Desk(play)
    with play.sessions.begin() as session:
        lead = session.scalars(select(Person.id).where(Person.user_id == LEAD)).one()
        session.add(Role(person_id=lead, kind=RoleKind.COORDINATOR))
    desk.answer()
    with play.reading() as session:
        kinds = session.scalars(select(Message.kind).where(Message.person_id == lead)).all()
    assert MessageKind.IMMEDIATE in kinds
    assert MessageKind.IMMEDIATE_RAISED not in kinds
