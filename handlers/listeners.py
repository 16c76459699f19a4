"""Listeners: which function answers which request, and factories for the usual kinds of handler.

A handler opens one transaction and calls Slack outside of it. What it returns acknowledges the request, last: a view
replaces the form that was sent, None closes it. Each subject's file ends in a table of its listeners.
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
from views.confirming import fields_changed
from views.forms import Form
from views.parts import ANSWER, Content, View

Model = TypeVar("Model")
Read = Callable[[Session, Actor, str], Model]
"""A verb about one record, by the record's id."""
Reply = View | Content | None


class ListenerKind(StrEnum):
    """The kinds of request, as payloads name them."""

    ACTION = "block_actions"
    FORM = "view_submission"
    CLOSED = "view_closed"
    COMMAND = "command"
    EVENT = "event"


@dataclass(frozen=True)
class Listener:
    """A handler and what it answers; `id`: an action id, a form's callback id, a command, or an event's type.

    `form`: the only form whose choices it answers; "": those of every form that has no listener of its own.
    """

    kind: ListenerKind
    id: str
    answer: Callable[[Call], Reply]
    form: str = ""


def on_action(action_id: str, answer: Callable[[Call], None]) -> Listener:
    """A listener for a button."""
    return Listener(ListenerKind.ACTION, action_id, answer)


def on_choice(form: str, answer: Callable[[Call], None]) -> Listener:
    """A listener for a choice in a form, which Slack sends at once (views.parts.sent_at_once)."""
    return Listener(ListenerKind.ACTION, ANSWER, answer, form)


def on_form(callback_id: str, answer: Callable[[Call], View | None]) -> Listener:
    """A listener for a form that was sent."""
    return Listener(ListenerKind.FORM, callback_id, answer)


def on_closed(callback_id: str, answer: Callable[[Call], None]) -> Listener:
    """A listener for a modal that was closed."""
    return Listener(ListenerKind.CLOSED, callback_id, answer)


def on_command(name: str, answer: Callable[[Call], Content]) -> Listener:
    """A listener for a slash command."""
    return Listener(ListenerKind.COMMAND, name, answer)


def on_event(kind: str, answer: Callable[[Call], None]) -> Listener:
    """A listener for an event."""
    return Listener(ListenerKind.EVENT, kind, answer)


def opens(
    action_id: str, read: Read[Model], draw: Callable[[Model], View], *, writes: bool = False, here: bool = False
) -> Listener:
    """A button that opens a modal about its record; `writes`: reading it is recorded, or changes something.

    `here`: the view replaces the modal in which the button is.
    """

    def answer(call: Call) -> None:
        with call.begin() if writes else call.reading() as session:
            model = read(session, call.actor(session), call.clicked)
        (call.open_here if here else call.open)(draw(model))

    return on_action(action_id, answer)


def goes_on(action_id: str, read: Read[Model], draw: Callable[[Model], View], *, writes: bool = False) -> Listener:
    """A button that replaces its modal's content by another view of the button's record."""

    def answer(call: Call) -> None:
        at = call.shown
        with call.begin() if writes else call.reading() as session:
            model = read(session, call.actor(session), call.clicked)
        call.redraw(at, draw(model))

    return on_action(action_id, answer)


def turns(action_id: str, read: Read[Model], draw: Callable[[Model, int], View], *, writes: bool = False) -> Listener:
    """A button that turns to another page of its modal."""

    def answer(call: Call) -> None:
        at, page = call.shown, call.page
        with call.begin() if writes else call.reading() as session:
            model = read(session, call.actor(session), at.record_id)
        call.redraw(at, draw(model, page))

    return on_action(action_id, answer)


def changes(action_id: str, change: Read[Model], draw: Callable[[Model], View]) -> Listener:
    """A button that changes something, and shows the result in its modal."""

    def answer(call: Call) -> None:
        at = call.shown
        with call.begin() as session:
            model = change(session, call.actor(session), call.clicked)
        call.replace(at, draw(model))

    return on_action(action_id, answer)


def sends(callback_id: str, save: Callable[[Session, Actor, Form], View]) -> Listener:
    """A form that changes something: `save` does it in one transaction, and returns the view that replaces the form."""

    def answer(call: Call) -> View:
        form = call.form
        with call.begin() as session:
            return save(session, call.actor(session), form)

    return on_form(callback_id, answer)


def updated_form(asked: frozenset[str], refusal: Refused, draw: Callable[[], View]) -> View | None:
    """The form updated to its answers, if a refused field isn't in both forms; otherwise None."""
    anew = draw() if refusal.fields else None
    return anew if anew and fields_changed(asked, refusal.fields, anew) else None


def dated(read: Read[Model]) -> Read[tuple[Model, datetime]]:
    """A verb that also returns the moment of the call, for views that need the present time."""
    return lambda session, who, record: (read(session, who, record), now(session))


def overall(read: Callable[[Session, Actor], Model]) -> Read[Model]:
    """A verb about all records, for a button or modal that needs no record's id."""
    return lambda session, who, _: read(session, who)
