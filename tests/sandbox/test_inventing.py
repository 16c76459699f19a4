"""In a cycle of one's own, others answer what nobody foresaw: what its tool must have, and what it offers."""

from sandbox import hands
from storage.returns import Return, ReturnState
from tests.kit import loaded
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
