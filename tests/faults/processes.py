"""A process of the product that a test can kill, and the waiting that goes with it."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from time import monotonic

LONG = bool(os.environ.get("FAULTS_LONG"))
"""Whether there is time for the longer versions: `make faults` sets it."""
CHECKOUT = Path(__file__).parents[2]
PATIENCE = 30.0
"""Seconds in which a process must have started, or ended."""
KILLED = b"was sent SIGKILL"
"""What gunicorn notes about a worker of its own that was killed."""

WEB = ("gunicorn", "-c", "python:bot.gunicorn", "bot.web:create_app()")
WORKER = ("roundtable", "worker")


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    """Wait for a condition; False if it didn't come about in time."""
    deadline, pause = monotonic() + seconds, Event()
    while not condition():
        if monotonic() > deadline:
            return False
        pause.wait(0.02)
    return True


class Process:
    """One process (gunicorn with its children), with a log of its own at `log`."""

    def __init__(self, command: tuple[str, ...], environment: Mapping[str, str], log: Path) -> None:
        bin_ = Path(sys.executable).parent
        self.log = log
        self._read_from = log.stat().st_size if log.exists() else 0
        with log.open("ab") as written:
            self._process = subprocess.Popen(
                [bin_ / command[0], *command[1:]],
                env={
                    "PATH": f"{bin_}{os.pathsep}{os.environ.get('PATH', '')}",
                    "PYTHONPATH": str(CHECKOUT),  # this one, wherever the installed commands point to
                    **environment,
                },
                stdout=written,
                stderr=written,
                start_new_session=True,  # so that kill() reaches gunicorn's children too
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def said(self) -> bytes:
        """What it wrote to its log."""
        return self.log.read_bytes()[self._read_from :]

    def died(self) -> bool:
        """Whether it, or a child of gunicorn's, was killed."""
        return self.status == -signal.SIGKILL or KILLED in self.said()

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.status is None:
            os.killpg(self.pid, signal.SIGKILL)
        self._process.wait(PATIENCE)

    def terminate(self) -> None:
        """Ask it to end, as a deploy does."""
        self._process.send_signal(signal.SIGTERM)

    def end(self, seconds: float = PATIENCE) -> int:
        """Ask it to end and wait; its exit status."""
        self.terminate()
        return self._process.wait(seconds)
