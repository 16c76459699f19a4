"""In a cycle of one's own, others answer what nobody foresaw: what its tool must have, and what it offers."""

from sandbox import hands, meeting
from sandbox.cyclefile import Part
from storage.returns import Return, ReturnState
from tests.kit import graded, loaded
from tests.kit.play import Play
from tests.kit.pressing import return_of


def test_what_must_be_answered_is_made_up_on_every_page(play: Play) -> None:
    play.put(lambda session: loaded.collecting(session, loaded.PUBLISHED))
    lead = play.person("U0POLICE")
    hands.begin(lead)
    hands.press(lead, "return.open", "*T2-EAST-01*")
    foreseen = {"planning": "brilliantly", "grade": "good", "why": "(Invented) As planned."}
    hands.send(lead, foreseen, invent=True)
    assert lead.modal() is None
    with play.reading() as session:
        assert session.get_one(Return, return_of(play, "T2-EAST-01", "Police")).state == ReturnState.SUBMITTED


def test_what_a_board_s_own_sections_are_ratified_as_is_made_up(play: Play) -> None:
    play.put(graded.collecting)
    case = play.board().cases[0].reference
    judged = Part(case, "U0COORDIN", "U0COORDIN", {"grade": "good", "why": "(Invented) As agreed."})
    meeting.judge(play.person("U0COORDIN"), judged, play.board().now.date(), invent=True)
    [found] = [each.judgement for each in play.board().cases if each.reference == case]
    assert found
    assert {*found.sections} == {*graded.STANDARDS}
