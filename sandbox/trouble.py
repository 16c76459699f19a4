"""Trouble on purpose (Slack down, Google out of quota, the worker killed), and its end."""

import json
from typing import TYPE_CHECKING, Final

from sandbox.faults import Fault
from sandbox.sheets.accounts import PROJECT_NUMBER
from sandbox.sheets.errors import out_of_quota

if TYPE_CHECKING:
    from sandbox.desk import Desk

SLACK: Final = r"POST /api/(?!views\.)"
"""Every call but those about views: submitting a form must not need the rest of Slack."""
GOOGLE: Final = r" /v4/"
RETRY_AFTER: Final = "5"


class Trouble:
    """The troubles under way, by name: slack, google, worker."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk
        self.standing: set[str] = set()

    def begin(self, name: str) -> str:
        """Begin a trouble by its name, and return a sentence that says what happens now."""
        words = {"slack": self._slack, "google": self._google, "worker": self._worker}[name]()
        self.standing.add(name)
        self._desk.bump()
        return words

    def _slack(self) -> str:
        self._desk.workspace.faults.add(Fault(SLACK, times=None, status=503))
        return "Slack now refuses every message with 503. Forms still open: send a return and see what waits."

    def _google(self) -> str:
        body = json.dumps(out_of_quota("Write", 60, PROJECT_NUMBER).body())
        headers = {"Retry-After": RETRY_AFTER}
        self._desk.drive.faults.add(Fault(GOOGLE, times=None, status=429, headers=headers, body=body))
        return f"Google now answers 429 with Retry-After: {RETRY_AFTER}. Send a return: the sheet waits, Slack doesn't."

    def _worker(self) -> str:
        self._desk.product.kill()
        return (
            "Killed (signal 9). On SQLite the worker lives in the web process, so Slack can't reach the product either."
        )

    def well_again(self) -> str:
        """End all troubles, and return a sentence that says so."""
        self._desk.workspace.faults.clear()
        self._desk.drive.faults.clear()
        if not self._desk.product.alive:
            self._desk.product.start()
        self.standing.clear()
        self._desk.bump()
        return "All is well again. What waited is being delivered."
