"""The web process: Flask serves, the gate guards, bolt dispatches, handlers answer."""

import structlog
from flask import Flask, Response, jsonify, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient
from sqlalchemy.exc import DBAPIError

import handlers
from audit import people
from bot import logs
from bot.gate import Gate
from bot.settings import Settings, load
from storage import keys, private
from storage.engine import Sessions
from storage.keys import KeysRefused
from storage.migrations import is_current

SLACK_PATH = "/slack/events"
PATIENCE = 2.0
"""Seconds for a lock, a statement or a connection: Slack gives up at 3."""

log = structlog.get_logger()


class NotStarted(Exception):
    """The database can't be used: it isn't there, of another version than this code, or sealed with another key."""


def slack_app(settings: Settings, sessions: Sessions) -> App:
    """Bolt with every handler. It answers before it returns, and never asks Slack who the bot is."""
    token = settings.slack_bot_token.get_secret_value()
    app = App(
        client=WebClient(token=token, base_url=settings.slack_api_url, timeout=2, retry_handlers=[]),
        authorize=lambda enterprise_id, team_id: AuthorizeResult(
            enterprise_id=enterprise_id, team_id=team_id, bot_token=token
        ),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        request_verification_enabled=False,  # the gate has done it, before anything was parsed
        process_before_response=True,
    )
    credentials = settings.google_credentials()
    handlers.register(app, sessions, credentials["client_email"] if credentials else "")
    return app


def let_in(settings: Settings, sessions: Sessions) -> None:
    """Register the first coordinator, where one is named and nobody coordinates."""
    if settings.first_coordinator is not None:
        team_id, _, user_id = settings.first_coordinator.partition("/")
        with sessions.begin() as session:
            if people.first_coordinator(session, team_id, user_id):
                log.info("first_coordinator_registered")


def build(settings: Settings, sessions: Sessions) -> Flask:
    """The web application over `sessions`; whoever is named as the first coordinator gets in."""
    let_in(settings, sessions)
    web = Flask("roundtable")
    slack = SlackRequestHandler(slack_app(settings, sessions))

    @web.post(SLACK_PATH)
    def events() -> Response:
        answer = slack.handle(request)
        # What bolt doesn't know it answers with 404 and words for developers; Slack needs no words.
        return answer if answer.status_code != 404 else Response(status=404)  # noqa: PLR2004

    @web.get("/healthz")
    def health() -> Response:
        with sessions.reading() as session:
            session.connection()
        return jsonify(ok=True)

    secret = settings.slack_signing_secret.get_secret_value()
    web.wsgi_app = Gate(web.wsgi_app, secret, frozenset({SLACK_PATH}))  # type: ignore[method-assign]  # Flask's own way
    return web


def create_app() -> Flask:
    """What gunicorn serves; the start is refused while a setting, the schema or a key is wrong."""
    settings = load()
    logs.set_up(settings.log_level)
    logs.keep_crashes()
    private.keep_private()
    sessions = settings.sessions(patience=PATIENCE)
    try:
        if not is_current(settings.database_url.get_secret_value()):
            raise NotStarted("The database isn't up to date: run `roundtable migrate` first.")
        keys.check(sessions)
    except DBAPIError as error:
        raise NotStarted(f"The database could not be used ({type(error).__name__}). Is it there?") from None
    except KeysRefused as why:
        raise NotStarted(str(why)) from None
    return build(settings, sessions)
