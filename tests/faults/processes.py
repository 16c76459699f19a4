"""A process of the product that a test can kill, and waiting for conditions."""

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from time import monotonic

from tests.kit.fork_server import ForkServer
from tests.kit.served import listening_at

PATIENCE = 30.0
"""Seconds within which a process must have started, or ended."""
_STARTED = dict(line.split(": ") for line in (Path(__file__).parents[2] / "Procfile").read_text().splitlines())
WEB, WORKER = (tuple(_STARTED[kind].split()) for kind in ("web", "worker"))
"""The commands in the Procfile."""


def until(condition: Callable[[], bool], seconds: float = 60, every: float = 0.02) -> bool:
    """Poll a condition until it is true; False if it isn't within `seconds`."""
    deadline, pause = monotonic() + seconds, Event()
    while not condition():
        if monotonic() > deadline:
            return False
        pause.wait(every)
    return True


class Process:
    """A process of the product, with a log of its own at `log`."""

    def __init__(
        self, fork_server: ForkServer, command: tuple[str, ...], environment: Mapping[str, str], log: Path
    ) -> None:
        log.touch()
        self.log = log
        self._read_from = log.stat().st_size
        self._fork_server = fork_server
        self.pid = fork_server.start(command, environment, log, hurried=True)

    @property
    def status(self) -> int | None:
        """The exit status, negative for a signal; None while the process runs."""
        return self._fork_server.status(self.pid)

    @property
    def address(self) -> str:
        """Where the web process listens; "" before it does."""
        return listening_at(self.said().decode(errors="replace"))

    def said(self) -> bytes:
        """What the process wrote to its log."""
        return self.log.read_bytes()[self._read_from :]

    def died(self) -> bool:
        """Whether the process was killed, or ended because the worker beside it was."""
        return self.status == -signal.SIGKILL or (self.status == 1 and b"worker_died" in self.said())

    def kill(self) -> None:
        """End the process as a power cut does."""
        if self.status is None:
            os.killpg(self.pid, signal.SIGKILL)
        self._ended(PATIENCE)

    def terminate(self) -> None:
        """Send SIGTERM, as a deployment does."""
        os.kill(self.pid, signal.SIGTERM)

    def end(self, seconds: float = PATIENCE) -> int:
        """Send SIGTERM, wait, and return the exit status."""
        self.terminate()
        return self._ended(seconds)

    def _ended(self, seconds: float) -> int:
        assert until(lambda: self.status is not None, seconds), f"process {self.pid} goes on"
        return self.status or 0
