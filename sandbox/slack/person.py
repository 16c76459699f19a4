"""A person in the workspace: what they see, and what they do as Slack's client would let them."""

import copy
from dataclasses import dataclass

from sandbox.slack import displayed, messages, modals, payloads, pickers, replies, stored
from sandbox.slack.answers import CannotDo, Values, answered, client_errors, starting, ticks, told_at_once
from sandbox.slack.model import Channel, Message, User, View
from sandbox.slack.sender import Outcome
from sandbox.slack.shapes import Obj, copied, text
from sandbox.slack.workspace import Workspace

_NOTHING_SENT = Outcome(0, "", 0.0, timed_out=False)


@dataclass(frozen=True)
class Seen:
    """A channel in a person's sidebar."""

    channel: Channel
    unread: int


class Person:
    """A person who sees and does things; each action sends what Slack would send, and returns its Outcome.

    An action that isn't possible on their screen raises CannotDo. `value` replaces a button's own value (as if tampered
    with), or else is the answer to the element: an option's value, a date, an id, a text, or a list of these.
    """

    def __init__(self, workspace: Workspace, user_id: str) -> None:
        self.workspace = workspace
        self.user: User = workspace.users[user_id]

    # what they see

    def channels(self) -> list[Seen]:
        """The conversations that the person is in, with the number of messages since they last read."""
        with self.workspace.lock:
            mine = [one for one in self.workspace.channels.values() if self.user.id in one.members]
            return [Seen(copy.deepcopy(one), self._unread(one)) for one in mine]

    def _unread(self, channel: Channel) -> int:
        read = channel.last_read.get(self.user.id, "")
        return sum(one.ts > read and one.user != self.user.id for one in self._visible(channel))

    def _visible(self, channel: Channel) -> list[Message]:
        if not self.workspace.may_see(self.user.id, channel):
            return []
        found = self.workspace.messages.get(channel.id, [])
        return [one for one in found if one.ephemeral_to in {"", self.user.id}]

    def messages(self, channel: str) -> list[Obj]:
        """The messages of a channel (an id) that the person may see, also threads and ephemeral ones; oldest first."""
        with self.workspace.lock:
            found = self._visible(payloads.reachable(self.workspace, channel))
            return copied([messages.rendered(self.workspace, one) for one in found])

    def modal(self) -> View | None:
        """A copy of the modal in front of the person, or None."""
        with self.workspace.lock:
            stack = self.workspace.stacks.get(self.user.id, [])
            return self.workspace.views[stack[-1]].copied() if stack else None

    def home(self) -> View | None:
        """A copy of the person's Home tab of the app, or None if it wasn't published."""
        with self.workspace.lock:
            view = self.workspace.views.get(self.workspace.homes.get(self.user.id, ""))
            return view.copied() if view else None

    @property
    def dm(self) -> str:
        """The id of the person's direct messages with the app."""
        return self.workspace.direct(self.user.id).id

    def read(self, channel: str) -> None:
        """Mark a channel as read."""
        with self.workspace.changing():
            found = payloads.reachable(self.workspace, channel)
            seen = self._visible(found)
            if seen:
                found.last_read[self.user.id] = seen[-1].ts

    # what they do in conversations

    def click(
        self, channel: str, ts: str, action_id: str, block_id: str | None = None, value: object = None
    ) -> Outcome:
        """Use a button, select or other element of a message."""
        with self.workspace.changing():
            message = self._message(channel, ts)
            block, element = displayed.element(self.workspace, message, action_id, block_id)
            mine = message.values.get(self.user.id, {})
            done = self._done(mine, block, element, value)
            message.values[self.user.id] = starting(message.blocks, mine)
            payload = payloads.base(self.workspace, self.user, "block_actions")
            payload |= payloads.in_message(self.workspace, self.user, message)
            payload |= {"trigger_id": self.workspace.new_trigger(self.user.id), "actions": [done]}
        return replies.clicked(self.workspace.sender.interactive(payload))

    def command(self, command: str, said: str, channel: str) -> Outcome:
        """Send a slash command (`/name`) with its text in a channel (an id)."""
        with self.workspace.changing():
            where = payloads.reachable(self.workspace, channel)
            form = payloads.command(self.workspace, self.user, where, command, said)
        return replies.commanded(self.workspace, command, form, self.workspace.sender.command(form))

    def say(self, channel: str, said: str, thread_ts: str = "") -> Outcome:
        """Write a message; the app gets the event if it is a member and subscribes to such events."""
        with self.workspace.changing():
            where = payloads.reachable(self.workspace, channel)
            if self.user.id not in where.members or where.is_archived or (where.is_im and self.workspace.app.silent):
                raise CannotDo(f"{self.user.real_name} can't write in {channel}")
            kept = stored.message_text(said)
            message = Message(channel, self.workspace.next_ts(channel), self.user.id, kept, stored.rich_text(kept))
            message.thread_ts = thread_ts
            messages.add(self.workspace, message)
            event = payloads.message_event(self.workspace, where, message)
            heard = self.workspace.app.bot_user_id in where.members
        return self._event(event) if heard else _NOTHING_SENT

    def open_dm(self) -> Outcome:
        """Open the app's Messages tab."""
        with self.workspace.changing():
            event = payloads.home_opened(self.workspace, self.user, "messages")
        return self._event(event)

    def open_home(self) -> Outcome:
        """Open the app's Home tab."""
        with self.workspace.changing():
            event = payloads.home_opened(self.workspace, self.user, "home")
        return self._event(event)

    def shortcut(self, callback_id: str) -> Outcome:
        """Use a global shortcut."""
        payload = payloads.base(self.workspace, self.user, "shortcut")
        payload |= {"callback_id": callback_id, "trigger_id": self.workspace.new_trigger(self.user.id)}
        return replies.clicked(self.workspace.sender.interactive({**payload, "action_ts": self._now()}))

    def message_action(self, channel: str, ts: str, callback_id: str) -> Outcome:
        """Use a message shortcut."""
        with self.workspace.changing():
            message = self._message(channel, ts)
            payload = payloads.base(self.workspace, self.user, "message_action")
            payload |= payloads.in_message(self.workspace, self.user, message)
            del payload["container"], payload["state"]
            payload |= {"callback_id": callback_id, "trigger_id": self.workspace.new_trigger(self.user.id)}
        payload |= {"message_ts": ts, "action_ts": self._now()}
        return replies.clicked(self.workspace.sender.interactive(payload))

    # what they do in modals and on Home

    def act(self, view_id: str, action_id: str, block_id: str | None = None, value: object = None) -> Outcome:
        """Use a button or another element of a modal or Home that dispatches actions."""
        with self.workspace.changing():
            view = self._view(view_id)
            block, element = displayed.element(self.workspace, view, action_id, block_id)
            if block.get("type") == "input" and not block.get("dispatch_action"):
                raise CannotDo(f"{action_id} stands in an input that dispatches no action; fill it")
            done = self._done(view.values, block, element, value)
            view.values = starting(displayed.blocks(view), view.values)
            payload = self._block_actions(view, done)
        return replies.acted(self.workspace, view_id, self.workspace.sender.interactive(payload))

    def fill(self, view_id: str, answers: Obj) -> Outcome:
        """Fill in inputs by block_id: text, an option's value, a list of values or ids, an ISO date; None empties.

        A choice in an input with `dispatch_action` is sent to the app at once, as Slack does, and so is typed text if
        the app asked for each character. Inputs that the app shows after that can be filled in by the same call: an
        answer waits for its input. Returns the outcome of the last request (status 0 without any).
        """
        left, outcome = dict(answers), _NOTHING_SENT
        while left:
            block_id = self._first_here(view_id, left)
            for answer in self._ticks(view_id, block_id, left.pop(block_id)):
                outcome = self._enter(view_id, block_id, answer) or outcome
        return outcome

    def _first_here(self, view_id: str, left: Obj) -> str:
        with self.workspace.lock:
            here = {text(block.get("block_id")) for block in displayed.blocks(self._view(view_id))}
            return next((one for one in left if one in here), next(iter(left)))

    def _ticks(self, view_id: str, block_id: str, answer: object) -> list[object]:
        with self.workspace.lock:
            view = self._view(view_id)
            block, element = _input(view, block_id)
            return ticks(block, element, view.values.get(block_id, {}).get(text(element["action_id"]), {}), answer)

    def _enter(self, view_id: str, block_id: str, answer: object) -> Outcome | None:
        with self.workspace.changing():
            view = self._view(view_id)
            block, element = _input(view, block_id)
            before = copied(view.values)
            done = self._done(view.values, block, element, answer, kept=True)
            if view.values == before or not told_at_once(block, element):
                return None
            payload = self._block_actions(view, done)
        return replies.acted(self.workspace, view_id, self.workspace.sender.interactive(payload))

    def hold(self, view_id: str, answers: Obj) -> None:
        """Keep the values of inputs by block_id, as `fill` takes them, without a request to the app.

        The value of an input that the app has removed meanwhile is dropped.
        """
        with self.workspace.changing():
            view = self._view(view_id)
            for block_id, answer in answers.items():
                block, element = displayed.element(self.workspace, view, None, block_id)
                self._done(view.values, block, element, answer, kept=True)
            view.values = starting(displayed.blocks(view), view.values)

    def submit(self, view_id: str) -> Outcome:
        """Press the modal's submit button; if the client finds an error, nothing is sent (status 0)."""
        with self.workspace.changing():
            view = self._view(view_id)
            if not view.content.get("submit"):
                raise CannotDo("this modal can't be submitted")
            wrong = client_errors(displayed.blocks(view), view.values)
            if wrong:
                view.field_errors = wrong
                return Outcome(0, "", 0.0, timed_out=False, shown="\n".join(wrong.values()))
            payload = self._of_view("view_submission", view)
            payload["trigger_id"] = self.workspace.new_trigger(self.user.id, view_id)
            payload["response_urls"] = payloads.response_urls(self.workspace, self.user, view)
        return replies.submitted(self.workspace, view_id, self.workspace.sender.interactive(payload))

    def close(self, view_id: str, *, whole_stack: bool = False, behind: bool = False) -> Outcome:
        """Close the modal, or the whole stack; the app gets view_closed, without entries, if it asked for it.

        `behind`: send it from another thread and ignore its outcome, as Slack does.
        """
        with self.workspace.changing():
            view = self._view(view_id)
            everything = whole_stack or bool(view.content.get("clear_on_close"))
            gone = modals.closed(self.workspace, view, whole_stack=everything)
            asked = [one for one in gone if one.content.get("notify_on_close")]
            told = [{**self._of_view("view_closed", one, typed=False), "is_cleared": everything} for one in asked]

        def tell() -> Outcome:
            return [_NOTHING_SENT, *map(self.workspace.sender.interactive, told)][-1]

        if not behind:
            return tell()
        self.workspace.sender.behind(tell)
        return _NOTHING_SENT

    def suggest(self, view_id: str, action_id: str, typed: str) -> Outcome:
        """Type into an external select; the outcome's body has the app's options, for use with `fill`."""
        with self.workspace.lock:
            view = self._view(view_id)
            block, element = displayed.element(self.workspace, view, action_id, None)
            payload = payloads.base(self.workspace, self.user, "block_suggestion")
            payload |= payloads.in_view(self.workspace, view)
            payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        return replies.clicked(self.workspace.sender.interactive(payload))

    def _done(self, values: Values, block: Obj, element: Obj, answer: object, *, kept: bool = False) -> Obj:
        """Enter an answer in `values`, and return its entry for a payload's `actions`. `kept`: buttons are refused."""
        if kept:
            answered(element, answer)
        done, state = payloads.action(block, element, answer, self._now())
        if state is not None:
            pickers.check(self.workspace, self.user.id, element, state)
            payloads.merged(values, block, element, state)
        return done

    def _block_actions(self, view: View, done: Obj) -> Obj:
        payload = payloads.base(self.workspace, self.user, "block_actions")
        payload |= payloads.in_view(self.workspace, view)
        modal = view.id if view.type == "modal" else ""
        return {**payload, "trigger_id": self.workspace.new_trigger(self.user.id, modal), "actions": [done]}

    def _of_view(self, kind: str, view: View, *, typed: bool = True) -> Obj:
        payload = payloads.base(self.workspace, self.user, kind)
        return {**payload, "view": modals.rendered(self.workspace, view, values=typed)}

    def _event(self, event: Obj) -> Outcome:
        sender = self.workspace.sender
        return sender.event(event) if sender.wanted(event) else _NOTHING_SENT

    def _message(self, channel: str, ts: str) -> Message:
        for one in self._visible(payloads.reachable(self.workspace, channel)):
            if one.ts == ts:
                return one
        raise CannotDo(f"{self.user.real_name} sees no message {ts} in {channel}")

    def _view(self, view_id: str) -> View:
        view = self.workspace.views.get(view_id)
        if view is None or view.user != self.user.id:
            raise CannotDo(f"{self.user.real_name} has no view {view_id}")
        return view

    def _now(self) -> str:
        return f"{self.workspace.clock():.6f}"


def _input(view: View, block_id: str) -> tuple[Obj, Obj]:
    return displayed.found(stored.elements(displayed.blocks(view)), None, block_id)
