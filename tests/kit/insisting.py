"""The product in Socket Mode, and people who repeat what Slack says has failed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from urllib.parse import urlencode

from bot.connection import Pace
from bot.envelopes import Envelopes
from bot.socket_mode import HELD, SocketMode
from bot.web import slack_app
from sandbox.slack import Outcome, Workspace
from sandbox.slack.sender import FORM, Sender
from sandbox.slack.shapes import Obj, compact, obj, text
from sandbox.slack.sockets import AFTER, ANSWERED, BEFORE
from tests.kit.play import Play

SOON = Pace(answer=60, apart=0, refused=0.1, told=0.1)
"""A connection that is cut is replaced at once; one that is silent isn't given up, as a busy machine may be slow."""


def socket_mode(play: Play, token: str = "xapp-sandbox", pace: Pace = SOON) -> SocketMode:
    """Socket Mode, not started yet."""
    envelopes = Envelopes(slack_app(play.settings, play.sessions))
    return SocketMode(token, play.settings.slack_api_url, envelopes, play.sessions, pace)


@contextmanager
def cut_again_and_again(play: Play) -> Iterator["Insisting"]:
    """Use connections that are cut at each moment in turn; fails unless people had to repeat something.

    The turn has five entries, an odd number: with four, the rhythm of people's actions meant that no form was ever cut
    after it was done.
    """
    sender, slack = Insisting(play.workspace), socket_mode(play, play.workspace.in_socket_mode())
    slack.start()
    play.workspace.sender, play.workspace.sockets.cuts = sender, cycle((BEFORE, "", ANSWERED, AFTER, ""))
    try:
        yield sender
        play.workspace.sockets.cuts = iter(())
        assert play.workspace.sockets.wait(HELD)
        assert sender.again
    finally:
        slack.end()


class Insisting(Sender):
    """Sends again over the next connection; `again` counts the repetitions."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.workspace, self.again = workspace, 0

    def interactive(self, payload: Obj) -> Outcome:
        """Send again: always for a form, which is still open; for a press only if no modal opened or changed."""
        who, sees_it = text(obj(payload["user"])["id"]), payload["type"] != "view_submission"
        before = self._sees(who)
        while not (outcome := super().send(urlencode({"payload": compact(payload)}).encode(), FORM)).status:
            self._wait()
            if sees_it and self._sees(who) != before:
                return replace(outcome, status=200, shown=None)
            view = text(obj(payload.get("view")).get("id")) if obj(payload.get("view")).get("type") == "modal" else ""
            payload = payload | {"trigger_id": self.workspace.new_trigger(who, view)}
        return outcome

    def send(self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Outcome:
        """Send again, as people retype a command or open Home again."""
        while not (outcome := super().send(body, content_type, headers)).status:
            self._wait()
        return outcome

    def _wait(self) -> None:
        self.again += 1
        assert self.workspace.sockets.wait()

    def _sees(self, user_id: str) -> list[tuple[str, str]]:
        """The person's modals with their hashes; not Home, whose changes may have nothing to do with a press."""
        with self.workspace.lock:
            return [(each, self.workspace.views[each].hash) for each in self.workspace.stacks.get(user_id, [])]
