"""The parent of the product's processes: it has loaded all code, which is most of a start, and forks them.

Everything else of a start happens in each process: settings, connections, DBOS, listening. tests/bot/test_cli.py,
`sandbox.replay` and the page's launch test that the commands start as a platform starts them.
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
    "holidays.countries",  # otherwise loaded at the first question for a holiday
)
"""All modules of ours that any command needs."""
LIBRARIES = ("pydantic", "sqlalchemy.dialects.sqlite", "sqlalchemy.orm", "structlog")
"""Libraries that most commands need."""
LOADED = "LOADED_AT_THE_END"
"""The environment variable with the path of a file to which a process writes at its end the modules it has loaded."""


class ForkServer:
    """The parent of every process of the product in a test run; only it can tell how they end."""

    def __init__(self, *loaded: str) -> None:
        """`loaded`: the modules to load in the parent."""
        self._lock = Lock()
        self._parent = subprocess.Popen(
            [sys.executable, "-m", "tests.kit.fork_server", *loaded],
            env={"PYTHONPATH": str(CHECKOUT)},  # this checkout, even if another one is installed
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, command: Sequence[str], environment: Mapping[str, str], log: Path, *, hurried: bool = False) -> int:
        """Start a process that writes to `log` and leads a process group, and return its id.

        `hurried`: its retries have no pauses.
        """
        return self._start(command, environment, said=log, wrong=log, cwd=log.parent, hurried=hurried)

    def run(self, *words: str, environment: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
        """Run `roundtable` with these words in this environment until it ends."""
        command = ("roundtable", *words)
        with TemporaryDirectory() as folder:
            said, wrong = Path(folder, "said"), Path(folder, "wrong")
            pid = self._start(command, environment, said=said, wrong=wrong, cwd=cwd)
            code = self.ended(pid)
            return subprocess.CompletedProcess(command, code, said.read_text(), wrong.read_text())

    def status(self, pid: int) -> int | None:
        """The exit status, negative for a signal; None while the process runs."""
        return self._asked({"pid": pid, "ended": False})

    def ended(self, pid: int) -> int:
        """Wait until the process has ended, and return its exit status. The parent does nothing else meanwhile."""
        return self._asked({"pid": pid, "ended": True}) or 0

    def close(self) -> None:
        """End the parent; processes that still run end with it."""
        with self._parent:
            pass  # closing its pipes ends it

    def _start(
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
def shared(*loaded: str) -> ForkServer:
    """This process's only fork server with these modules."""
    found = ForkServer(*loaded)
    atexit.register(found.close)
    return found


def _become_the_product(asked: Mapping[str, Any]) -> None:
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


def _status(pid: int, children: dict[int, int | None], *, ended: bool) -> int | None:
    if children[pid] is None:
        found, status = os.waitpid(pid, 0 if ended else os.WNOHANG)
        children[pid] = os.waitstatus_to_exitcode(status) if found else None
    return children[pid]


def main() -> None:
    """Answer the questions on standard input; in a child, be the product.

    When the asking process is gone, even by kill -9, all children are ended.
    """
    gc.disable()  # until all modules are loaded
    for each in sys.argv[1:]:
        import_module(each)
    children: dict[int, int | None] = {}
    gc.freeze()  # otherwise a child's first collection would copy the shared memory
    gc.enable()
    for line in sys.stdin:
        asked = json.loads(line)
        if "pid" in asked:
            answer = _status(asked["pid"], children, ended=asked["ended"])
        else:
            answer = os.fork()
            if not answer:
                _become_the_product(asked)
                import_module("bot.cli").main()
                return
            os.setpgid(answer, answer)  # here, too: the group may be killed before the child has set it
            children[answer] = None
        os.write(1, f"{json.dumps(answer)}\n".encode())
    for pid in children:
        if _status(pid, children, ended=False) is None:
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
