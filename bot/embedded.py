"""The worker as a child of the web process, for deployments that start only one process."""

import os
import signal
import sys
from contextlib import suppress
from threading import Event, Thread
from typing import NoReturn

import structlog

from bot import ending
from bot.settings import Settings

log = structlog.get_logger()


class Embedded:
    """The worker of a deployment with a single process to start: a child of the web process.

    It has an interpreter of its own, so drawing a sheet never delays an acknowledgement. It ends when the web process
    tells it to, and with the web process however that ends, because the pipe between them closes.
    """

    def __init__(self, settings: Settings) -> None:
        """Fork, before there is any thread or connection, neither of which would survive in the child."""
        self.died = False
        self._ending = False
        line, self._line = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            os.close(self._line)
            _beside(settings, line)
        os.close(line)
        self._watching = Thread(target=self._watch, name="worker", daemon=True)

    def start(self) -> None:
        """Let the worker begin, as soon as no other process has the slot."""
        os.write(self._line, b"!")
        self._watching.start()

    def end(self) -> None:
        """Let the worker finish its current work; one that takes too long, or never began, dies with the pipe."""
        self._ending = True
        begun = self._watching.ident is not None
        if begun:
            with suppress(BrokenPipeError):  # the worker has died
                os.write(self._line, b".")
            self._watching.join(timeout=15)
        os.close(self._line)
        if not begun:
            os.waitpid(self._pid, 0)

    def _watch(self) -> None:
        """End the web process if its worker has died: the service manager then starts both anew.

        Other child processes come and go: a template is read in a process of its own.
        """
        os.waitpid(self._pid, 0)
        if not self._ending:
            self.died = True
            log.error("worker_died")
            os.kill(os.getpid(), signal.SIGTERM)


def _beside(settings: Settings, line: int) -> NoReturn:
    """Be the worker, until the web process says that it is time to end or is gone."""
    ending.heed(signal.SIG_IGN, *ending.SIGNALS)  # the web process handles them, and ends first
    try:
        if os.read(line, 1):
            from bot.worker import run  # here, as the web process never loads dbos and needn't wait for it

            stop = Event()
            Thread(target=_told, args=(line, stop), daemon=True).start()
            run(settings, stop)
    finally:
        if (error := sys.exception()) is not None:
            log.error("worker_died", exc_info=error)
        os._exit(0)


def _told(line: int, stop: Event) -> None:
    if os.read(line, 1):
        stop.set()
        os.read(line, 1)
    os._exit(1)
