"""Logs: events with ids, never sentences with content.

Only the keys listed here are ever written. Messages of libraries (bolt logs whole payloads, SQL drivers log values) are
reduced to their place and the class of their error.
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
"""Levels of normal events; events of other levels are counted."""
_TALKATIVE = frozenset({"alembic.runtime.migration"})
"""Libraries whose messages contain only names and numbers."""


def set_up(level: str) -> None:
    """Send everything, from every library, through the allow-list to standard error, one JSON object per line."""
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
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers = [_Reduced()]
    root.setLevel(level)
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [], True
    logging.getLogger("dbos").addHandler(logging.NullHandler())  # having none, DBOS would add one that prints as it is


class _Unfailing(io.TextIOBase):
    """A log's stream whose failing writes (the disk is full) are ignored."""

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
    """Log errors that nothing catches, wherever they are raised, through the allow-list too, from now on."""
    sys.excepthook = lambda _kind, error, _trace: _crashed(error)
    threading.excepthook = lambda args: _crashed(args.exc_value)
    sys.unraisablehook = lambda args: _crashed(args.exc_value)


def _crashed(error: BaseException | None) -> None:
    structlog.get_logger().critical("crashed", exc_info=error)


def silence() -> None:
    """Switch off all logging, of every library, for a command that a person runs."""
    structlog.configure(processors=[_dropped])
    logging.disable(logging.CRITICAL)


class _Reduced(logging.Handler):
    """Logs a library's record as an event: its place and, for an error, the error's class."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage() if record.name in _TALKATIVE else "library"
        structlog.get_logger().log(
            record.levelno, message, logger=record.name, at=f"{record.module}:{record.lineno}", exc_info=record.exc_info
        )


def _dropped(_logger: WrappedLogger, _method: str, _event: EventDict) -> EventDict:
    raise structlog.DropEvent


def _frames(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the places it passed: its message may quote what somebody wrote."""
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
    if event["level"] not in QUIET and "logger" not in event:  # libraries' lines aren't counted
        observed.happened("logged", level=event["level"])
    return event


def _only_allowed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in ALLOWED}
