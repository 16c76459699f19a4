"""A process of the product that a test can kill, and the waiting that goes with it."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from time import monotonic

from tests.kit.nursery import Nursery

PATIENCE = 30.0
"""Seconds in which a process must have started, or ended."""
_STARTED = dict(line.split(": ") for line in (Path(__file__).parents[2] / "Procfile").read_text().splitlines())
WEB, WORKER = (tuple(_STARTED[kind].split()) for kind in ("web", "worker"))
"""The commands that the Procfile has."""


def until(condition: Callable[[], bool], seconds: float = 60, every: float = 0.02) -> bool:
    """Look every so many seconds whether a condition has come about; False if it didn't in time."""
    deadline, pause = monotonic() + seconds, Event()
    while not condition():
        if monotonic() > deadline:
            return False
        pause.wait(every)
    return True


class Process:
    """One process, with a log of its own at `log`."""

    def __init__(self, nursery: Nursery, command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> None:
        log.touch()
        self.log = log
        self._read_from = log.stat().st_size
        self._nursery = nursery
        self.pid = nursery.born(command, environment, log, hurried=True)

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._nursery.status(self.pid)

    def said(self) -> bytes:
        """What it wrote to its log."""
        return self.log.read_bytes()[self._read_from :]

    def died(self) -> bool:
        """Whether it was killed; or ended because the worker beside it was."""
        return self.status == -signal.SIGKILL or (self.status == 1 and b"worker_died" in self.said())

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.status is None:
            os.killpg(self.pid, signal.SIGKILL)
        self._ended(PATIENCE)

    def terminate(self) -> None:
        """Ask it to end, as a deploy does."""
        os.kill(self.pid, signal.SIGTERM)

    def end(self, seconds: float = PATIENCE) -> int:
        """Ask it to end and wait; its exit status."""
        self.terminate()
        return self._ended(seconds)

    def _ended(self, seconds: float) -> int:
        assert until(lambda: self.status is not None, seconds), f"process {self.pid} goes on"
        return self.status or 0
