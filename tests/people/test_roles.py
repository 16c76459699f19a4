"""The form of roles, sent again with a second thought."""

import json
from urllib.parse import parse_qs

import pytest

from tests.journeys.test_older_forms import OTHER, two_coordinators, within
from tests.kit.looking import rows
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, submitted


@pytest.mark.both_databases
def test_roles_are_chosen_anew_by_the_same_form_unless_somebody_else_has_changed_them(play: Play) -> None:
    two_coordinators(play, opened=True)
    within(play, COORDINATOR, ("people.show", "all"), ("officers.edit", "officers.edit"))
    sent = submitted(play, COORDINATOR, members=["U0SUBGROUP", "U0OUTSIDER"])
    assert "Saved." in sent.body
    payload = json.loads(parse_qs(sent.request.body.decode())["payload"][0])  # type: ignore[union-attr]
    [members] = [each for each in payload["view"]["state"]["values"] if each.startswith("members")]

    def again(*people: str) -> str:
        payload["view"]["state"]["values"][members]["answer"]["selected_users"] = people
        return play.workspace.sender.interactive(payload).body

    assert "Roles were changed" not in again("U0SUBGROUP", "U0EDUNORTH"), "what it takes away is shown first"
    assert "Saved." in again("U0SUBGROUP", "U0OUTSIDER", "U0EDUNORTH")
    within(play, OTHER, ("people.show", "all"), ("officers.edit", "officers.edit"))
    assert submitted(play, OTHER, scrutineers=["U0SCRUTINY", "U0EDUNORTH"]).ok
    stands = rows(play.sessions)
    assert "Roles were changed" in again("U0SUBGROUP", "U0OUTSIDER", "U0YOT")
    assert rows(play.sessions) == stands
