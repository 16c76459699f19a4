"""The worker process, and the worker inside a web process."""

import os
import signal
import sys
from threading import Event, Thread

import structlog

from audit.retention import restored
from bot import logs
from bot.settings import Settings
from jobs.engine import Engine, Paces
from jobs.slack import Poster
from jobs.slots import SlotLost, slot
from sheets.client import connect

log = structlog.get_logger()


def run(settings: Settings, stop: Event) -> None:
    """Hold a slot and work until `stop` is set; SlotLost ends it early, KeysRefused or Silent before it begins."""
    credentials = settings.google_credentials()
    with settings.database() as sessions:
        with sessions.reading() as session:
            restored.require_resumed(session)
        engine = Engine(
            sessions,
            Poster(settings.slack_bot_token.get_secret_value(), settings.slack_api_url),
            connect(credentials, settings.google_api_url) if credentials else None,
            Paces(
                sweep=settings.sweep_seconds,
                redraw=settings.redraw_seconds,
                sheets=settings.sheet_seconds,
                messages=settings.message_seconds,
                retry=settings.retry_seconds,
            ),
            help_url=settings.help_url or "",
        )
        with slot(sessions.url) as held:
            logs.set_up(settings.log_level)  # again: DBOS brought its own handlers
            engine.run(held, stop)


def main(settings: Settings) -> None:
    """The worker process: ends well on SIGTERM and SIGINT.

    It ends at once when its time is over: Python's own end would wait for threads that wait for Slack.
    """
    logs.keep_crashes()
    stop = Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    try:
        run(settings, stop)
    except SlotLost:
        log.exception("slot_lost")
        os._exit(1)
    os._exit(0)


class Embedded:
    """The worker in a thread of the web process, where one process serves all."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = Event()
        self._thread = Thread(target=self._run, name="worker", daemon=True)
        self.died = False

    def start(self) -> None:
        """Begin, as soon as no other process has the slot."""
        self._thread.start()

    def end(self) -> None:
        """Finish what is under way."""
        self._stop.set()
        self._thread.join(timeout=15)

    def _run(self) -> None:
        """A web process whose worker has died must not go on as if nothing were: whoever keeps it starts another."""
        try:
            run(self._settings, self._stop)
        finally:
            if not self._stop.is_set():
                self.died = True
                log.error("worker_died", exc_info=sys.exception())
                os.kill(os.getpid(), signal.SIGTERM)
