"""Short functions for people's work on recommendations and actions."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from audit.actions.actions import ActionView
from audit.calendar import LONDON
from sandbox.slack import Outcome
from storage.actions import Action
from storage.cycles import Cycle, CycleState
from tests.kit.managing import agency_ids
from tests.kit.play import Play
from tests.kit.pressing import asked

COORDINATOR, MEMBER, LEAD, CHAIR = "U0COORDIN", "U0SUBGROUP", "U0POLICE", "U0CHAIR"
WHAT = "CANARY-51d0 Agree who tells the young person."
RECOMMENDED = "CANARY-77aa Every agency names one lead."


def met(play: Play) -> None:
    """The cycle at Wednesday noon, with its meetings under way."""
    play.move_clock(datetime(2026, 3, 4, 12, 0, tzinfo=LONDON))
    play.load()
    with play.sessions.begin() as session:
        session.execute(update(Cycle).values(state=CycleState.MEETING))


def cycle_id(play: Play) -> str:
    with play.reading() as session:
        return session.scalars(select(Cycle.id)).one()


def press(play: Play, user: str, action_id: str, about: str = "") -> str:
    """Press a button of the modal in front, in a block that contains `about`; returns the next modal's text."""
    blocks: list[dict[str, Any]] = play.modal(user).content["blocks"]  # type: ignore[assignment]
    named = [block for block in blocks if action_id in json.dumps(block) and about in json.dumps(block)]
    assert named, f"no {action_id} about {about} in {json.dumps(blocks)[:2000]}"
    assert play.person(user).act(play.modal(user).id, action_id, block_id=named[0].get("block_id")).ok
    return play.modal_text(user)


def send(play: Play, user: str, **answers: object) -> Outcome:
    """Fill in and submit the form in front; fields are named without the marks that the app adds."""
    form = play.modal(user)
    inputs = [str(block["block_id"]) for block in form.content["blocks"] if block["type"] == "input"]  # type: ignore[attr-defined]
    marks = {each.partition("__")[0]: each for each in inputs}
    play.person(user).fill(form.id, {marks[field]: answer for field, answer in answers.items()})
    return play.person(user).submit(form.id)


def refusal(play: Play, user: str, **answers: object) -> str:
    """As `send`; returns the form's errors, or else the body of the answer."""
    outcome = send(play, user, **answers)
    assert outcome.ok
    return " ".join(play.modal(user).field_errors.values()) or outcome.body


def recommend(play: Play, user: str = MEMBER, text: str = RECOMMENDED, **answers: object) -> Outcome:
    """Make a recommendation, from the list."""
    assert asked(play, user, "recommendations.show", cycle_id(play)).ok
    press(play, user, "recommendation.new")
    return send(play, user, text=text, **answers)


def act(play: Play, user: str = MEMBER, due: str = "2026-03-25", **answers: object) -> Outcome:
    """Add an action of the police to a recommendation, from the list in front."""
    press(play, user, "action.new")
    (police,) = agency_ids(play, "Police")
    given = {"what": WHAT, "agency": police, "owner": "Detective chief inspector", "due": due} | answers
    return send(play, user, **given)


def stepping(play: Play, user: str, action_id: str) -> str:
    """Open an action and the form for its progress; returns the form's text."""
    assert asked(play, user, "action.show", action_id).ok
    return press(play, user, "action.step")


def step(play: Play, user: str, action_id: str, state: str, note: str = "", **answers: object) -> Outcome:
    """Record an action's progress."""
    stepping(play, user, action_id)
    return send(play, user, state=state, note=note or None, **answers)


def only(play: Play) -> ActionView:
    """The only action."""
    (found,) = play.board().actions
    return found


def action_ids(play: Play) -> list[str]:
    with play.reading() as session:
        return list(session.scalars(select(Action.id).order_by(Action.number)))


def dm(play: Play, user: str, start: str) -> list[str]:
    """The app's direct messages to a person whose text begins with `start`, as JSON."""
    who = play.person(user)
    found = [each for each in who.messages(who.dm) if str(each["text"]).startswith(start)]
    return [json.dumps(each, ensure_ascii=False) for each in found]
