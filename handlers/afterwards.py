"""What is done once a request is answered, while nobody waits for it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context

import structlog

log = structlog.get_logger()

_THREADS = ThreadPoolExecutor(8, "afterwards")
_UNDER_WAY: set[Future[None]] = set()


def do(work: Callable[[], None]) -> None:
    """Do that in another thread, in the context of the request."""
    doing = _THREADS.submit(copy_context().run, _attempt, work)
    _UNDER_WAY.add(doing)
    doing.add_done_callback(_UNDER_WAY.discard)


def _attempt(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # nobody waits who could be told
        log.exception("afterwards_failed")


def finish(seconds: float) -> None:
    """Wait until all of it is done, for so many seconds at most: the process ends."""
    wait(set(_UNDER_WAY), seconds)
