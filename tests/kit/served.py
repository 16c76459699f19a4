"""The product in processes of its own, as in production, with their standard error in a file."""

import logging
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
import structlog

from bot import cli
from bot.settings import Settings
from tests.kit import fork_server

BIN = Path(sys.executable).parent
ROUNDTABLE = str(BIN / "roundtable")
HERE = Path(__file__).parents[2]


@dataclass(frozen=True)
class Served:
    """A web process that answers at `url`; `log`: its standard error."""

    url: str
    log: Path

    def said(self) -> str:
        """Everything that the process has written so far."""
        return self.log.read_text(errors="replace")


def environ(given: Mapping[str, str]) -> dict[str, str]:
    """This process's environment, with no settings of the product but those given."""
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in names} | dict(given)


def run(*command: str, given: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command, freshly started, with these settings and no others, until it ends."""
    env = environ(given) | {"PYTHONPATH": str(HERE)}
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, timeout=100, check=False)


def forked(*words: str, given: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run `roundtable` with these words and settings in a forked process that has loaded the code already."""
    return fork_server.shared(*fork_server.PRODUCT).run(*words, environment=environ(given), cwd=cwd)


def within(*words: str, given: Mapping[str, str], cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run `roundtable` with these words and settings in this process: for tests of its output."""
    command, told, wrong, code = [ROUNDTABLE, *words], StringIO(), StringIO(), 0
    mask = os.umask(0o077)
    with pytest.MonkeyPatch.context() as until_then, redirect_stdout(told), redirect_stderr(wrong):
        until_then.chdir(cwd)
        for name in Settings.model_fields:
            until_then.delenv(name.upper(), raising=False)
        for name, value in given.items():
            until_then.setenv(name, value)
        for each in (sys, threading):
            until_then.setattr(each, "excepthook", each.excepthook)
        until_then.setattr(logging.root.manager, "disable", logging.root.manager.disable)
        configured = structlog.get_config()
        try:
            cli.main(words)
        except SystemExit as ended:  # as Python would end
            code = ended.code if isinstance(ended.code, int) else 1
            wrong.write(f"{ended.code}\n" if isinstance(ended.code, str) else "")
    structlog.configure(**configured)
    os.umask(mask)
    return subprocess.CompletedProcess(command, code, told.getvalue(), wrong.getvalue())


@contextmanager
def served(given: Mapping[str, str], home: Path) -> Iterator[Served]:
    """A web process with these settings, on a free port, until the block ends."""
    server, log = fork_server.shared(*fork_server.PRODUCT), home / "stderr.log"
    log.touch()
    pid = server.start(("roundtable", "web"), environ({"PORT": "0", "EMBEDDED_WORKER": "false"} | dict(given)), log)
    try:
        yield Served(_address(log, lambda: server.status(pid) is None), log)
    finally:
        if server.status(pid) is None:
            os.kill(pid, signal.SIGTERM)
        server.ended(pid)


def listening_at(said: str) -> str:
    """The URL at which a web process that has written this listens; "" if it doesn't yet."""
    found = re.search(r'"at": "(http://[\d.]+:\d+)", "event": "listening"', said)
    return found.group(1) if found else ""


def _address(log: Path, runs: Callable[[], bool]) -> str:
    """The URL at which the process listens, once it does."""
    deadline, pause = monotonic() + 60, Event()
    while True:
        said = log.read_text(errors="replace")
        if found := listening_at(said):
            return found
        assert runs(), said
        assert monotonic() < deadline, said
        pause.wait(0.05)
