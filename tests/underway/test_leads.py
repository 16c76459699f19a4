"""Replacing a lead: the former one's access ends at once, the new one is asked."""

import pytest
from sqlalchemy import select

from storage.people import Person, Role
from tests.kit import managing
from tests.kit.looking import entries
from tests.kit.play import Play
from tests.underway.test_dates import begun


def role_of(play: Play, user_id: str) -> str:
    with play.reading() as session:
        return session.scalars(select(Role.id).join(Person).where(Person.user_id == user_id)).one()


@pytest.mark.on_sqlite
def test_a_lead_is_replaced_by_somebody_nobody_knew(play: Play) -> None:
    begun(play)
    play.workspace.add_user(id="U0NEWLEAD", team_id="T0SANDBOX1", name="new", real_name="Police lead from April")
    play.workspace.users["U0NEWLEAD"].is_restricted = True
    before = managing.requests(play)
    assert play.open_return("U0POLICE", "T2-EAST-03").ok

    managing.begin(play, "lead.choose")
    role = role_of(play, "U0POLICE")
    assert "lead there already" in managing.refusal(play, lead=role, person="U0POLICE")
    shown = managing.previewed(play, lead=role, person="U0NEWLEAD")
    assert "Police lead from April leads Police in place of Police lead" in shown
    assert "is registered and gets access" in shown
    assert "*Police lead from April* is a guest in this workspace" in shown
    assert "1 person gets a request, as a new message:* Police lead from April" in shown
    assert "1 person's request changed in place, without a new message:* Police lead" in shown
    with play.reading() as session:
        assert session.scalar(select(Person).where(Person.user_id == "U0NEWLEAD")) is None
    managing.agree(play)

    modal = play.modal("U0POLICE")
    play.person("U0POLICE").fill(modal.id, {"grade": "good", "why": "Written before the change."})
    assert "others answer for it" in play.person("U0POLICE").submit(modal.id).body
    after = managing.requests(play)
    assert len(after["U0NEWLEAD"]) == 1
    assert "15 of 15 returns still to send" in after["U0NEWLEAD"][0]
    assert len(after["U0POLICE"]) == len(before["U0POLICE"]) == 1
    assert "There is nothing for your agency to do" in after["U0POLICE"][0]
    assert play.send_return("U0NEWLEAD", "T2-EAST-03").ok
    assert len(entries(play.sessions, "lead.replace")) == 1


def test_a_lead_comes_back_and_is_not_asked_twice(play: Play) -> None:
    begun(play)
    before = managing.requests(play)
    managing.begin(play, "lead.choose")
    managing.previewed(play, lead=role_of(play, "U0EDUEAST"), person="U0EDUNORTH")
    managing.agree(play)
    assert "10 of 10" in managing.requests(play)["U0EDUNORTH"][0]
    with play.reading() as session:
        taken = select(Role.id).join(Person).where(Person.user_id == "U0EDUNORTH").order_by(Role.id.desc())
        role = session.scalars(taken).first()
    managing.begin(play, "lead.choose")
    shown = managing.previewed(play, lead=role, person="U0EDUEAST")
    assert "as a new message" not in shown
    managing.agree(play)
    after = managing.requests(play)
    assert {user: len(said) for user, said in after.items()} == {user: len(said) for user, said in before.items()}
    assert "T2-EAST-03" in after["U0EDUEAST"][0]
    assert "T2-EAST-03" not in after["U0EDUNORTH"][0]
    managing.begin(play, "lead.choose")
    bot = play.workspace.app.bot_user_id
    assert "person who has a Slack account" in managing.refusal(play, lead=role_of(play, "U0POLICE"), person=bot)
