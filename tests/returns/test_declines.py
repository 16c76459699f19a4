"""Asking not to answer: approved, not approved, and overtaken by an answer."""

import json

import pytest
from sqlalchemy import select

from audit.delivery import kept_promises
from audit.returns import decline
from storage.messages import Message, MessageKind
from storage.returns import Decline
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told
from tests.kit.pressing import COORDINATOR, DEPUTY, LEAD, asked, line, pressed, return_of, submitted

CANARY = "CANARY: the worker has left."


def decline_of(play: Play, reference: str) -> str:
    with play.reading() as session:
        wanted = select(Decline.id).where(Decline.return_id == return_of(play, reference)).order_by(Decline.asked_at)
        return session.scalars(wanted).all()[-1]


def messages(play: Play, user: str) -> str:
    person = play.person(user)
    return json.dumps(person.messages(person.dm), ensure_ascii=False)


def ask(play: Play, reference: str, reason: str = CANARY) -> None:
    assert play.open_return(LEAD, reference).ok
    assert pressed(play, LEAD, "decline.ask").ok
    sent = submitted(play, LEAD, reason=reason)
    assert sent.ok
    assert "A coordinator decides" in play.modal_text(LEAD)
    assert sent.request is not None
    assert play.workspace.sender.resend(sent.request).body == sent.body
    play.person(LEAD).close(play.modal(LEAD).id)
    assert play.person(LEAD).modal() is None  # the form under it, too


@pytest.mark.on_sqlite
def test_a_request_is_approved(play: Play) -> None:
    play.load()
    assert play.open_return(LEAD, "T2-EAST-03").ok
    assert pressed(play, LEAD, "decline.ask").ok
    submitted(play, LEAD, reason="Call 07700 900123")
    assert "phone number" in play.modal(LEAD).field_errors["reason"]
    play.person(LEAD).close(play.modal(LEAD).id, whole_stack=True)
    ask(play, "T2-EAST-03")
    deliver_due(play)
    assert told(play, MessageKind.DECLINE) == {COORDINATOR}
    assert "Education asks not to answer for T2-EAST-03" in messages(play, COORDINATOR)
    assert "Asked not to answer; a coordinator decides" in messages(play, LEAD)
    with play.reading() as session:
        assert [view.party.reference for view in decline.waiting(session)] == ["T2-EAST-03"]
    assert line(play, "T2-EAST-03").result == "awaiting"

    assert press_in_message(play, "decline.decide")
    assert CANARY in play.modal_text(COORDINATOR)
    assert len(entries(play.sessions, "decline.read")) == 1
    settled = submitted(play, COORDINATOR, decision="approve")
    assert "Approved by" in play.modal_text(COORDINATOR)
    assert settled.request is not None
    assert play.workspace.sender.resend(settled.request).body == settled.body
    assert (line(play, "T2-EAST-03").result, line(play, "T2-EAST-03").version) == ("declined", 1)
    assert play.board().tally.by_agency["Education"].declined == 1
    deliver_due(play)
    assert "Approved by" in messages(play, LEAD)
    assert messages(play, COORDINATOR).count("asks not to answer") == 2  # blocks and text of one message, in place
    assert "Approved by" in messages(play, COORDINATOR)
    assert CANARY not in messages(play, COORDINATOR) + messages(play, LEAD)
    with play.reading() as session:
        assert decline.waiting(session) == ()


def press_in_message(play: Play, action_id: str) -> bool:
    """Press a button of the coordinator's newest message."""
    coordinator = play.person(COORDINATOR)
    newest = next(each for each in reversed(coordinator.messages(coordinator.dm)) if action_id in json.dumps(each))
    return coordinator.click(coordinator.dm, str(newest["ts"]), action_id).ok


@pytest.mark.both_databases
def test_a_request_is_not_approved_and_another_is_overtaken(play: Play) -> None:
    play.load()
    ask(play, "T2-EAST-03")
    assert asked(play, COORDINATOR, "decline.decide", decline_of(play, "T2-EAST-03")).ok
    assert submitted(play, COORDINATOR, decision="refuse").ok
    assert "Not approved by" in play.modal_text(COORDINATOR)
    assert (line(play, "T2-EAST-03").result, line(play, "T2-EAST-03").version) == ("awaiting", 0)
    play.close_modal(COORDINATOR)

    ask(play, "T2-EAST-04")
    assert asked(play, COORDINATOR, "decline.decide", decline_of(play, "T2-EAST-04")).ok
    assert play.send_return(DEPUTY, "T2-EAST-04").ok
    before = rows(play.sessions)
    assert submitted(play, COORDINATOR, decision="approve").ok
    assert "nothing left to decide" in play.modal_text(COORDINATOR)
    assert rows(play.sessions) == before
    assert line(play, "T2-EAST-04").result == "good"

    with play.sessions.begin() as session:
        kept_promises.keep(session)
    deliver_due(play)
    assert "Not approved by" in messages(play, LEAD)
    assert "the return was changed by" in messages(play, COORDINATOR)
    with play.reading() as session:
        kinds = session.scalars(select(Message.person_id).where(Message.kind == MessageKind.DECLINE)).all()
    assert len(kinds) == 3  # two to the coordinator; one to the lead, about what was decided


def test_what_is_answered_or_asked_already_cant_be_asked(play: Play) -> None:
    play.load()
    ask(play, "T2-EAST-03")
    own = return_of(play, "T2-EAST-03")
    assert asked(play, DEPUTY, "decline.ask", own).ok
    assert "has asked not to answer for T2-EAST-03 already" in play.modal_text(DEPUTY)
    assert play.send_return(LEAD, "T2-EAST-04").ok
    play.close_modal(LEAD)
    assert asked(play, LEAD, "decline.ask", return_of(play, "T2-EAST-04")).ok
    assert "is answered already" in play.modal_text(LEAD)
    assert len(rows(play.sessions)["declines"]) == 1
