"""Default deny: whatever the spelling, nothing reaches the application unsigned, but a look at its health."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product

from flask import Flask, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import gate, web
from bot.gate import VERIFIED
from tests.kit.doors import listening, raw
from tests.kit.doors import request as sent
from tests.kit.forging import click, command, home_opened, send, submission
from tests.kit.looking import rows
from tests.kit.nonsense import form
from tests.kit.play import Play

PATHS = [
    "/slack/events", "//slack/events", "///slack/events", "/slack//events", "/./slack/events", "/slack/./events",
    "/x/../slack/events", "/slack/events/", "/slack/events//", "/SLACK/EVENTS", "/Slack/events", "/slack%2Fevents",
    "/%73lack/events", "/%2Fslack/events", "//%73lack%2fevents", "/%2573lack/events", "/slack/events;x=1",
    "/slack;/events", "/slack/events?x", "//slack/events?x=1", "/slack/events??ssl_check=1", "/slack/events#x",
    "/slack\\events", "\\slack\\events", "/slack/events%00", "/slack/events%0d%0a", "/slack/events%20",
    "/slack/events%", "/%e2%81%84slack/events", "/slack/events\u00a0", "/sl\u00e4ck/events", "/%c5%bflack/events",
    "/s%6Cack/%65vents", "/healthz/../slack/events", "/healthz%2f..%2f..%2fslack/events", "/healthz//slack/events",
    "/healthz/slack/events", "/healthz", "//healthz", "/healthz/", "/%68ealthz", "/healthz;/slack/events",
    "/healthz?/slack/events", "/healthz%00", "/healthz#/slack/events", "*", "slack/events", "?", "/", "//",
    "http://h/slack/events", "http://h//slack/events", "HTTP://H:80///slack/events", "https://h/slack/events",
    "http:///slack/events", "http:/slack/events", "//h/slack/events", "http://h@i/slack/events",
    "http://[::1]/slack/events", "http://[/slack/events", "x://h/healthz", "h:80", "/static/x",
]  # fmt: skip
METHODS = [
    "POST",
    "GET",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "post",
    "Post",
    "P\u00d6ST",
    "",
]
VERSIONS = [" HTTP/1.1", " HTTP/1.0", "", " HTTP/0.9", " HTTP/2.0", " http/1.1", "  HTTP/1.1"]
FRAMINGS = ["length", "chunked", "both", "none"]
BODY = form(submission("U0EDUEAST", "return.submit", "a" * 32, {"grade": "good", "why": "Unsigned."}))
CLAIMS = [
    "X-Original-URL: /healthz",
    "X-Rewrite-URL: /healthz",
    "X-HTTP-Method-Override: GET",
    "X-Script-Name: /slack",
    f"{VERIFIED}: True",
    "Roundtable-Verified: True",
    "HTTP_ROUNDTABLE.VERIFIED: True",
    "X-Slack-Retry-Num: 1",
]
"""Headers with which somebody might talk their way in."""


def spelt(method: str, path: str, version: str = " HTTP/1.1", framing: str = "length") -> bytes:
    """A request that isn't signed, in that spelling."""
    headers = ["Host: h", "Content-Type: application/x-www-form-urlencoded", *CLAIMS]
    headers += [f"Content-Length: {len(BODY)}"] if framing in {"length", "both"} else []
    headers += ["Transfer-Encoding: chunked"] if framing in {"chunked", "both"} else []
    chunked = f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\n\r\n"
    return sent(f"{method} {path}{version}", headers, chunked if framing in {"chunked", "both"} else BODY)


SPELLINGS = [
    *(spelt(method, path) for method, path in product(METHODS, PATHS)),
    *(spelt("POST", path, version, framing) for path, version, framing in product(PATHS[:6], VERSIONS, FRAMINGS)),
]


@contextmanager
def watched(app: Flask) -> Iterator[list[tuple[str, str, bool]]]:
    """Method, view and mark of each request that reaches the application, before it can refuse any."""
    reached: list[tuple[str, str, bool]] = []
    app.before_request_funcs[None].insert(
        0, lambda: reached.append((request.method, str(request.endpoint), VERIFIED in request.environ))
    )
    yield reached


def test_fault_01_nothing_unverified_reaches_the_application(play: Play) -> None:
    play.load()
    before = rows(play.sessions, but=frozenset())
    with watched(play.web) as reached:
        answers = {spelling: raw(play.url, spelling) for spelling in SPELLINGS}
        assert send(play.workspace, command("U0EDUEAST")).ok, "the ordinary spelling"
    assert set(answers.values()) <= {0, 200, 400, 401, 413, 501}
    healthy = {("GET", "health", False), ("HEAD", "health", False)}
    assert set(reached) == {("POST", "events", True)} | healthy
    inside = [spelling for spelling, answer in answers.items() if answer == 200 and b"ssl_check" not in spelling]
    assert {line.split()[0] for line in inside} == {b"GET", b"HEAD"}
    assert len(inside) == len([each for each in reached if each in healthy]) > 1
    assert rows(play.sessions, but=frozenset()) == before


def test_fault_01_nothing_that_can_be_made_up_reaches_it(play: Play) -> None:
    """Spellings that nobody has thought of."""
    piece = st.sampled_from(
        ["/", "//", "slack", "events", "healthz", "%2f", "..", ";", "?", "#", ":", "@", "%00", "\\", "http://h"]
    )

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        st.sampled_from(METHODS[:9]),
        st.lists(piece | st.text(st.characters(max_codepoint=255), max_size=2), max_size=8),
    )
    def asked(method: str, pieces: list[str]) -> None:
        path = "".join(pieces).replace("\r", "").replace("\n", "")
        assert raw(play.url, spelt(method, path)) in {0, 200, 400, 401, 413, 431, 501}

    with watched(play.web) as reached:
        asked()
    assert set(reached) <= {("GET", "health", False), ("HEAD", "health", False)}


def test_without_the_gate_every_view_still_refuses(play: Play) -> None:
    """One that is added later too, and what answers forms in front; and what the gate leaves open is two views."""
    app = play.web
    assert isinstance(app.wsgi_app, gate.Gate)
    behind_it = app.wsgi_app._app  # noqa: SLF001  # what nobody reaches but through the gate
    app.config["TESTING"] = False
    app._got_first_request = False  # noqa: SLF001  # Flask takes no more views once it has answered

    @app.route("/later", methods=["GET", "POST"])
    def later() -> str:
        raise AssertionError("let in")

    with listening(behind_it) as url:
        views = {
            (method, rule.rule, rule.endpoint) for rule in app.url_map.iter_rules() for method in rule.methods or ()
        }
        answers = {view: raw(url, spelt(view[0], view[1])) for view in views}
        assert raw(url, spelt("POST", "/nowhere")) == 401
    refused = {view for view, answer in answers.items() if answer == 401}
    assert refused == {view for view in views if view[2] not in web.OPEN}
    assert {"later", "events"} <= {view[2] for view in refused}
    assert {(method, path) for method in ("GET", "HEAD") for path in ("/healthz", "/readyz")} == gate.OPEN
    assert {view[1] for view in views - refused} == {"/healthz", "/readyz"}


def test_people_of_another_workspace_are_nobody_here(play: Play) -> None:
    """Well signed, by the id of somebody who may, but from another team: nothing is done and nothing shown."""
    play.load()
    before = rows(play.sessions)
    for who in ("U0EDUEAST", "U0COORDIN"):
        for payload in (
            submission(who, "return.submit", "a" * 32, {}, team="T0OTHER"),
            click(who, "cycle.open", "a" * 32, team="T0OTHER"),
            command(who, team="T0OTHER"),
            home_opened(who, team="T0OTHER"),
        ):
            outcome = send(play.workspace, payload)
            assert outcome.status == 200
            assert "T2-EAST" not in outcome.body
    assert rows(play.sessions) == before
