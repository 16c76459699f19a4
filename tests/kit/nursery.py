"""Where the product's processes are born: forked from one that has loaded all code, since loading is most of a start.

Whatever happens at a start but the loading of code happens in each of them: settings, connections, DBOS, listening.
That the commands start as a platform starts them is for tests/bot/test_cli.py, `sandbox.replay` and the page's launch.
"""

import atexit
import gc
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Any

import stamina

from bot.commands import COMMANDS, PROCESSES

CHECKOUT = Path(__file__).parents[2]
PRODUCT = (
    *(f"bot.{each}" for each in PROCESSES),
    *sorted({f"bot.{where.partition('.')[0]}" for where, _ in COMMANDS.values()}),
    "holidays.countries",  # else loaded when a holiday is asked for
)
"""All of our code that any command has."""
LIBRARIES = ("pydantic", "sqlalchemy.dialects.sqlite", "sqlalchemy.orm", "structlog")
"""What most commands need that isn't ours."""
LOADED = "LOADED_AT_THE_END"
"""In its environment, names a file into which a process writes at its end which modules it has loaded."""


class Nursery:
    """The parent of every process of the product in a test run; only it can say how they end."""

    def __init__(self, *loaded: str) -> None:
        """`loaded`: the modules that its children needn't load."""
        self._lock = Lock()
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.nursery", *loaded],
            env={"PYTHONPATH": str(CHECKOUT)},  # this one, wherever the installed commands point to
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def born(self, command: Sequence[str], environment: Mapping[str, str], log: Path, *, hurried: bool = False) -> int:
        """The id of a new process, the leader of its group, that writes to `log`.

        `hurried`: it tries again as often as otherwise, without the seconds between.
        """
        return self._born(command, environment, said=log, wrong=log, cwd=log.parent, hurried=hurried)

    def ran(self, *words: str, environment: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
        """`roundtable` with these words in this environment, to its end."""
        command = ("roundtable", *words)
        with TemporaryDirectory() as folder:
            said, wrong = Path(folder, "said"), Path(folder, "wrong")
            pid = self._born(command, environment, said=said, wrong=wrong, cwd=cwd)
            code = self.ended(pid)
            return subprocess.CompletedProcess(command, code, said.read_text(), wrong.read_text())

    def status(self, pid: int) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        return self._asked({"pid": pid, "ended": False})

    def ended(self, pid: int) -> int:
        """Wait until it has ended; its exit status. Nothing else is born or asked meanwhile."""
        return self._asked({"pid": pid, "ended": True}) or 0

    def close(self) -> None:
        """No more processes; whatever still runs ends with their parent."""
        with self._parent:
            pass  # its pipes are closed, which ends it

    def _born(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        said: Path,
        wrong: Path,
        cwd: Path,
        hurried: bool = False,
    ) -> int:
        whither = {"said": str(said), "wrong": str(wrong), "cwd": str(cwd), "hurried": hurried}
        return int(self._asked({"command": command, "environment": dict(environment), **whither}) or 0)

    def _asked(self, question: dict[str, object]) -> int | None:
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        with self._lock:
            print(json.dumps(question), file=self._parent.stdin, flush=True)
            answer: int | None = json.loads(self._parent.stdout.readline())
            return answer


@cache
def shared(*loaded: str) -> Nursery:
    """The one in this process from which such children come."""
    found = Nursery(*loaded)
    atexit.register(found.close)
    return found


def _begun(asked: Mapping[str, Any]) -> None:
    """Make a forked process what it would be if it had been started by itself."""
    os.setpgid(0, 0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    said, wrong = (os.open(asked[each], os.O_WRONLY | os.O_APPEND | os.O_CREAT) for each in ("said", "wrong"))
    for ours, theirs in ((nothing, 0), (said, 1), (wrong, 2)):
        os.dup2(ours, theirs)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["cwd"])
    if asked["hurried"]:
        stamina.set_testing(True, attempts=100, cap=True)
    sys.argv = list(asked["command"])
    if LOADED in os.environ:
        atexit.register(lambda: Path(os.environ[LOADED]).write_text("\n".join(sys.modules)))


def _status(pid: int, born: dict[int, int | None], *, ended: bool) -> int | None:
    if born[pid] is None:
        found, status = os.waitpid(pid, 0 if ended else os.WNOHANG)
        born[pid] = os.waitstatus_to_exitcode(status) if found else None
    return born[pid]


def main() -> None:
    """Answer the questions on standard input; in a child, be the product.

    When whoever asks has gone, even by kill -9, nothing is left running.
    """
    gc.disable()  # what is loaded stays
    for each in sys.argv[1:]:
        import_module(each)
    born: dict[int, int | None] = {}
    gc.freeze()  # or each child's first collection would copy all that they share
    gc.enable()
    for line in sys.stdin:
        asked = json.loads(line)
        if "pid" in asked:
            answer = _status(asked["pid"], born, ended=asked["ended"])
        else:
            answer = os.fork()
            if not answer:
                _begun(asked)
                import_module("bot.cli").main()
                return
            os.setpgid(answer, answer)  # here too: whoever kills the group may be faster than the child
            born[answer] = None
        os.write(1, f"{json.dumps(answer)}\n".encode())
    for pid in born:
        if _status(pid, born, ended=False) is None:
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
