"""A coordinator's work with a cycle, by way of its menu."""

import json
from typing import Any

from sqlalchemy import select

from audit.underway import description_change
from sandbox.slack import Outcome
from storage.cases import Case
from storage.cycles import Cycle, CycleArea
from storage.messages import Message, MessageKind
from storage.people import Agency, Area
from tests.kit.play import Play
from tests.kit.posting import deliver_due
from tests.kit.pressing import acting

COORDINATOR = "U0COORDIN"
NOT_YET = "Nothing has changed yet"


def blocks(play: Play) -> list[dict[str, Any]]:
    """The blocks of the modal in front."""
    found: list[dict[str, Any]] = play.modal(COORDINATOR).content["blocks"]  # type: ignore[assignment]
    return found


def menu(play: Play) -> str:
    """Open the cycle's menu from Home, and return its text."""
    assert play.press_on_home(COORDINATOR, "cycle.manage", "Manage").ok
    return play.modal_text(COORDINATOR)


def menu_of_what_is_over(play: Play) -> str:
    """Open the menu of the audit that is over, and return its text."""
    assert play.press_on_home(COORDINATOR, "archive.open", "Look at it").ok
    return press(play, "cycle.manage")


def press(play: Play, action_id: str, about: str = "") -> str:
    """Press a button of the modal in front, in a block that contains `about`; returns the next modal's text."""
    named = [block for block in blocks(play) if action_id in json.dumps(block) and about in json.dumps(block)]
    assert named, f"no {action_id} about {about}"
    assert play.person(COORDINATOR).act(play.modal(COORDINATOR).id, action_id, block_id=named[0]["block_id"]).ok
    return play.modal_text(COORDINATOR)


def begin(play: Play, action_id: str, about: str = "") -> str:
    """Open a form from Home, by way of the menu."""
    menu(play)
    return press(play, action_id, about)


def enter(play: Play, **answers: object) -> Outcome:
    """Fill in and submit the form in front; fields are named without the marks that the app adds."""
    marks = {each.partition("__")[0]: each for each in play.modal(COORDINATOR).values}
    play.person(COORDINATOR).fill(
        play.modal(COORDINATOR).id, {marks[field]: answer for field, answer in answers.items()}
    )
    return play.person(COORDINATOR).submit(play.modal(COORDINATOR).id)


def previewed(play: Play, **answers: object) -> str:
    """Submit the form once, and return the preview of what would follow."""
    assert enter(play, **answers).ok
    said = play.modal_text(COORDINATOR)
    assert NOT_YET in said, said
    return said


def agree(play: Play) -> Outcome:
    """Submit the previewed form three times: the first counts, the others get the same answer."""
    first = play.person(COORDINATOR).submit(play.modal(COORDINATOR).id)
    assert first.ok
    assert first.request
    done = play.modal_text(COORDINATOR)
    assert "✅" in done, done
    for _ in range(2):
        answer = json.loads(play.workspace.sender.resend(first.request).body)
        assert answer["view"]["clear_on_close"], answer
    return first


def refusal(play: Play, **answers: object) -> str:
    """As `enter`; returns the errors at fields, or else the body of the answer."""
    outcome = enter(play, **answers)
    assert outcome.ok
    return " ".join(play.modal(COORDINATOR).field_errors.values()) or outcome.body


def described(play: Play, **typed: str) -> None:
    """Change the audit's description as the coordinator, after the preview."""
    with play.sessions.begin() as session:
        who, cycle_id = acting(play, COORDINATOR), cycle(play).id
        texts = description_change.open_form(session, who, cycle_id).before.model_dump() | typed
        shown = description_change.change(session, who, cycle_id, texts)
        assert description_change.change(session, who, cycle_id, texts, shown.mark).done


def case_id(play: Play, reference: str) -> str:
    with play.reading() as session:
        return session.scalars(select(Case.id).where(Case.reference == reference)).one()


def agency_ids(play: Play, *labels: str) -> list[str]:
    with play.reading() as session:
        found = dict(session.execute(select(Agency.label, Agency.id)).all())
    return [found[label] for label in labels]


def place_id(play: Play, area: str) -> str:
    with play.reading() as session:
        return session.scalars(select(CycleArea.id).join(Area).where(Area.label == area)).one()


def cycle(play: Play) -> Cycle:
    with play.reading() as session:
        return session.scalars(select(Cycle)).one()


def delivered(play: Play) -> None:
    """Do the worker's work until nothing is left: a channel gets one first message at a time."""
    for _ in range(12):
        deliver_due(play)
        waiting = play.status()
        if not (waiting.promises or waiting.messages_behind):
            return
    raise AssertionError(play.status())


def requests(play: Play) -> dict[str, list[str]]:
    """Deliver everything; then user id -> the app's direct messages to that person, as JSON."""
    delivered(play)
    return {
        user: [json.dumps(each, ensure_ascii=False) for each in play.person(user).messages(play.person(user).dm)]
        for user in play.workspace.users
    }


def posted(play: Play, channel: str) -> list[str]:
    """Deliver everything; then the app's messages in a channel, as JSON."""
    delivered(play)
    found = play.person(COORDINATOR).messages(channel)
    return [json.dumps(each, ensure_ascii=False) for each in found if each.get("bot_id")]


def ledger(play: Play, kind: MessageKind) -> int:
    """The number of messages of a kind, posted or not."""
    with play.reading() as session:
        return len(session.scalars(select(Message.id).where(Message.kind == kind)).all())
