"""Going from case to case at a meeting: in the order of its agenda, and past none that isn't ratified."""

from datetime import timedelta

from tests.kit.judging import case_of, discussed, judged
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, asked, pressed, submitted
from views.meeting.discussion import NEXT, PREVIOUS

EAST = [f"T2-EAST-0{n}" for n in range(1, 6)]
FEW = "Nobody answered, and it can't wait."


def offered(play: Play, user: str = COORDINATOR) -> dict[str, str]:
    """The buttons to the neighbours: action -> label."""
    blocks = play.modal(user).content["blocks"]
    assert isinstance(blocks, list)
    rows = [block["elements"] for block in blocks if block.get("block_id") == "neighbours"]
    return {each["action_id"]: each["text"]["text"] for row in rows for each in row}


def test_a_meeting_is_walked_through_case_by_case(play: Play) -> None:
    play.load()
    play.move_clock(case_of(play).meeting_at + timedelta(minutes=1))
    discussed(play, reference=EAST[0])
    for number, reference in enumerate(EAST, 1):
        text = play.modal_text(COORDINATOR)
        assert f"*Case {reference}*" in text
        assert f"Case *{number} of 5* on the agenda · {number - 1} of 5 cases of this meeting ratified." in text
        assert (PREVIOUS in offered(play)) is (number > 1)
        if number == 4:
            assert offered(play)[NEXT] == f"Next: {EAST[4]}"
            assert pressed(play, COORDINATOR, NEXT).ok
            assert pressed(play, COORDINATOR, PREVIOUS).ok
        assert judged(play, grade="good", why="It held.", exception=FEW).ok
        assert "Final: ratified" in play.modal_text(COORDINATOR)
        if number < 5:
            assert pressed(play, COORDINATOR, NEXT).ok
    assert NEXT not in offered(play), "every case of the meeting is ratified"
    read = [entry.detail for entry in entries(play.sessions, "case.discuss")]
    assert read == [*EAST[:4], EAST[4], EAST[3], EAST[4]], "each reading is recorded"


def test_after_the_last_comes_the_first_that_was_passed_over(play: Play) -> None:
    play.load()
    play.move_clock(case_of(play).meeting_at + timedelta(minutes=1))
    discussed(play, reference=EAST[4])
    assert offered(play)[NEXT] == f"Next: {EAST[0]}"
    assert asked(play, COORDINATOR, "case.judge", case_of(play, EAST[0]).id).ok
    assert submitted(play, COORDINATOR, grade="good", why="It held.", exception=FEW).ok
    play.close_modal(COORDINATOR)
    discussed(play, reference=EAST[4])
    assert offered(play)[NEXT] == f"Next: {EAST[1]}"


def test_the_word_that_it_is_ratified_leads_to_the_next_case(play: Play) -> None:
    """From Home there is no discussion under the form."""
    play.load()
    play.move_clock(case_of(play).meeting_at + timedelta(minutes=1))
    assert asked(play, COORDINATOR, "case.judge", case_of(play, EAST[0]).id).ok
    assert submitted(play, COORDINATOR, grade="good", why="It held.", exception=FEW).ok
    assert "1 of 5 cases of this meeting ratified." in play.modal_text(COORDINATOR)
    assert pressed(play, COORDINATOR, "case.discuss").ok
    assert f"*Case {EAST[1]}*" in play.modal_text(COORDINATOR)


def test_an_unreleased_case_is_listed_by_its_name_and_nothing_of_it_orders_the_agenda(play: Play) -> None:
    """For the chair, who isn't shown its grades in a list: the lowest grade doesn't come first."""
    play.load()
    assert play.send_return("U0POLICE", EAST[3], grade="inadequate").ok
    discussed(play, COORDINATOR, EAST[0])
    assert "Case *2 of 5*" in play.modal_text(COORDINATOR)
    discussed(play, "U0CHAIR", EAST[0])
    assert "Case *1 of 5*" in play.modal_text("U0CHAIR")
