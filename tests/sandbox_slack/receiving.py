"""A bolt app that listens to the stand-in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event, Lock

from slack_bolt import App


@dataclass
class Listener:
    """A bolt app and what reached it."""

    app: App
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    changed: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    def wait(self, condition: Callable[[], bool]) -> bool:
        """Wait until something that arrived makes the condition true; False after ten seconds."""
        for _ in range(200):
            if condition():
                return True
            self.changed.wait(0.05)
            self.changed.clear()
        return condition()
