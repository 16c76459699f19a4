"""A kind of message: what it says, when the calendar makes it due, what happens to it when its cycle ends."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit import access
from audit.calendar import in_hours, opens_next
from audit.delivery.ledger import Due
from jobs.attempts import TryLater
from storage.clock import now
from storage.messages import Message, MessageKind
from views.parts import Content


@dataclass(frozen=True)
class Kind:
    """A kind of message.

    `says` builds a message from the database; None if there is nothing to say (any more). `due` returns the messages
    that the calendar makes due; without it, people's actions put them into the ledger. `called_off`: after its cycle
    was cancelled the message says so. `while_open`: it is posted for the first time only while its cycle is open,
    however long it waited in the ledger. `stays`: once posted it is never changed.
    """

    name: MessageKind
    says: Callable[[Session, Message], Content | None]
    due: Callable[[Session], tuple[Due, ...]] | None = None
    called_off: bool = False
    while_open: bool = False
    stays: bool = False


def addressee(session: Session, row: Message) -> access.Actor:
    """The person whom a message is for, with the rights that they have now."""
    return access.of_person(session, row.person_id or "")


def require_hours(session: Session, row: Message) -> None:
    """Raise TryLater if the message is unsent and it is outside working hours, as after an outage of Slack."""
    moment = now(session)
    if row.ts is None and not in_hours(moment):
        wait = opens_next(moment) - moment
        raise TryLater("It will be sent from 9 am on the next working day.", wait.total_seconds())
