"""One connection to Slack in Socket Mode: its address, its opening, and the reading of what comes over it."""

import socket
import struct
from concurrent.futures import Future
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from threading import Condition, Event, Thread
from urllib.parse import urlsplit

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web import SlackResponse
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bot.envelopes import Envelopes, read
from bot.gate import LIMIT
from bot.server import ENDING, GRACE
from handlers.bounded import RequestStopped
from handlers.payloads import Frame
from jobs.attempts import NeedsPerson, TryLater
from jobs.slack_answers import ask
from jobs.slack_client import SlackClient
from views.slack_refusals import error_code, passes

PATIENCE = 5.0
"""Seconds for the address, for the connection, and for Slack's first message over it, each."""


@dataclass(frozen=True)
class Pace:
    """Times in seconds. `look`: between two pings; `answer`: for the answer to a ping; `farewell`: for closing.

    A connection that died silently is noticed after the sum of these at most. `apart`: between two attempts to open
    one, once the attempts that may follow each other at once are used up. `refused`: after a refusal by Slack, which a
    person may mend. `told`: the longest pause observed if Slack or a proxy asks for one, as nobody can click meanwhile.
    `noted`: between two records in the database that there is a connection.
    """

    look: float = 1.5
    answer: float = 2.0
    farewell: float = 0.2
    apart: float = 4.0
    refused: float = 30.0
    told: float = 60.0
    noted: float = 30.0


USUAL = Pace()

_MAKE = "make an App-Level Token (xapp-) with the scope connections:write under Basic Information, and set that."
REFUSALS = {
    "missing_scope": f"SLACK_APP_TOKEN lacks the scope connections:write: {_MAKE}",
    "not_allowed_token_type": f"SLACK_APP_TOKEN is a token of another kind: {_MAKE}",
    "link_disabled": "Socket Mode is switched off in the app's settings in Slack: switch it on under Socket Mode.",
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive"),
        f"Slack doesn't accept SLACK_APP_TOKEN: {_MAKE}",
    ),
}
"""Slack's error code, or its reason for ending a connection -> a sentence for those who run the app."""

log = structlog.get_logger()


def address(token: str, api_url: str, patience: float = PATIENCE) -> str:
    """The address at which one connection may be opened now.

    NeedsPerson if Slack refuses, TryLater if it doesn't answer.
    """
    client = SlackClient(token=token, base_url=api_url, timeout=max(1, int(patience)), retry_handlers=[])
    answer_url = ask(lambda: _asked(client)).get("url")
    url = answer_url if isinstance(answer_url, str) else ""
    if urlsplit(url).scheme != urlsplit(api_url).scheme.replace("http", "ws"):
        raise TryLater("What came is no address of Slack's.")
    return url


def _asked(client: WebClient) -> SlackResponse:
    """Slack's answer; NeedsPerson has a sentence about the app-level token, as the usual ones are about the bot's."""
    try:
        return client.api_call("apps.connections.open")
    except SlackApiError as error:
        code = error_code(error.response)
        if passes(code):
            raise
        log.warning("slack_refused", name=code)
        unknown = f"Slack opens no connection (“{code}”). Is Socket Mode switched on in the app's settings?"
        raise NeedsPerson(REFUSALS.get(code, unknown)) from None


def opened(at: str, pace: Pace = USUAL, patience: float = PATIENCE) -> tuple[ClientConnection, int]:
    """A connection over which Slack has said hello, and the number of connections that Slack counts for the app, or 0.

    NeedsPerson if Socket Mode is off, TryLater if Slack wants no connection now; otherwise OSError, ValueError or
    WebSocketException, whose messages may include a proxy's password.
    """
    with ExitStack() as stack:
        connection = stack.enter_context(
            connect(
                at,
                compression=None,
                open_timeout=patience,
                ping_interval=pace.look,
                ping_timeout=pace.answer,
                close_timeout=pace.farewell,
                max_size=2 * LIMIT,  # larger frames end the connection; those above LIMIT are only reported
            )
        )
        first = read(connection.recv(timeout=patience, decode=False))
        if first.reason in REFUSALS:
            raise NeedsPerson(REFUSALS[first.reason])
        if first.type != "hello":
            raise TryLater(f"Slack wants no connection now ({first.reason or first.type}).")
        # Otherwise data that can't be sent would block the pings that notice a dead connection.
        connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", 2, 0))
        stack.pop_all()
        return connection, first.num_connections


class SocketLink:
    """A connection, read in a thread of its own; envelopes that come over it are acknowledged over it.

    `going` is set once the connection is to be replaced, `gone` once it has ended. `why`: Slack's reason, or "lost".
    """

    def __init__(self, connection: ClientConnection, envelopes: Envelopes) -> None:
        self.going, self.gone, self.why = Event(), Event(), "lost"
        self._connection, self._envelopes = connection, envelopes
        self._changed, self._under_way, self._taking = Condition(), 0, True
        Thread(target=self._read, name="link", daemon=True).start()

    def finish(self, linger: float = 0.0) -> None:
        """Close the connection once all envelopes are acknowledged.

        `linger`: seconds in which Slack may close it first. If that takes more than GRACE seconds, no more envelopes
        are taken, and those that are taken have ENDING seconds more.
        """
        if self.gone.wait(linger):
            return
        with self._changed:
            if not self._changed.wait_for(self._idle, GRACE):
                self._taking = False
                self._changed.wait_for(self._idle, ENDING)
        self._connection.close()

    def _idle(self) -> bool:
        return self._under_way == 0

    def _read(self) -> None:
        try:
            while True:
                self._hear(self._connection.recv(decode=False))
        except ConnectionClosed:
            pass
        finally:
            self.going.set()
            self.gone.set()

    def _hear(self, data: bytes) -> None:
        try:
            heard = read(data)
            if heard.type == "disconnect":
                self.why = heard.reason
                self.going.set()
            elif heard.type != "hello":
                self._take(heard, len(data))
        except RequestStopped as stopped:
            stopped.tell()
        except Exception:  # an open connection that nobody reads would swallow what Slack sends
            log.exception("bug")

    def _take(self, envelope: Frame, size: int) -> None:
        with self._changed:
            if not self._taking:
                raise RequestStopped("ending", HTTPStatus.SERVICE_UNAVAILABLE)
            answering = self._envelopes.take(envelope, size, self._acknowledge)
            self._under_way += 1
        answering.add_done_callback(self._done)

    def _done(self, _: "Future[None]") -> None:
        with self._changed:
            self._under_way -= 1
            self._changed.notify_all()

    def _acknowledge(self, said: str) -> None:
        try:
            self._connection.send(said)
        except (ConnectionClosed, OSError):
            log.warning("not_acknowledged")
