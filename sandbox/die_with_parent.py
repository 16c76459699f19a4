"""Runs a command that ends with the process that started it, even if that is killed: for Popen(`command(...)`).

Its standard input is a pipe that the starting process holds open and that closes when that process ends, however it
ends. Signals are passed on to the command. It leads a session of its own, so that Ctrl-C doesn't reach it, and a
process group, which is ended as a whole.
"""

import os
import signal
import subprocess
import sys
import time
from threading import Event, Thread
from typing import Final

PATIENCE: Final = 3.0
"""Seconds in which the command may end properly once the starting process is gone."""


def command(*given: object, owner: str = "") -> list[str]:
    """The command line to start instead of `given`, with `stdin=PIPE`; `owner`: "uid:gid" to run as, if not ""."""
    return [sys.executable, "-IS", __file__, owner, *map(str, given)]


def main(owner: str, *given: str) -> int:
    """Run the command, and return its exit status as a shell would."""
    os.setsid()
    early: list[int] = []  # signals that arrive before the command has started
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
        os.killpg(0, signal.SIGKILL)  # this process, and those that the command has started
    return status if status >= 0 else 128 - status


def _end_with_stdin(child: "subprocess.Popen[bytes]", alone: Event) -> None:
    while os.read(0, 100):
        pass  # nothing is ever written to it
    alone.set()
    child.terminate()
    time.sleep(PATIENCE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
