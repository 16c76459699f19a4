"""The cost of a function call: database statements, and milliseconds of this process's processor time."""

import time
from collections.abc import Callable

from sqlalchemy import Engine, event

TIMES = 3

Cost = tuple[int, float]
"""Number of database statements, and milliseconds of processor time."""


def least(once: Callable[[], object], times: int = TIMES, *, before: Callable[[], object] = lambda: None) -> Cost:
    """The lowest cost in `times` calls; `before` runs ahead of each call and isn't counted."""
    texts: list[str] = []

    def executed(*given: object) -> None:
        texts.append(str(given[2]))

    spent = []
    for _ in range(times):
        before()
        texts.clear()
        event.listen(Engine, "before_cursor_execute", executed)
        began = time.process_time()
        once()
        spent.append(1000 * (time.process_time() - began))
        event.remove(Engine, "before_cursor_execute", executed)
    return len(texts), min(spent)
