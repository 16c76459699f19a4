"""The product in Socket Mode, and people who do it again where Slack says that it failed."""

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

SOON = Pace(apart=0, refused=0.1, told=0.1)


def socket_mode(play: Play, token: str = "xapp-sandbox", pace: Pace = SOON) -> SocketMode:
    """A way in that isn't open yet."""
    envelopes = Envelopes(slack_app(play.settings, play.sessions))
    return SocketMode(token, play.settings.slack_api_url, envelopes, play.sessions, pace)


@contextmanager
def cut_again_and_again(play: Play) -> Iterator["Insisting"]:
    """Everything comes over connections, which are cut at each moment in turn; fails unless people had to insist.

    Of five in turn, an odd number: what people do has its own rhythm, and with four no form that was sent was ever cut
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
    """What they do, sent again over the next connection; `again` counts that."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.workspace, self.again = workspace, 0

    def interactive(self, payload: Obj) -> Outcome:
        """A form stands there still, and is sent again; after a press they see whether a modal opened or changed."""
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
        """A command is typed again, Home is opened again."""
        while not (outcome := super().send(body, content_type, headers)).status:
            self._wait()
        return outcome

    def _wait(self) -> None:
        self.again += 1
        assert self.workspace.sockets.wait()

    def _sees(self, user_id: str) -> list[tuple[str, str]]:
        """The modals in front of somebody. Home may change by itself, so that it tells nobody that a press was done."""
        with self.workspace.lock:
            return [(each, self.workspace.views[each].hash) for each in self.workspace.stacks.get(user_id, [])]
