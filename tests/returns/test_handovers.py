"""Handing a return to an auditor, and entering one for an agency, through signed requests on both databases."""

import pytest
from sqlalchemy import select

from sandbox.slack import Outcome
from storage.crypto import unseal
from storage.people import Person, Role
from storage.returns import ReturnVersion
from tests.kit.forging import TEAM, click, second_thought, send
from tests.kit.looking import entries, newest_entry, rows
from tests.kit.play import Play
from tests.screening.test_screen import answer

LEAD, COORDINATOR, AUDITOR, CASE = "U0EDUEAST", "U0COORDIN", "U0AUDITOR", "T2-EAST-03"


def shown(play: Play, user: str) -> str:
    """What stands in the inputs of the topmost modal."""
    modal = play.modal(user)
    return str(modal.values)


def wrong(play: Play, user: str) -> dict[str, str]:
    modal = play.modal(user)
    return modal.field_errors


def close_all(play: Play, user: str) -> None:
    modal = play.modal(user)
    play.person(user).close(modal.id, whole_stack=True)


def return_id(play: Play, agency: str = "Education") -> str:
    lines = [line for case in play.board().cases if case.reference == CASE for line in case.lines]
    return next(line.return_id for line in lines if line.agency == agency)


def opened(play: Play, user: str, record_id: str) -> Outcome:
    """Press "Open return", wherever the button may stand."""
    return send(play.workspace, click(user, "return.open", record_id))


def last_message(play: Play, user: str) -> dict[str, object]:
    who = play.person(user)
    found: dict[str, object] = who.messages(who.dm)[-1]
    return found


def open_from_message(play: Play, user: str) -> Outcome:
    """Press the button of the newest message."""
    who, message = play.person(user), last_message(play, user)
    return who.click(who.dm, str(message["ts"]), "return.open")


def hand_over(play: Play, user_id: str, **more: object) -> Outcome:
    assert play.open_return(LEAD, CASE).ok
    assert play.press_in_modal(LEAD, "handover.choose").ok
    play.fill(LEAD, person=user_id, **more)
    sent = play.send(LEAD)
    assert sent.ok
    return sent


def _ready_twice(play: Play) -> None:
    """Say that it is ready for sign-off; the same form sent again changes nothing."""
    ready = play.send(AUDITOR)
    assert "It is not sent yet" in play.modal_text(AUDITOR)
    assert ready.request
    stands, entry = rows(play.sessions), newest_entry(play.sessions)
    assert "It is not sent yet" in play.workspace.sender.resend(ready.request).body
    assert (rows(play.sessions), newest_entry(play.sessions)) == (stands, entry)


@pytest.mark.both_databases
def test_an_auditor_writes_and_the_lead_signs_it_off(play: Play) -> None:
    play.load()
    guest = play.workspace.add_user(id=AUDITOR, team_id=TEAM, name="auditor", real_name="Somebody")
    guest.is_restricted = True
    hand_over(play, "U0POLICE")
    assert wrong(play, LEAD) == {"person": "Police lead answers for another agency. Choose somebody of yours."}
    play.fill(LEAD, person=AUDITOR)
    play.send(LEAD)
    assert "This person is new here" in wrong(play, LEAD)["label"]
    play.fill(LEAD, label="Auditor, Education")
    assert play.send(LEAD).ok
    said = "“Who writes it?”: This person is a guest in this workspace, and no member of it. Is that the right person?"
    assert said in play.modal_text(LEAD)
    answer(play, LEAD)
    assert play.send(LEAD).ok
    assert "Auditor, Education is asked to write" in play.modal_text(LEAD)
    close_all(play, LEAD)
    play.work_while_waiting()
    play.settled()
    assert "asks you to write this return" in str(last_message(play, AUDITOR))
    assert open_from_message(play, AUDITOR).ok
    for verb in ("return.nil", "decline.ask", "return.withdraw", "handover.choose", "handover.end"):
        assert verb not in play.modal_text(AUDITOR)
    play.fill(AUDITOR, went_well="The auditor's words.")
    play.press_in_modal(AUDITOR, "draft.save")
    play.send(AUDITOR)
    assert "Please complete" in str(wrong(play, AUDITOR))
    play.fill(AUDITOR, grade="good", why="So.")
    _ready_twice(play)
    assert rows(play.sessions)["return_versions"] == []
    play.settled()
    assert "Auditor, Education has written it." in str(last_message(play, LEAD))
    assert "The auditor's words." not in str(play.person(LEAD).messages(play.person(LEAD).dm))
    assert open_from_message(play, LEAD).ok
    assert "says that it is ready for sign-off" in play.modal_text(LEAD)
    assert "The auditor's words." in shown(play, LEAD)
    play.fill(LEAD, why="So it was.")
    assert play.press_in_modal(LEAD, "draft.save").ok
    assert play.send(LEAD).ok
    assert "Written by Auditor, Education, signed off by you." in play.modal_text(LEAD)
    play.settled()
    assert "It has been sent. Thank you." in str(last_message(play, AUDITOR))
    close_all(play, AUDITOR)
    assert opened(play, AUDITOR, return_id(play)).ok
    assert "others answer for it" in play.modal_text(AUDITOR)
    line = next(line for case in play.board().cases for line in case.lines if line.answers)
    assert line.answers
    assert (line.submitted_by, line.answers.written_by) == ("Education lead, East", "Auditor, Education")
    assert not [row for row in rows(play.sessions)["drafts"] if any(isinstance(part, bytes) for part in row)]
    assert [len(entries(play.sessions, f"handover.{verb}")) for verb in ("give", "ready", "end")] == [1, 1, 0]


def test_a_return_is_taken_back_from_its_auditor(play: Play) -> None:
    play.load()
    play.workspace.add_user(id=AUDITOR, team_id=TEAM, name="auditor", real_name="Somebody")
    sent = hand_over(play, AUDITOR, label="Auditor, Education")
    assert "isn't used" not in play.modal_text(LEAD)
    again = second_thought(play.workspace, sent, label="Auditor, schools").body
    assert "They are known here as Auditor, Education: the role that you typed isn't used." in again
    with play.reading() as session:
        assert session.scalars(select(Role.kind).join(Person).where(Person.user_id == AUDITOR)).all() == ["auditor"]
    auditor = play.person(AUDITOR)
    assert auditor.open_home().ok
    play.open_return(LEAD, CASE)
    assert "With Auditor, Education" in play.modal_text(LEAD)
    opened(play, AUDITOR, return_id(play))
    play.fill(AUDITOR, went_well="Half of it.")
    play.press_in_modal(AUDITOR, "draft.save")
    assert play.press_in_modal(LEAD, "handover.end").ok
    assert "is yours again" in play.modal_text(LEAD)
    assert "others answer for it" in play.send(AUDITOR).body + play.press_in_modal(AUDITOR, "draft.save").body + (
        play.modal_text(AUDITOR)
    )
    close_all(play, LEAD)
    play.open_return(LEAD, CASE)
    assert "Auditor, Education has a draft" in play.modal_text(LEAD)


def test_a_coordinator_enters_a_return_for_an_agency(play: Play) -> None:
    play.load()
    assert opened(play, COORDINATOR, return_id(play, "Probation")).ok
    assert "You are entering this return for Probation." in play.modal_text(COORDINATOR)
    for verb in ("return.nil", "decline.ask", "handover.choose"):
        assert verb not in play.modal_text(COORDINATOR)
    play.fill(COORDINATOR, went_well="As told.", grade="good", why="So.")
    play.press_in_modal(COORDINATOR, "draft.save")
    play.open_return("U0PROBAT", CASE)
    assert "has a draft" not in play.modal_text("U0PROBAT")  # what a coordinator drafts is theirs
    play.send(COORDINATOR)
    assert set(wrong(play, COORDINATOR)) == {"source", "given_by"}
    play.fill(COORDINATOR, source="phone", given_by="Call 07700 900123.")
    play.send(COORDINATOR)
    assert "phone number" in wrong(play, COORDINATOR)["given_by"]
    play.fill(COORDINATOR, given_by="Duty officer")
    assert play.send(COORDINATOR).ok
    with play.reading() as session:
        version = session.scalars(select(ReturnVersion)).one()
        assert (version.source, unseal(session, version, "given_by")) == ("phone", "Duty officer")
    assert len(entries(play.sessions, "return.submit_for")) == 1
    play.close_modal(COORDINATOR)
    play.press_in_audit(COORDINATOR, "summary.read", CASE)
    assert "Entered by a coordinator. By phone, given by: Duty officer" in play.modal_text(COORDINATOR)
    play.close_modal("U0PROBAT")
    assert play.person("U0PROBAT").open_home().ok
    assert "entered by a coordinator" in str(play.person("U0PROBAT").home())
