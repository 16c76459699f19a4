"""The sandbox's people get through a return as a person would, whatever their Slack shows late."""

import json

from audit.returns.answers import GRADE, REASON, WHY
from audit.scales import NOT_GRADED
from sandbox import hands
from sandbox.faults import Fault
from tests.kit.looking import rows
from tests.kit.play import Play

POLICE = "U0POLICE"


def test_what_a_form_asks_only_after_it_was_sent_is_answered_too(play: Play) -> None:
    """Not graded asks for a reason; where that couldn't be shown at once, the refusal of the form shows it."""
    play.load()
    police = play.person(POLICE)
    hands.begin(police)
    hands.press(police, "return.open", "*T2-EAST-01*")
    stale = json.dumps({"ok": False, "error": "hash_conflict"})
    play.workspace.faults.add(Fault(r"views\.update", times=1, status=200, body=stale))
    hands.send(police, {GRADE: NOT_GRADED, REASON: "other", WHY: "(Invented) Nothing was found."})
    assert police.modal() is None
    assert len(rows(play.sessions)["return_versions"]) == 1
