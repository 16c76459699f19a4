"""Runs a command that ends with whoever began it, even where that one is killed: `kept.command(...)` for Popen.

Its standard input is a pipe that whoever began it holds open, and that closes when that one has ended, however. What
is signalled to it goes on to the command. It leads a session of its own, so that a Ctrl-C isn't for it, and a group of
processes, all of which are ended.
"""

import os
import signal
import subprocess
import sys
import time
from threading import Event, Thread
from typing import Final

PATIENCE: Final = 3.0
"""Seconds to end well in, once nobody is there."""


def command(*given: object, owner: str = "") -> list[str]:
    """What to start instead, with `stdin=PIPE`; `owner`: the user and group, `uid:gid`, that it shall run as."""
    return [sys.executable, "-IS", __file__, owner, *map(str, given)]


def main(owner: str, *given: str) -> int:
    """Run the command; its exit status, as a shell tells it."""
    os.setsid()
    early: list[int] = []  # what came before there was anybody to pass it on to
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, lambda number, _: early.append(number))
    user, group = owner.split(":") if owner else (None, None)
    child = subprocess.Popen(
        given,
        stdin=subprocess.DEVNULL,
        user=int(user) if user else None,
        group=int(group) if group else None,
    )
    for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(each, lambda number, _: child.send_signal(number))
    for number in early:
        child.send_signal(number)
    alone = Event()
    Thread(target=_end_with_stdin, args=(child, alone), daemon=True).start()
    status = child.wait()
    if alone.is_set():
        os.killpg(0, signal.SIGKILL)  # what the command has begun, and this
    return status if status >= 0 else 128 - status


def _end_with_stdin(child: "subprocess.Popen[bytes]", alone: Event) -> None:
    while os.read(0, 100):
        pass  # nothing is said there
    alone.set()
    child.terminate()
    time.sleep(PATIENCE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
