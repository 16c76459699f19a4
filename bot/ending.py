"""What tells a process to end: a signal of whoever runs it, a Ctrl-C, or that its terminal was closed."""

import signal
from collections.abc import Callable
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def heed(what: Callable[[int, FrameType | None], object] | signal.Handlers, *signals: signal.Signals) -> None:
    """Do something at these signals, but for one that whoever began the process has it ignore, as `nohup` does."""
    for each in signals:
        if signal.getsignal(each) is not signal.SIG_IGN:
            signal.signal(each, what)
