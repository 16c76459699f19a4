"""A bolt app that listens to the stand-in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from slack_bolt import App

from tests.faults.processes import until


@dataclass
class Listener:
    """A bolt app and what reached it."""

    app: App
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def wait(self, condition: Callable[[], bool]) -> bool:
        """Wait until something that arrived makes the condition true; False if it isn't within a minute."""
        return until(condition)
