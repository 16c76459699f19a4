"""Everything that the product shows of an invented audit: every button is pressed, every form filled in and sent.

Handlers are called as when Slack sends something, but what they show goes nowhere, and what they write is rolled back.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, cast

from sqlalchemy import select

from audit.errors import NeedsConfirmation, NotFound, Refused
from audit.library import shipped, tools
from audit.library.from_xlsform import Read
from audit.returns.form import NotSent
from bot.doctor import clicks, invented_audit
from bot.doctor.clicks import Payload
from bot.doctor.invented_description import COORDINATOR
from bot.doctor.slack_nowhere import Nowhere, Undone
from handlers import LISTENERS, dispatch
from handlers.call import Call
from handlers.home import COMMAND
from handlers.listeners import Listener, Reply
from jobs import letters, sweep
from jobs.attempts import NeedsPerson, TryLater
from storage.engine import Sessions
from storage.messages import Message
from storage.people import Person
from views import asking as asking_view
from views.home import home as home_view
from views.library import tools as tools_view
from views.parts import Block, Content, View, notice
from views.plainer import plainer
from views.returns import form

HOME = "home"
_DEPTH = 12
"""Maximum number of presses in a row."""
_ALIKE = 3
"""Number of buttons pressed of those that differ only in their record; twice as many if some are refused."""
_OF_A_KIND = 8
"""Number of messages of a kind built each day, the newest."""


@dataclass(frozen=True)
class ShownSurface:
    """A view or a message. `name`: a form's callback id, a message's kind, whose Home, or else what opened it."""

    name: str
    what: str
    payload: Mapping[str, Any]

    @cached_property
    def kind(self) -> tuple[str, frozenset[str]]:
        """What distinguishes kinds of views and messages: the name, and the types of blocks and elements."""
        return self.name, frozenset(_types(self.payload["blocks"]))

    @cached_property
    def size(self) -> int:
        """Its length as JSON."""
        return len(json.dumps(self.payload))


@dataclass(frozen=True)
class _At:
    """A press: the day, the person, the thing pressed, and the number of presses before; `home`: they began on Home."""

    day: str
    user_id: str
    name: str
    depth: int = 0
    home: bool = False


@dataclass(frozen=True)
class _Answer:
    """The outcome of a press or a sent form: the views opened or updated, and the reply in the answer."""

    views: tuple[View, ...] = ()
    reply: Reply = None
    refused: bool = False


def _types(found: object) -> Iterator[str]:
    """Every `type` in a payload, however deep."""
    if isinstance(found, dict):
        yield from [str(found["type"])] if "type" in found else []
        found = [*found.values()]
    for each in found if isinstance(found, list) else ():
        yield from _types(each)


class Pressing:
    """Presses whatever is shown. `found`: the largest surface of each kind; `pressed`: ids with a listener.

    `presses`: (day, user id, button's id) -> number of presses from that person's Home to it, including its own; 0 if
    only a message has it.
    """

    def __init__(self, sessions: Sessions) -> None:
        self.found: dict[tuple[str, frozenset[str]], ShownSurface] = {}
        self.pressed: set[str] = set()
        self.presses: dict[tuple[str, str, str], int] = {}
        self._sessions, self._undone = sessions, Undone(sessions)
        self._table = dispatch.by_key(LISTENERS)
        self._tried: dict[tuple[object, ...], dict[str, bool]] = {}
        self._answers: dict[tuple[str, str], _Answer] = {}

    def everything(self) -> None:
        """Go through all days of the audit."""
        self._keep(ShownSurface("notice", "view", notice("Not possible", "There is nothing to show.")))
        self._keep(ShownSurface("home.sorry", "view", home_view.unavailable("There is nothing to show.")))
        for day in invented_audit.days(self._sessions):
            sweep.take_up(self._sessions)
            for user_id, label in self._people():
                self._do(_At(day, user_id, f"{HOME}, {label}", home=True), clicks.home_opened(user_id))
            for text in ("", "sheet", "help"):
                called = f"{COMMAND} {text}".strip()
                self._do(_At(day, COORDINATOR, called), clicks.command(COORDINATOR, COMMAND, text))
            self._messages(day)
        self._show(_At("", COORDINATOR, ""), self._workbook())

    def _people(self) -> list[tuple[str, str]]:
        """(user id, label) of each invented person."""
        active = select(Person.user_id, Person.label).where(Person.active).order_by(Person.id)
        with self._sessions.reading() as session:
            return [(user_id, label) for user_id, label in session.execute(active)]

    def _workbook(self) -> View:
        """The form shown after a workbook is uploaded, as if it held a shipped tool: no file can be fetched here."""
        read = Read(shipped.tool("neglect"), ())
        with self._sessions.reading() as session:
            return tools_view.looked_at(tools.preview(session, invented_audit.who(session), read), "00F0INVENTED")

    def _messages(self, day: str) -> None:
        """The messages that wait for their first post or are in Slack, built as of now."""
        whose = select(Message.id, Message.kind, Person.user_id).outerjoin(Person, Person.id == Message.person_id)
        with self._sessions.reading() as session:
            rows = session.execute(whose.order_by(Message.id.desc())).all()
        counted = Counter[str]()
        for message_id, kind, user_id in rows:
            counted[kind] += 1
            if counted[kind] > _OF_A_KIND:
                continue
            with suppress(TryLater, NeedsPerson), self._sessions.reading() as session:
                content = letters.content(session, session.get_one(Message, message_id))
                if content is not None:
                    self._say(_At(day, user_id or COORDINATOR, kind), content)

    def _do(self, at: _At, body: Payload) -> bool:
        """Answer a press or a sent form, and take up what that shows; False if it is refused."""
        listener = dispatch.find(self._table, cast("Any", body))
        if listener is None:
            return True
        self.pressed.add(listener.form or listener.id)
        asked = at.day, json.dumps(body)
        answer = self._answers.get(asked)
        if answer is None:
            answer = self._answers[asked] = self._answer(listener, body)
        if isinstance(answer.reply, Content):
            self._say(at, answer.reply)
        for view in [*answer.views, *([answer.reply] if isinstance(answer.reply, dict) else [])]:
            self._show(at, view)
        return not answer.refused

    def _answer(self, listener: Listener, body: Payload) -> _Answer:
        """The handler's answer. What the handler writes is rolled back, so that it answers the same all day."""
        client = Nowhere()
        try:
            reply = listener.answer(Call(cast("Any", body), client, self._undone, "sheets@invented.example"))
        except NeedsConfirmation as asking:
            reply = asking_view.with_questions(body.get("view", {}), asking.questions)
        except NotSent as again:
            reply = form.form(again.form)
        except (Refused, NotFound):
            return _Answer(refused=True)  # people are shown a notice then
        return _Answer((*client.shown,), reply)

    def _say(self, at: _At, content: Content) -> None:
        self.pressed.add(at.name)
        for blocks in (content.blocks, content.plain):
            if blocks:
                self._keep(ShownSurface(at.name, "message", {"blocks": blocks}))
                self._press(at, blocks)

    def _show(self, at: _At, view: View) -> None:
        at = replace(at, name=str(view.get("callback_id") or at.name))
        shown = ShownSurface(at.name, "view", view)
        self._keep(shown)
        if (plain := plainer(view)) is not None:
            self._keep(replace(shown, payload=plain))
        self._press(at, cast("list[Block]", view["blocks"]), view)
        if "submit" in view:
            self._once(at, ("sent", shown.kind), clicks.sent(at.user_id, view))
        if view.get("notify_on_close"):
            self._once(at, ("closed", at.name), clicks.closed(at.user_id, view))

    def _keep(self, shown: ShownSurface) -> None:
        before = self.found.get(shown.kind)
        if before is None or before.size < shown.size:
            self.found[shown.kind] = shown

    def _press(self, at: _At, blocks: list[Block], view: View | None = None) -> None:
        """Press every button of `blocks`: on Home and one press behind it daily for each person, deeper only once."""
        new = (at.day, at.user_id) if at.depth <= 1 else (frozenset(_types(blocks)),)
        for body in clicks.presses(at.user_id, blocks, view):
            action = body["actions"][0]["action_id"]
            self._count(at, action)
            self._once(replace(at, name=action), (*new, at.name, action), body)

    def _count(self, at: _At, action: str) -> None:
        key, taken = (at.day, at.user_id, action), at.depth + 1 if at.home else 0
        before = self.presses.get(key, 0)
        self.presses[key] = min(before, taken) if before and taken else before or taken

    def _once(self, at: _At, key: tuple[object, ...], body: Payload) -> None:
        tried, about = self._tried.setdefault(key, {}), json.dumps(body.get("actions"))
        enough = sum(tried.values()) >= _ALIKE or len(tried) >= 2 * _ALIKE
        if about not in tried and not enough and at.depth < _DEPTH:
            tried[about] = True
            tried[about] = self._do(replace(at, depth=at.depth + 1), body)
