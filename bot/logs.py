"""Logs: events with ids, never sentences with content.

Only the keys listed here are ever written. A library's own messages (bolt logs whole payloads, SQL drivers log
values) are reduced to where they came from and what kind of error they carry.
"""

import io
import logging
import sys
import threading
import traceback
from contextlib import suppress
from types import TracebackType
from typing import TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from storage import observed

ALLOWED = frozenset(
    {
        "timestamp",
        "level",
        "event",
        "logger",
        "at",
        "error",
        "frames",
        "reference",
        "case",
        "cycle",
        "return_id",
        "message_id",
        "key",
        "kind",
        "seconds",
        "count",
        "version",
        "slot",
        "status",
        "attempt",
        "number",
        "reads",
        "writes",
        "method",
        "path",
        "name",
    }
)
QUIET = ("debug", "info")
"""Levels of what goes as it should; the others are counted."""
_TALKATIVE = frozenset({"alembic.runtime.migration"})
"""Libraries whose messages hold nothing but names and numbers."""


def set_up(level: str) -> None:
    """Send everything, from every library, through the allow-list to standard error, a JSON object a line."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _frames,
            _only_allowed,
            _counted,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Unfailing(sys.stderr))),
    )
    root = logging.getLogger()
    root.handlers = [_Reduced()]
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True


class _Unfailing(io.TextIOBase):
    """A log's stream of which a failing write (the disk is full) stops nobody."""

    def __init__(self, to: TextIO) -> None:
        self._to = to

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._to.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._to.flush()


def keep_crashes() -> None:
    """Let what ends a process or a thread go through the allow-list too, for as long as the process lives."""
    sys.excepthook = lambda _kind, error, _trace: structlog.get_logger().critical("crashed", exc_info=error)
    threading.excepthook = lambda args: structlog.get_logger().critical("crashed", exc_info=args.exc_value)


def silence() -> None:
    """For a command that a person runs: nothing is logged, by whatever library."""
    structlog.configure(processors=[_dropped])
    logging.disable(logging.CRITICAL)


class _Reduced(logging.Handler):
    """A library's record as an event: where it was logged and, of an error, its kind."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage() if record.name in _TALKATIVE else "library"
        structlog.get_logger().log(
            record.levelno, message, logger=record.name, at=f"{record.module}:{record.lineno}", exc_info=record.exc_info
        )


def _dropped(_logger: WrappedLogger, _method: str, _event: EventDict) -> EventDict:
    raise structlog.DropEvent


def _frames(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An exception as its kind and the places it passed: its text may quote what somebody wrote."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = type(info), info, info.__traceback__
    if info and info[1] is not None:
        event["error"], event["frames"] = type(info[1]).__name__, _places(info[2])
    return event


def _places(trace: TracebackType | None) -> list[str]:
    return [f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _counted(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    if event["level"] not in QUIET and "logger" not in event:  # a library's own lines say little
        observed.happened("logged", level=event["level"])
    return event


def _only_allowed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED}
