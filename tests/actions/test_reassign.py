"""An action passed to somebody else: kept as a step, told to who gets it, and said to who had it."""

from datetime import datetime

import pytest

from audit.actions import actions, reassign
from audit.calendar import LONDON
from audit.errors import Refused
from storage.messages import MessageKind
from tests.kit import following_up
from tests.kit.following_up import COORDINATOR, LEAD, MEMBER, WHAT, only
from tests.kit.looking import entries, rows
from tests.kit.play import Play
from tests.kit.posting import deliver_due, told
from tests.kit.pressing import acting, asked

HEALTH = "U0HEALTH"
ROLES = ("Detective chief inspector", "Designated nurse")


def passing(play: Play, user: str) -> str:
    """Open the action, and the form that says who owns it from now on; what the form says."""
    assert asked(play, user, "action.show", only(play).id).ok
    return following_up.press(play, user, "action.owner")


@pytest.mark.both_databases
def test_it_is_passed_to_somebody_and_back(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    assert following_up.act(play).ok
    deliver_due(play)
    assert "An action that is yours" in following_up.dm(play, LEAD, "Action 1")[0]
    assert asked(play, LEAD, "action.show", only(play).id).ok
    assert "action.owner" not in play.modal_text(LEAD), "its owner doesn't pass it on"

    assert f"Owner now: {ROLES[0]}" in passing(play, MEMBER)
    assert "Say why the owner is changing" in following_up.refusal(play, MEMBER, owner=ROLES[1], note=" ")
    assert "phone number" in following_up.refusal(play, MEMBER, note="Ring 07700 900123.")
    assert "Nothing is changed" in following_up.refusal(
        play, MEMBER, owner=ROLES[0], note="CANARY-0b1e It is about health."
    )
    sent = following_up.send(play, MEMBER, owner=ROLES[1], person=HEALTH)
    assert sent.request
    shown = play.modal_text(MEMBER)
    assert "The owner is changed" in shown
    assert f"Owner from then on: {ROLES[1]}, before that {ROLES[0]}" in shown
    assert "CANARY-0b1e" in shown
    before = rows(play.sessions, but=frozenset())
    assert play.workspace.sender.resend(sent.request).ok
    assert rows(play.sessions, but=frozenset()) == before, "the same window changes nothing"
    assert "CANARY" not in str(before)
    (step,) = only(play).steps
    assert (step.owners, step.state, only(play).owner) == ((ROLES[0], ROLES[1]), "open", ROLES[1])
    assert told(play, MessageKind.ACTION) == {LEAD, HEALTH}
    deliver_due(play)
    (had,), (has,) = following_up.dm(play, LEAD, "Action 1"), following_up.dm(play, HEALTH, "Action 1")
    assert "Somebody else owns this action now" in had
    assert "Wed 25 Mar" not in had
    assert "An action that is yours" in has
    assert "CANARY" not in had + has
    play.move_clock(datetime(2026, 3, 11, 10, 0, tzinfo=LONDON))
    deliver_due(play)
    assert told(play, MessageKind.ACTION_DUE) == {HEALTH}
    assert asked(play, HEALTH, "action.show", only(play).id).ok
    assert WHAT in play.modal_text(HEALTH)

    assert "reminders go to" in passing(play, COORDINATOR)
    assert following_up.send(play, COORDINATOR, person=None, note="The police do it after all.").ok
    assert "in another person" in play.modal_text(COORDINATOR)
    deliver_due(play)
    assert "Somebody else owns this action now" in following_up.dm(play, HEALTH, "Action 1")[0]
    had, has = following_up.dm(play, LEAD, "Action 1")
    assert "A newer message here is about it" in had
    assert "An action that is yours" in has
    assert "You have nothing left to do here" in following_up.dm(play, HEALTH, "Your actions")[0]
    assert asked(play, HEALTH, "action.show", only(play).id).ok
    assert "others own it" in play.modal_text(HEALTH)
    steps = [entry.detail for entry in entries(play.sessions, "action.step")]
    assert [each.startswith("action 1 of recommendation 1: open from ") for each in steps] == [True, True]
    assert steps[0].split(" to ")[1] == steps[1].split(" from ")[1].split(" to ")[0], "the trail says from whom"


def test_somebody_was_quicker_and_who_passes_on_what_is_done_does_not_verify_it(play: Play) -> None:
    following_up.met(play)
    assert following_up.recommend(play).ok
    assert following_up.act(play).ok
    action_id = only(play).id
    passing(play, COORDINATOR)
    assert following_up.step(play, LEAD, action_id, "done", "It is published.").ok
    assert following_up.send(play, COORDINATOR, owner="Superintendent", note="Typed for nothing?").ok
    again = play.modal_text(COORDINATOR)
    assert "This action was updated, or its owner changed, since" in again
    assert "Superintendent" in again
    assert "Typed for nothing?" in again
    assert len(only(play).steps) == 1
    assert following_up.send(play, COORDINATOR).ok
    assert (only(play).owner, only(play).state) == ("Superintendent", "done")
    assert "You changed its owner after it was done" in following_up.stepping(play, COORDINATOR, action_id)
    assert following_up.step(play, MEMBER, action_id, "verified", "Seen.").ok
    assert "action.owner" not in play.modal_text(MEMBER), "it is closed"
    with pytest.raises(Refused, match="its owner can't change"), play.reading() as session:
        reassign.begin(session, acting(play, COORDINATOR), action_id)
    with play.reading() as session:
        assert [each.owners for each in actions.by_id(session, action_id).steps] == [
            None, (ROLES[0], "Superintendent"), None,
        ]  # fmt: skip
