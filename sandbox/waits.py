"""Waiting for what people see, and until nothing waits in the product any more."""

import json
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from sandbox.product import Product
from sandbox.slack.shapes import Obj, obj
from sandbox.surfaces import Disagree

PATIENCE: Final = 120.0
"""Seconds to wait for what others see."""
QUIET: Final = 2.0
"""Seconds after which what was done last has been taken up."""


class Waits:
    """What waits in the product, as `roundtable status --follow` goes on saying it."""

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
        """Follow no longer."""
        self._following.terminate()
        with self._following:
            pass  # waited for, its pipe closed

    def until(self, seen: Callable[[], bool]) -> None:
        """Wait for something that people see; Disagree if it doesn't come."""
        deadline, pause = time.monotonic() + PATIENCE, Event()
        while not seen():
            if time.monotonic() > deadline:
                raise Disagree(f"this still waits: {self._status}")
            pause.wait(0.1)

    def settled(self, seen: Callable[[], bool] = lambda: True) -> None:
        """Wait until that is seen and nothing has waited for a moment; Disagree if something can't be delivered."""
        began = time.monotonic()
        self.until(lambda: seen() and self._rests(began))
        if self._status["trouble"]:
            raise Disagree(f"not everything could be delivered: {self._status['trouble']}")

    def _rests(self, since: float) -> bool:
        return bool(self._status.get("settled")) and time.monotonic() - max(since, self._said_at) > QUIET
