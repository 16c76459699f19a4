"""Work that is done after a request is answered."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context

import structlog

log = structlog.get_logger()

_THREADS = ThreadPoolExecutor(8, "afterwards")
_UNDER_WAY: set[Future[None]] = set()


def do(work: Callable[[], None]) -> None:
    """Run `work` in another thread, in the context of the request."""
    doing = _THREADS.submit(copy_context().run, _attempt, work)
    _UNDER_WAY.add(doing)
    doing.add_done_callback(_UNDER_WAY.discard)


def _attempt(work: Callable[[], None]) -> None:
    try:
        work()
    except Exception:  # the request is already answered, so nobody can be shown an error
        log.exception("afterwards_failed")


def finish(seconds: float) -> None:
    """Wait at most `seconds` for all work to finish, since the process ends."""
    wait(set(_UNDER_WAY), seconds)
