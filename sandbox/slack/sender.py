"""Slack's requests to the app: signed, with three seconds to answer; failed events are sent again."""

import hashlib
import hmac
import http.client
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Condition, Event, Thread
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode, urlsplit

from sandbox.slack.envelopes import CONNECTION, enveloped
from sandbox.slack.shapes import Obj, compact, new_id, text

if TYPE_CHECKING:
    from sandbox.slack.workspace import Workspace

USER_AGENT: Final = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"


@dataclass(frozen=True)
class SentRequest:
    """A request exactly as it was sent."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """The app's status (0: no answer) and body, the seconds it took, and the error that Slack shows (None: none)."""

    status: int
    body: str
    seconds: float
    timed_out: bool
    shown: str | None = None
    request: SentRequest | None = None
    headers: Mapping[str, str] | None = None

    @property
    def ok(self) -> bool:
        """Whether the app answered in time with a status of success."""
        return 200 <= self.status < 300  # noqa: PLR2004  # HTTP's own numbers


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """Slack's v0 signature of a request."""
    basis = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), basis, hashlib.sha256).hexdigest()


class Sender:
    """Sends to the app's request_url, or in Socket Mode over one of its connections.

    Failed events are sent again after `retry_delays` (seconds).
    """

    def __init__(self, workspace: "Workspace") -> None:
        self._workspace = workspace
        self.retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
        self._stopped = Event()
        self._pending = 0
        self._idle = Condition()

    def interactive(self, payload: Obj) -> Outcome:
        """Send an interactivity payload."""
        return self.send(urlencode({"payload": compact(payload)}).encode(), FORM)

    def command(self, form: Mapping[str, str]) -> Outcome:
        """Send a slash command."""
        return self.send(urlencode(form, errors="surrogatepass").encode(), FORM)

    def url_verification(self, challenge: str) -> Outcome:
        """Send the challenge by which Slack verifies a request URL."""
        token = self._workspace.app.verification_token
        return self.send(compact({"token": token, "challenge": challenge, "type": "url_verification"}).encode(), JSON)

    def event(self, event: Obj) -> Outcome:
        """Send an event; if it fails, it is sent again from another thread, as often as there are `retry_delays`."""
        body = compact(self._envelope(event)).encode()
        outcome = self.send(body, JSON)
        if self._again(outcome):
            self.behind(lambda: self._redeliver(body, outcome))
        return outcome

    def event_later(self, event: Obj) -> None:
        """Send an event from another thread, if the app subscribes to its kind."""
        if not self._reachable or not self.wanted(event):
            return
        body = compact(self._envelope(event)).encode()
        self.behind(lambda: self._redeliver(body, None))

    def send(self, body: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Outcome:
        """Sign and send a body; in Socket Mode, as an envelope."""
        if self._workspace.app.socket_mode:
            return self._workspace.sockets.send(enveloped(body, content_type, headers or {}))
        stamp = str(int(time.time()))
        signed = {
            "Content-Type": content_type,
            "User-Agent": USER_AGENT,
            "Accept": "*/*",
            "Accept-Encoding": "gzip,deflate",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature(self._workspace.app.signing_secret, stamp, body),
            **(headers or {}),
        }
        return self.resend(SentRequest(self._workspace.app.request_url, signed, body))

    def resend(self, request: SentRequest) -> Outcome:
        """Send the same bytes again: with the old signature, or as the same envelope."""
        if request.url == CONNECTION:
            return self._workspace.sockets.resend(request)
        began = time.monotonic()
        where = urlsplit(request.url)
        if not where.hostname:
            return Outcome(0, "", 0.0, timed_out=False, shown="dispatch_failed", request=request)
        kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
        connection = kind(where.hostname, where.port, timeout=self._workspace.answer_seconds)
        try:
            connection.request("POST", where.path or "/", request.body, dict(request.headers))
            answer = connection.getresponse()
            body = answer.read().decode("utf-8", "replace")
        except TimeoutError:
            took = time.monotonic() - began
            return Outcome(0, "", took, timed_out=True, shown="operation_timeout", request=request)
        except (OSError, http.client.HTTPException):
            took = time.monotonic() - began
            return Outcome(0, "", took, timed_out=False, shown="dispatch_failed", request=request)
        finally:
            connection.close()
        shown = None if 200 <= answer.status < 300 else "dispatch_failed"  # noqa: PLR2004  # HTTP's own numbers
        took = time.monotonic() - began
        return Outcome(answer.status, body, took, False, shown, request, dict(answer.getheaders()))  # noqa: FBT003

    def settle(self, seconds: float) -> bool:
        """Wait until no event is under way or waiting to be sent again; False if `seconds` weren't enough."""
        with self._idle:
            return self._idle.wait_for(lambda: self._pending == 0, seconds)

    def stop(self) -> None:
        """Give up on events that wait to be sent again."""
        self._stopped.set()

    def go_on(self) -> None:
        """Send failed events again from now on."""
        self._stopped.clear()

    def wanted(self, event: Obj) -> bool:
        """Whether the app subscribes to events of this kind."""
        kind = text(event.get("type"))
        if kind == "message":
            kind = f"message.{text(event.get('channel_type')) or 'channel'}"
        return kind in self._workspace.app.events

    def _envelope(self, event: Obj) -> Obj:
        workspace = self._workspace
        app, team = workspace.app, workspace.team.id
        bot = {"enterprise_id": None, "team_id": team, "user_id": app.bot_user_id, "is_bot": True}
        shared = workspace.channels.get(text(event.get("channel")))
        return {
            "token": app.verification_token,
            "team_id": team,
            "context_team_id": team,
            "context_enterprise_id": None,
            "api_app_id": app.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(workspace.clock()),
            "authorizations": [{**bot, "is_enterprise_install": False}],
            "is_ext_shared_channel": shared is not None and shared.is_ext_shared,
            "event_context": f"4-{new_id('')}",
        }

    def _again(self, outcome: Outcome) -> bool:
        declined = (outcome.headers or {}).get("X-Slack-No-Retry") == "1"
        return not outcome.ok and not declined and self._reachable

    @property
    def _reachable(self) -> bool:
        """Whether the app can be sent anything: it has a request URL or is in Socket Mode."""
        return bool(self._workspace.app.request_url) or self._workspace.app.socket_mode

    def _redeliver(self, body: bytes, outcome: Outcome | None) -> None:
        if outcome is None:
            outcome = self.send(body, JSON)
        for number, delay in enumerate(self.retry_delays, 1):
            if not self._again(outcome) or self._stopped.wait(delay):
                return
            reason = "http_timeout" if outcome.timed_out else "http_error" if outcome.status else "connection_failed"
            outcome = self.send(body, JSON, {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason})

    def behind(self, work: Callable[[], object]) -> None:
        """Run `work` in a thread of its own; `settle` waits for it."""
        with self._idle:
            self._pending += 1

        def run() -> None:
            try:
                work()
            finally:
                with self._idle:
                    self._pending -= 1
                    self._idle.notify_all()

        Thread(target=run, daemon=True).start()
