"""Which function answers what, and the few shapes that most answers have. Each subject's file ends in a table of these.

A handler opens one transaction and calls Slack outside of it. What it returns is the acknowledgement, which comes last:
the view that takes the place of the form that was sent, or None, upon which a form closes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.orm import Session

from audit.access import Actor
from audit.errors import Refused
from handlers.call import Call
from storage.clock import now
from views.confirming import asks_otherwise
from views.forms import Form
from views.parts import ANSWER, Content, View

Model = TypeVar("Model")
Read = Callable[[Session, Actor, str], Model]
"""A verb about one record, by its id."""
Reply = View | Content | None


class ListenerKind(StrEnum):
    """What can be listened for, as payloads name it."""

    ACTION = "block_actions"
    FORM = "view_submission"
    CLOSED = "view_closed"
    COMMAND = "command"
    EVENT = "event"


@dataclass(frozen=True)
class Listener:
    """A handler, and what it answers: `id` is an action's, a form's, a command or a kind of event.

    `form`: the one form in which it listens for choices; "" for wherever there is no such listener.
    """

    kind: ListenerKind
    id: str
    answer: Callable[[Call], Reply]
    form: str = ""


def on_action(action_id: str, answer: Callable[[Call], None]) -> Listener:
    """A button."""
    return Listener(ListenerKind.ACTION, action_id, answer)


def on_choice(form: str, answer: Callable[[Call], None]) -> Listener:
    """A choice in a form, which is told as soon as it is made (views.parts.told_at_once)."""
    return Listener(ListenerKind.ACTION, ANSWER, answer, form)


def on_form(callback_id: str, answer: Callable[[Call], View | None]) -> Listener:
    """A form that was sent."""
    return Listener(ListenerKind.FORM, callback_id, answer)


def on_closed(callback_id: str, answer: Callable[[Call], None]) -> Listener:
    """A modal that was closed."""
    return Listener(ListenerKind.CLOSED, callback_id, answer)


def on_command(name: str, answer: Callable[[Call], Content]) -> Listener:
    """A slash command."""
    return Listener(ListenerKind.COMMAND, name, answer)


def on_event(kind: str, answer: Callable[[Call], None]) -> Listener:
    """What Slack tells without being asked."""
    return Listener(ListenerKind.EVENT, kind, answer)


def opens(
    action_id: str, read: Read[Model], draw: Callable[[Model], View], *, writes: bool = False, here: bool = False
) -> Listener:
    """A button that opens a modal about its record; `writes`: reading it is recorded, or changes something.

    `here`: in the place of the modal that the button stands in.
    """

    def answer(call: Call) -> None:
        with call.begin() if writes else call.reading() as session:
            model = read(session, call.actor(session), call.clicked)
        (call.open_here if here else call.open)(draw(model))

    return on_action(action_id, answer)


def goes_on(action_id: str, read: Read[Model], draw: Callable[[Model], View], *, writes: bool = False) -> Listener:
    """A button upon which its modal shows something else about the button's record."""

    def answer(call: Call) -> None:
        at = call.shown
        with call.begin() if writes else call.reading() as session:
            model = read(session, call.actor(session), call.clicked)
        call.redraw(at, draw(model))

    return on_action(action_id, answer)


def turns(action_id: str, read: Read[Model], draw: Callable[[Model, int], View], *, writes: bool = False) -> Listener:
    """A button that turns to another page of what the modal is about."""

    def answer(call: Call) -> None:
        at, page = call.shown, call.page
        with call.begin() if writes else call.reading() as session:
            model = read(session, call.actor(session), at.record_id)
        call.redraw(at, draw(model, page))

    return on_action(action_id, answer)


def changes(action_id: str, change: Read[Model], draw: Callable[[Model], View]) -> Listener:
    """A button that changes something, which its modal then shows."""

    def answer(call: Call) -> None:
        at = call.shown
        with call.begin() as session:
            model = change(session, call.actor(session), call.clicked)
        call.replace(at, draw(model))

    return on_action(action_id, answer)


def sends(callback_id: str, save: Callable[[Session, Actor, Form], View]) -> Listener:
    """A form that changes something: `save` does it in one transaction, and says what takes the form's place."""

    def answer(call: Call) -> View:
        form = call.form
        with call.begin() as session:
            return save(session, call.actor(session), form)

    return on_form(callback_id, answer)


def asked_otherwise(asked: frozenset[str], refusal: Refused, draw: Callable[[], View]) -> View | None:
    """The form as its answers call for it, if what is wrong with them isn't in both; None if it is."""
    anew = draw() if refusal.fields else None
    return anew if anew and asks_otherwise(asked, refusal.fields, anew) else None


def dated(read: Read[Model]) -> Read[tuple[Model, datetime]]:
    """A verb, and the moment at which it was asked: for a view that says how things stand then."""
    return lambda session, who, record: (read(session, who, record), now(session))


def overall(read: Callable[[Session, Actor], Model]) -> Read[Model]:
    """A verb about no one record, for a button or a modal that is about all of them."""
    return lambda session, who, _: read(session, who)
