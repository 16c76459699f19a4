"""The worker process."""

import argparse
import os
from threading import Event

import structlog

from audit.retention import restored
from bot import database_refusals, ending, threads
from bot.settings import Settings
from jobs.engine import Engine, Paces
from jobs.slack_posting import Poster
from jobs.worker_slots import SlotLost, slot

log = structlog.get_logger()


def run(settings: Settings, stop: Event) -> None:
    """Hold a slot and work until `stop` is set. SlotLost ends the work early; KeysRefused or Silent prevent it."""
    threads.share()
    if settings.metrics_port is not None:
        from bot import metrics  # loads prometheus-client

        metrics.show(settings)
    google = settings.google_client()
    with settings.database() as sessions:
        with sessions.reading() as session:
            restored.require_resumed(session)
        engine = Engine(
            sessions,
            Poster(settings.slack_bot_token.get_secret_value(), settings.slack_api_url),
            google,
            Paces(
                sweep=settings.sweep_seconds,
                redraw=settings.redraw_seconds,
                sheets=settings.sheet_seconds,
                messages=settings.message_seconds,
                retry=settings.retry_seconds,
            ),
            help_url=settings.help_url or "",
        )
        with slot(sessions.url, stop) as held:
            if held is None:
                return
            engine.run(held, stop)


def main(settings: Settings, _: argparse.Namespace) -> None:
    """Run the worker until told to stop."""
    stop = Event()
    ending.heed(lambda *_: stop.set(), *ending.SIGNALS)
    database_refusals.require_current(settings.database_url.get_secret_value())
    try:
        run(settings, stop)
    except SlotLost:
        log.exception("slot_lost")
        os._exit(1)
    os._exit(0)  # a normal exit would wait for threads that wait for Slack
