"""Prompts in an audit channel, for people to whom the app can't write: returns wait; a button shows each their own."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.delivery import ledger
from audit.people.answering import audience, unanswered
from storage.cycles import Cycle, CycleArea
from storage.messages import Message, MessageKind, MessageState
from storage.people import Person

_ASKING = (MessageKind.REQUEST, MessageKind.REMINDER, MessageKind.COVER)
"""The kinds of direct message that ask somebody for returns."""


@dataclass(frozen=True)
class Prompt:
    """What a prompt says: the places (agency, area) with waiting returns whose people couldn't be told directly."""

    cycle_id: str
    cycle_name: str
    places: tuple[tuple[str, str], ...]


def refused(session: Session, message: Message) -> None:
    """React to a message that was set aside: if it asked for returns, prompt in the channels of the areas concerned."""
    if message.kind not in _ASKING or message.person_id is None:
        return
    for _, _, channel in _waiting(session, message.cycle_id):
        key = f"{MessageKind.PROMPT}:{message.cycle_id}:{channel}"
        ledger.insert(session, MessageKind.PROMPT, message.cycle_id, channel, channel=channel, key=key)
    prompts = [Message.kind == MessageKind.PROMPT, Message.cycle_id == message.cycle_id]
    session.execute(update(Message).where(*prompts).values(wanted=Message.wanted + 1))


def prompt(session: Session, cycle_id: str, channel: str) -> Prompt:
    """What the prompt in a channel (its Slack id) says now about a cycle's waiting returns."""
    cycle = session.get_one(Cycle, cycle_id)
    places = dict.fromkeys((agency, area) for agency, area, there in _waiting(session, cycle_id) if there == channel)
    return Prompt(cycle_id, cycle.name, tuple(places))


def _waiting(session: Session, cycle_id: str) -> list[tuple[str, str, str]]:
    """(agency, area, channel) of the returns that wait for people to whom the app couldn't write."""
    people = set(
        session.scalars(
            select(Message.person_id)
            .join(Person, Person.id == Message.person_id)
            .where(
                Message.cycle_id == cycle_id,
                Message.kind.in_(_ASKING),
                Message.state == MessageState.SET_ASIDE,
                Person.active,
            )
        )
    )
    if not people:
        return []
    reached = audience(session, cycle_id, deputies=True).reached
    theirs = {return_id for each in reached if each.person_id in people for return_id in each.returns}
    areas = select(CycleArea.area_id, CycleArea.channel).where(CycleArea.cycle_id == cycle_id)
    channels = dict(session.execute(areas.order_by(CycleArea.id.desc())).all())  # the first, if an area has several
    places = dict.fromkeys(each.place for each in unanswered(session, cycle_id) if each.return_id in theirs)
    return [(place.agency, place.area, channels[place.area_id]) for place in places]
