"""Returns, through signed requests, on both databases."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from audit.retention import hold
from storage.returns import Draft, ReturnVersion
from storage.trail import TrailEntry
from tests.faults.databases import waiting_for_locks
from tests.kit.play import GRADED, Play


def versions(play: Play) -> int:
    with play.reading() as session:
        return session.scalar(select(func.count()).select_from(ReturnVersion)) or 0


def test_a_return_is_saved_and_the_person_sees_it(play: Play) -> None:
    play.load()
    sent = play.send_return("U0EDUEAST", "T2-EAST-03", went_well="The plan followed them.")
    assert sent.ok, sent
    assert "T2-EAST-03" in play.modal_text("U0EDUEAST")
    assert "ersion 1" in play.modal_text("U0EDUEAST")
    line = next(
        line
        for case in play.board().cases
        if case.reference == "T2-EAST-03"
        for line in case.lines
        if line.agency == "Education"
    )
    assert line.answers is not None
    assert (line.result, line.answers.sections["went_well"]) == ("good", "The plan followed them.")
    assert versions(play) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # on SQLite there is one writer at a time
def test_a_return_is_saved_while_somebody_changes_something_of_its_whole_audit(play: Play) -> None:
    play.load()
    url = play.settings.database_url.get_secret_value()
    assert play.open_return("U0EDUEAST", "T2-EAST-03").ok
    play.fill("U0EDUEAST", **GRADED)
    with ThreadPoolExecutor(1) as pool, play.sessions.begin() as session:
        hold.put(session, 2, "A complaint.")
        session.flush()
        sent = pool.submit(play.send, "U0EDUEAST")
        assert play.until(lambda: sent.done() or waiting_for_locks(url) > 0)
        assert sent.done(), "nothing that it needs is taken"
    assert sent.result().ok
    assert versions(play) == 1


def test_fault_04_the_same_submission_twice_makes_one_version(play: Play) -> None:
    play.load()
    sent = play.send_return("U0EDUEAST", "T2-EAST-03")
    assert sent.request is not None
    again = play.workspace.sender.resend(sent.request)
    assert (again.status, again.body) == (sent.status, sent.body)
    assert versions(play) == 1


def test_changing_a_return_keeps_both_versions(play: Play) -> None:
    play.load()
    play.send_return("U0EDUEAST", "T2-EAST-03")
    play.send_return("U0EDUEAST", "T2-EAST-03", grade="inadequate", why="On reflection.")
    assert versions(play) == 2
    assert play.board().tally.by_agency["Education"].grades["inadequate"] == 1


def test_fault_05_two_people_at_one_return_lose_nothing(play: Play) -> None:
    play.load()
    lead, deputy = play.person("U0EDUEAST"), play.person("U0EDUDEPUTY")
    assert play.open_return("U0EDUEAST", "T2-EAST-03").ok
    assert play.open_return("U0EDUDEPUTY", "T2-EAST-03").ok
    first, second = lead.modal(), deputy.modal()
    assert first
    assert second
    lead.fill(first.id, {"grade": "good", "why": "The lead's reason."})
    assert lead.submit(first.id).ok
    deputy.fill(second.id, {"grade": "inadequate", "why": "The deputy's reason."})
    assert deputy.submit(second.id).ok
    assert versions(play) == 1
    text = play.modal_text("U0EDUDEPUTY")
    assert "Education lead, East" in text
    shown = deputy.modal()
    assert shown
    assert "The deputy's reason." in str(shown.values)
    assert deputy.submit(shown.id).ok
    assert versions(play) == 2


def test_errors_stand_at_their_field_and_keep_the_text(play: Play) -> None:
    play.load()
    reason = "insufficient_information"
    play.send_return(
        "U0EDUEAST", "T2-EAST-03", grade="not_graded", not_graded_reason=reason, went_well="Call 07700 900123."
    )
    modal = play.modal("U0EDUEAST")
    assert "phone number" in modal.field_errors["went_well"]
    assert "07700" not in modal.field_errors["went_well"]
    assert "Call 07700 900123." in str(modal.values)
    assert versions(play) == 0


def test_another_area_is_refused_and_the_trail_says_so(play: Play) -> None:
    play.load()
    assert play.open_return("U0EDUEAST", "T2-EAST-03").ok
    modal = play.modal("U0EDUEAST")
    payload: dict[str, object] = {
        "type": "view_submission",
        "team": {"id": "T0SANDBOX1"},
        "user": {"id": "U0EDUNORTH", "team_id": "T0SANDBOX1"},
        "trigger_id": "1.2.3",
        "view": {
            "id": "V0FORGED", "type": "modal", "callback_id": "return.submit",
            "private_metadata": modal.content["private_metadata"],
            "state": {"values": {
                "grade": {"answer": {"type": "radio_buttons", "selected_option": {"value": "good"}}},
                "why": {"answer": {"type": "plain_text_input", "value": "Because."}},
            }},
        },
    }  # fmt: skip
    answer = play.workspace.sender.interactive(payload)
    assert "others answer for it" in answer.body
    assert versions(play) == 0
    with play.reading() as session:
        denied = session.scalars(select(TrailEntry).where(TrailEntry.verb == "denied")).one()
    assert (denied.actor, denied.detail) == ("T0SANDBOX1/U0EDUNORTH", "return.answer")


def test_somebody_unregistered_gets_a_sentence(play: Play) -> None:
    play.load()
    stranger = play.person("U0OUTSIDER")
    assert stranger.open_home().ok
    home = stranger.home()
    assert home
    assert "not registered" in str(home.content)
    assert "not registered" in stranger.command("/audit", "", "C0GENERAL").body


def test_closing_the_thanks_brings_home_up_to_date(play: Play) -> None:
    play.load()
    play.send_return("U0EDUEAST", "T2-EAST-03")
    lead = play.person("U0EDUEAST")
    home, thanks = lead.home(), lead.modal()
    assert home
    assert thanks
    assert "Change return" not in str(home.content)
    assert lead.close(thanks.id).ok
    home = lead.home()
    assert home
    assert "Change return" in str(home.content)


def test_closing_keeps_nothing_and_the_form_says_so_before(play: Play) -> None:
    play.load()
    assert play.open_return("U0EDUEAST", "T2-EAST-03").ok
    assert "*Cancel* loses anything that you typed" in play.modal_text("U0EDUEAST")
    play.fill("U0EDUEAST", went_well="Typed, and not kept.")
    play.close_modal("U0EDUEAST")
    with play.reading() as session:
        assert session.scalars(select(Draft.id)).all() == []
