"""Where the product's processes are born: forked from one that has loaded all code, since loading is most of a start.

Whatever happens at a start but the loading of code happens in each of them: settings, connections, DBOS, listening.
That the commands start as a platform starts them is for the tests with `tests.served`, `sandbox.replay` and the page.
"""

import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from threading import Lock

import stamina

CHECKOUT = Path(__file__).parents[2]


class Nursery:
    """The parent of every process of the product in a test run; only it can say how they end."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            env={"PYTHONPATH": str(CHECKOUT)},  # this one, wherever the installed commands point to
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def born(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
        """The id of a new process, the leader of its group, that writes to `log`."""
        return int(self._asked({"command": command, "environment": environment, "log": str(log)}) or 0)

    def status(self, pid: int) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._asked({"pid": pid})

    def close(self) -> None:
        """No more processes; whatever still runs ends with their parent."""
        with self._parent:
            pass  # its pipes are closed, which ends it

    def _asked(self, question: dict[str, object]) -> int | None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        with self._lock:
            print(json.dumps(question), file=self._parent.stdin, flush=True)
            answer: int | None = json.loads(self._parent.stdout.readline())
            return answer


def _product() -> dict[str, Callable[[], object]]:
    """What can be run, all of its code loaded."""
    for each in ("bot.web", "bot.worker", "holidays.countries"):  # the last is else loaded when a holiday is asked for
        import_module(each)
    return {"roundtable": import_module("bot.cli").main}


def _begun(environment: Mapping[str, str], command: Sequence[str], log: str) -> None:
    """Make a forked process what it would be if it had been started by itself."""
    os.setpgid(0, 0)
    written, nothing = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT), os.open(os.devnull, os.O_RDONLY)
    for ours, theirs in ((nothing, 0), (written, 1), (written, 2)):
        os.dup2(ours, theirs)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = list(command)


def _status(pid: int, born: dict[int, int | None]) -> int | None:
    if born[pid] is None:
        found, status = os.waitpid(pid, os.WNOHANG)
        born[pid] = os.waitstatus_to_exitcode(status) if found else None
    return born[pid]


def main() -> None:
    """Answer the questions on standard input; in a child, be the product.

    When whoever asks has gone, even by kill -9, nothing is left running.
    """
    product = _product()
    stamina.set_testing(True, attempts=100, cap=True)  # as often as otherwise, without the seconds between
    born: dict[int, int | None] = {}
    gc.freeze()  # or each child's first collection would copy all that they share
    for line in sys.stdin:
        question = json.loads(line)
        if "pid" in question:
            answer = _status(question["pid"], born)
        else:
            answer = os.fork()
            if not answer:
                _begun(**question)
                product[question["command"][0]]()
                return
            os.setpgid(answer, answer)  # here too: whoever kills the group may be faster than the child
            born[answer] = None
        os.write(1, f"{json.dumps(answer)}\n".encode())
    for pid in born:
        if _status(pid, born) is None:
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
