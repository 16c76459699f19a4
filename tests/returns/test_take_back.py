"""Taking a return back, and sending it again."""

from storage.cases import Case
from storage.clock import now
from tests.kit.forging import second_thought
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import COORDINATOR, DEPUTY, LEAD, asked, line, pressed, return_of, submitted

CANARY = "CANARY: sent for the wrong case."


def test_a_return_is_taken_back_and_sent_again(play: Play) -> None:
    play.load()
    assert play.send_return(LEAD, "T2-EAST-03", went_well="The plan followed them.").ok
    play.close_modal(LEAD)
    assert play.open_return(LEAD, "T2-EAST-03").ok
    assert pressed(play, LEAD, "return.withdraw").ok
    assert "change_reason" not in str(play.modal(LEAD).content)  # nobody else has read it
    back = play.person(LEAD).submit(play.modal(LEAD).id)
    assert "Taken back" in play.modal_text(LEAD)
    assert back.request is not None
    assert play.workspace.sender.resend(back.request).body == back.body
    taken = line(play, "T2-EAST-03")
    assert (taken.result, taken.version, taken.answers, taken.submitted_by) == ("awaiting", 2, None, None)
    assert play.board().tally.by_agency["Education"].awaiting == 15
    play.close_modal(LEAD)
    assert asked(play, LEAD, "return.withdraw", return_of(play, "T2-EAST-03")).ok
    assert "nothing to take back" in play.modal_text(LEAD)
    play.close_modal(LEAD)

    assert play.open_return(LEAD, "T2-EAST-03").ok
    assert "The plan followed them." in str(play.modal(LEAD).values)
    assert submitted(play, LEAD, grade="inadequate", why="On reflection.").ok
    again = line(play, "T2-EAST-03")
    assert (again.result, again.version) == ("inadequate", 3)
    assert [entry.detail for entry in entries(play.sessions, "return.withdraw")] == ["T2-EAST-03 version 2"]


def test_once_others_have_read_it_a_reason_is_needed(play: Play) -> None:
    play.load()
    assert play.send_return(LEAD, "T2-EAST-03").ok
    play.close_modal(LEAD)
    with play.sessions.begin() as session:
        for case in session.query(Case):
            case.released_at = now(session)
    assert asked(play, LEAD, "return.withdraw", return_of(play, "T2-EAST-03")).ok
    form = play.modal(LEAD)
    submitted(play, LEAD, change_reason="Call 07700 900123")
    assert "phone number" in play.modal(LEAD).field_errors["change_reason"]
    play.person(LEAD).fill(form.id, {"change_reason": CANARY})

    assert play.open_return(DEPUTY, "T2-EAST-03").ok
    assert submitted(play, DEPUTY, grade="inadequate", why="On reflection.", change_reason="New facts.").ok
    before = rows(play.sessions)
    assert play.person(LEAD).submit(form.id).ok
    assert "was changed since you opened this, so nothing was done" in play.modal_text(LEAD)
    assert rows(play.sessions) == before
    play.close_modal(LEAD)
    play.close_modal(LEAD)

    assert asked(play, LEAD, "return.withdraw", return_of(play, "T2-EAST-03")).ok
    sent = submitted(play, LEAD, change_reason=CANARY)
    assert "Taken back" in second_thought(play.workspace, sent).body
    assert "what you changed since isn't in it" in second_thought(play.workspace, sent, change_reason="Another.").body
    assert line(play, "T2-EAST-03").result == "awaiting"
    deliver_due(play)
    assert CANARY not in str(play.workspace.calls)
    assert asked(play, COORDINATOR, "return.withdraw", return_of(play, "T2-EAST-03")).ok
    assert "its own people can take it back" in play.modal_text(COORDINATOR)
