"""Waiting until people see something, and until the product has nothing left to do."""

import json
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from sandbox.product import Product
from sandbox.slack.shapes import Obj, obj
from sandbox.surfaces import Disagree

PATIENCE: Final = 120.0
"""Seconds to wait until people see something."""
QUIET: Final = 2.0
"""Seconds after which the product has taken up the last change."""


class Waits:
    """Follows the product's backlog, from `roundtable status --json --follow`."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self._following = product.follow("status", "--json", "--follow")
        self._status: Obj = {}
        self._said_at = time.monotonic()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._following.stdout or ():
            self._status, self._said_at = obj(json.loads(line)), time.monotonic()

    def end(self) -> None:
        """Stop following."""
        self._following.terminate()
        with self._following:
            pass  # waited for, its pipe closed

    def until(self, seen: Callable[[], bool]) -> None:
        """Wait until `seen` is true. Raises Disagree if it isn't within PATIENCE seconds."""
        deadline, pause = time.monotonic() + PATIENCE, Event()
        while not seen():
            if time.monotonic() > deadline:
                raise Disagree(f"this still waits: {self._status}")
            pause.wait(0.1)

    def settled(self, seen: Callable[[], bool] = lambda: True) -> None:
        """Wait until `seen` is true and the backlog stays empty. Raises Disagree, also if a delivery failed."""
        began = time.monotonic()
        self.until(lambda: seen() and self._rests(began))
        if self._status["trouble"]:
            raise Disagree(f"not everything could be delivered: {self._status['trouble']}")

    def _rests(self, since: float) -> bool:
        return bool(self._status.get("settled")) and time.monotonic() - max(since, self._said_at) > QUIET
