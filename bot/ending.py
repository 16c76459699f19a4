"""The signals that tell a process to end: by the person who runs it, by Ctrl-C, or as its terminal was closed."""

import signal
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def heed(what: Callable[[int, FrameType | None], object] | signal.Handlers, *signals: signal.Signals) -> None:
    """Handle these signals with `what`, except those that the process was started to ignore, as by `nohup`."""
    for each in signals:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, what)
