"""The web process: the server receives requests, the gate verifies them, Flask and bolt dispatch, handlers answer.

In Socket Mode, envelopes come over connections instead, to the same handlers; the server then only reports health.
"""

import argparse
import os
from http import HTTPStatus
from time import monotonic
from typing import TYPE_CHECKING

import structlog
from flask import Flask, Response, abort, jsonify, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

import handlers
from audit.people import people
from audit.retention import restored
from bot import database_refusals, ending, readiness, server, threads
from bot.embedded import Embedded
from bot.form_answers import FormAnswers
from bot.gate import VERIFIED, Gate
from bot.readiness import Readiness
from bot.settings import Settings
from handlers import afterwards
from storage import keys, observed
from storage.engine import Sessions

if TYPE_CHECKING:
    from bot.socket_mode import SocketMode

SLACK_PATH = "/slack/events"
PATIENCE = 2.0
"""Seconds for a lock, a statement or a connection: Slack gives up after 3."""

OPEN = frozenset({"health", "ready"})
"""The views that answer anybody: those behind bot.gate.OPEN. All others require a verified request."""

log = structlog.get_logger()


def slack_app(settings: Settings, sessions: Sessions) -> App:
    """Bolt with every handler. It answers before it returns, and never asks Slack who the bot is."""
    token = settings.slack_bot_token.get_secret_value()
    app = App(
        name="roundtable",  # otherwise bolt searches the stack for a name, which is slow
        client=WebClient(token=token, base_url=settings.slack_api_url, timeout=2, retry_handlers=[]),
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=token
        ),
        request_verification_enabled=False,  # the gate has verified it, before anything was parsed
        process_before_response=True,
    )
    handlers.register(app, sessions, settings.google_account)
    return app


def register_first_coordinator(settings: Settings, sessions: Sessions) -> None:
    """Register the first coordinator, if one is named and nobody coordinates yet."""
    if settings.first_coordinator is not None:
        team_id, _, user_id = settings.first_coordinator.partition("/")
        with sessions.begin() as session:
            if people.first_coordinator(session, team_id, user_id):
                log.info("first_coordinator_registered")


def build(settings: Settings, sessions: Sessions) -> Flask:
    """The web application over `sessions`."""
    web = Flask("roundtable", static_folder=None)
    app = slack_app(settings, sessions)
    slack = SlackRequestHandler(app)

    @web.before_request
    def verified() -> None:
        if request.endpoint not in OPEN and VERIFIED not in request.environ:
            log.error("unverified_request_inside")  # the gate has let it through
            abort(HTTPStatus.UNAUTHORIZED)

    @web.post(SLACK_PATH)
    def events() -> Response:
        with observed.answering(request.environ.get(server.CAME, monotonic())):
            answer = slack.handle(request)
        # To an unknown request bolt answers 404 with a text for developers, which Slack doesn't need.
        return answer if answer.status_code != HTTPStatus.NOT_FOUND else Response(status=HTTPStatus.NOT_FOUND)

    @web.get("/healthz")
    def health() -> Response:
        return jsonify(ok=True)

    looks = Readiness(sessions)

    @web.get("/readyz")
    def ready() -> Response:
        words, ends = looks.words(), bool(request.environ.get(server.ENDS))
        is_ready = readiness.ready(words) and not ends
        answer = jsonify(**words, ending=ends, ready=is_ready)
        answer.status_code = HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE
        return answer

    direct = FormAnswers(web.wsgi_app, SLACK_PATH, handlers.forms(app.client, sessions, settings.google_account))
    secret = settings.slack_signing_secret
    web.wsgi_app = Gate(direct, secret.get_secret_value() if secret else None)  # type: ignore[method-assign]  # Flask's own way
    return web


def connections(settings: Settings, sessions: Sessions) -> "SocketMode | None":
    """Socket Mode's connections; None if no app-level token is set."""
    if settings.slack_app_token is None:
        return None
    from bot.envelopes import Envelopes  # these load libraries that HTTP doesn't need
    from bot.socket_mode import SocketMode

    envelopes = Envelopes(slack_app(settings, sessions))
    return SocketMode(settings.slack_app_token.get_secret_value(), settings.slack_api_url, envelopes, sessions)


def check(settings: Settings, sessions: Sessions) -> None:
    """Raise Refused, DBAPIError, KeysRefused or Silent if the database, its schema or a key isn't as it must be."""
    database_refusals.require_current(settings.database_url.get_secret_value())
    keys.check(sessions)
    with sessions.reading() as session:
        restored.require_resumed(session)


def main(settings: Settings, _: argparse.Namespace) -> None:
    """Answer Slack's requests until told to stop."""
    server.enough_files()
    threads.share()
    worker = Embedded(settings) if settings.embedded else None
    if settings.metrics_port is not None:
        from bot import metrics  # loads prometheus-client

        metrics.show(settings)
    sessions = settings.sessions(patience=PATIENCE)
    try:
        check(settings, sessions)
        _serve(settings, sessions, worker)
    finally:
        if worker is not None:
            worker.end()
        sessions.dispose()
    os._exit(1 if worker is not None and worker.died else 0)  # a normal exit would wait for every thread


def _serve(settings: Settings, sessions: Sessions, worker: Embedded | None) -> None:
    """Serve until told to end.

    If the worker is embedded, no other process may listen at the same port; otherwise there may be several web
    processes.
    """
    listener = server.listener(settings.host, settings.port, shared=not settings.embedded)
    serving = server.Server(build(settings, sessions), listener)
    slack = connections(settings, sessions)
    ending.heed(lambda *_: serving.end(), *ending.SIGNALS)
    if slack is not None and (silence := slack.start()):
        print(f"{silence} It is asked again every few seconds, until it answers.", flush=True)  # noqa: T201  # to the person who starts it
    register_first_coordinator(settings, sessions)  # only after everything that may refuse to start
    if worker is not None:
        worker.start()
    log.info("listening", at=serving.address)
    serving.run()
    if slack is not None:
        slack.end()
    afterwards.finish(serving.left)
