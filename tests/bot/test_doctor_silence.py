"""The doctor, where whoever it asks says nothing, or is somebody else; and what only another Slack can say."""

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest

from bot.scopes import SCOPES
from sandbox.faults import Fault
from storage.clock import wall
from tests.kit.doctored import Doctor
from tests.kit.proxied import PASSWORD, certified, proxy
from tests.kit.served import served

HTML = "<html><body>Access to this site is blocked by the organisation's policy.</body></html>"
SILENCES: dict[str, Fault] = {
    "a proxy's page": Fault(".", None, 200, {"Content-Type": "text/html"}, HTML),
    "a firewall's page": Fault(".", None, 403, {"Content-Type": "text/html"}, HTML),
    "half an answer": Fault(".", None, 200, {}, '{"ok": true, "team'),
    "a list": Fault(".", None, 200, {}, "[1, 2]"),
    "nested too deep": Fault(".", None, 200, {}, "[" * 100_000),
    "very much": Fault(".", None, 200, {}, "x" * 20_000_000),
    "a hung-up connection": Fault(".", None, drop="before"),
    "a fault of theirs": Fault(".", None, 503),
}


def test_silence_is_no_problem_whatever_it_looks_like(doctor: Doctor) -> None:
    """Nobody has said no: the exit status is 0."""
    for name, fault in SILENCES.items():
        doctor.play.workspace.faults.add(fault)
        _, found = doctor.says()
        doctor.play.workspace.faults.clear()
        silent = {subject for subject, how, _ in found if how == "not asked"}
        assert {"Slack", "Slack app", "Socket Mode", "Channels", "People"} <= silent, (name, found)
        assert not [each for each in found if each[1] == "problem" and each[0] != "Worker"], (name, found)
        assert not [each for each in found if "our fault" in each[2] or "html" in each[2]], (name, found)


def test_a_page_where_google_should_answer_is_no_problem_but_its_no_is(doctor: Doctor) -> None:
    for name in ("a proxy's page", "a firewall's page", "half an answer"):
        doctor.play.drive.accounts.forget_tokens()
        doctor.play.drive.faults.add(SILENCES[name])
        _, found = doctor.says()
        doctor.play.drive.faults.clear()
        of_google = [each for each in found if each[0] in {"Google", "Sheets"}]
        assert {how for _, how, _ in of_google} == {"not asked"}, found
    doctor.play.drive.faults.add(Fault("token", None, 400, {}, '{"error": "invalid_grant"}'))
    assert "Google: Google no longer accepts Roundtable's key: make a new key file." in doctor.problems()
    doctor.play.drive.faults.clear()


@contextmanager
def mute() -> Iterator[str]:
    """Something that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"


def test_a_proxy_that_hangs_or_lets_nothing_through(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """One is waited for no longer than is said; Slack's API can be asked past the other, which is for connections."""
    with mute() as nobody:
        code, found = doctor.says("--patience", "1", SLACK_API_URL=nobody)
    said = "Slack couldn't be asked: no answer came in time. A firewall may be in the way: is HTTPS_PROXY needed?"
    assert [each for each in found if each[0] == "Slack"] == [("Slack", "not asked", said)]
    assert code == 0, found
    with proxy() as (url, asked):
        monkeypatch.setenv("HTTPS_PROXY", url)
        monkeypatch.setenv("NO_PROXY", urlsplit(doctor.given["SLACK_API_URL"]).netloc)
        code, found = doctor.says()
    said = "Slack couldn't be asked: the proxy needs a name and a password. Add them to HTTPS_PROXY."
    assert asked[0].startswith(b"CONNECT 127.0.0.1:")
    assert ("Socket Mode", "not asked", said) in found
    assert [each for each in found if PASSWORD in each[2]] == []
    assert code == 0, found
    _a_secret_that_is_none_of_the_real_slack_s(doctor)


def test_a_certificate_that_is_not_known_is_said_by_the_doctor_and_by_a_start(doctor: Doctor) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certified(doctor.home / "own.pem"))
    with socket.create_server(("127.0.0.1", 0)) as door, context.wrap_socket(door, server_side=True) as proxying:
        Thread(target=_greeting, args=(proxying,), daemon=True).start()
        given = {"SLACK_API_URL": f"https://127.0.0.1:{proxying.getsockname()[1]}/api/"}
        code, found = doctor.says(**given)
        with served(doctor.given | given, doctor.home) as web:
            said = web.said()
    why = "Slack couldn't be asked: its certificate isn't known here. If a proxy inspects the traffic, set"
    assert {subject for subject, _, sentence in found if sentence.startswith(why)} >= {"Slack", "Socket Mode"}
    assert code == 0, found
    assert f"{why} SSL_CERT_FILE to a file with its own. It is asked again" in said, said


def _greeting(door: socket.socket) -> None:
    """Show everybody the certificate, until the door is closed."""
    while True:
        try:
            door.accept()[0].close()
        except ssl.SSLError:  # whoever came doesn't know it
            continue
        except OSError:
            return


def _a_secret_that_is_none_of_the_real_slack_s(doctor: Doctor) -> None:
    """Slack is asked through the proxy, which lets nothing through."""
    with proxy() as (url, asked), pytest.MonkeyPatch.context() as until_then:
        until_then.setenv("HTTPS_PROXY", url)
        found = doctor.problems(SLACK_API_URL="https://slack.com/api/", CLOCK_FILE="", MESSAGE_SECONDS="1.1")
    assert {each.split()[1] for each in asked} == {b"slack.com:443"}
    [secret] = [each for each in found if each.startswith("Settings")]
    assert "SLACK_SIGNING_SECRET isn't a signing secret: those have 32 digits and letters from a to f." in secret


@contextmanager
def answering(answer: Mapping[str, object], headers: Mapping[str, str]) -> Iterator[str]:
    """Something that answers everything with this: what the stand-in's workspace and its clock can't be."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:  # http.server's name
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response_only(200)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


SCOPED = ",".join(SCOPES)
OURS = {"ok": True, "team_id": "T0SANDBOX1", "team": "Board", "user": "r", "user_id": "U1", "bot_id": "B1"}
WHOSE: dict[str, tuple[dict[str, object], dict[str, str], str]] = {
    "an organisation's": (
        {"is_enterprise_install": True}, {}, "problem: This app is installed for a whole organisation, and it is made"
    ),
    "a person's": ({"bot_id": None}, {}, "problem: SLACK_BOT_TOKEN is a person's, not the app's"),
    "another workspace's": (
        {"team_id": "T0ELSEWHERE"}, {}, "problem: The token belongs to the workspace T0ELSEWHERE, but the people"
    ),
    "one that may too much": (
        {}, {"X-OAuth-Scopes": f"{SCOPED},admin"}, "note: The app has scopes that it doesn't need: remove admin, and"
    ),
    "without scopes": ({}, {"X-OAuth-Scopes": ""}, "not asked: Slack's answer doesn't say what the app may do"),
    "a clock that is far off": (
        {}, {"Date": "Sat, 01 Jan 2022 00:00:00 GMT"}, "ahead of Slack's. From 5 minutes on, Slack's"
    ),
    "a clock that is a little off": (
        {}, {"Date": "2 minutes ago"}, "ahead of Slack's: set it with NTP."
    ),
    "no clock": ({}, {"Date": "yesterday"}, "not asked: Slack's answer doesn't say what the time is."),
}  # fmt: skip


def test_whose_token_it_is_what_it_may_do_and_what_time_it_is(doctor: Doctor) -> None:
    ago = {f"{minutes} minutes ago": format_datetime(wall() - timedelta(minutes=minutes), usegmt=True)
           for minutes in (0, 2)}  # fmt: skip
    for name, (other, given, sentence) in WHOSE.items():
        said = {"Date": "0 minutes ago", "X-OAuth-Scopes": SCOPED} | given
        headers = {header: ago.get(value, value) for header, value in said.items()}
        with answering(OURS | other, headers) as url:
            _, found = doctor.says(SLACK_API_URL=url)
        of_slack = [f"{how}: {said}" for subject, how, said in found if subject == "Slack"]
        assert [each for each in of_slack if sentence in each], (name, of_slack)
