"""`python -m sandbox` as somebody runs it: what it prints, how it ends, what stands in its way."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from sandbox import die_with_parent
from tests.faults.processes import until

ROOT = Path(__file__).parents[2]


def _command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", "--folder", str(folder), *more]


@contextmanager
def _begin(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        die_with_parent.command(*_command(folder)), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _of(process: "subprocess.Popen[str]") -> list[int]:
    """The sandbox, what it has begun, and what that has begun in its turn."""
    shown = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [(int(pid), int(parent)) for pid, parent in (line.split() for line in shown.splitlines())]
    found, fresh = list[int](), {process.pid}
    while fresh := {pid for pid, parent in pairs if parent in fresh}:
        found += sorted(fresh)
    return found


def _none_left(processes: list[int]) -> bool:
    return until(lambda: not any(_alive(pid) for pid in processes))


def _until(process: "subprocess.Popen[str]", words: str) -> list[str]:
    """What it printed up to the line with these words."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip())
        if words in line:
            return lines
    pytest.fail(f"it ended without saying {words!r}: {lines}")


def _refused(folder: Path, *more: str) -> str:
    done = subprocess.run(_command(folder, *more), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    return done.stderr


def _alive(pid: int) -> bool:
    """Whether it runs; one that only waits to be collected doesn't."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


def test_it_starts_says_what_to_try_is_killed_and_starts_again_with_what_was_done(tmp_path: Path) -> None:
    with _begin(tmp_path) as first:
        said = _until(first, "starts afresh")
        address = (tmp_path / "address").read_text()
        assert any(f"Open {address} in a browser" in line for line in said)
        with urlopen(address) as answer:
            assert b"Education lead, East" in answer.read()
        assert "running already" in _refused(tmp_path)
        sandbox, *begun = _of(first)
        assert begun
        os.kill(sandbox, signal.SIGKILL)
        assert _none_left([sandbox, *begun])
    with _begin(tmp_path) as second:
        assert "Starting the product with what was done before ..." in _until(second, "starts afresh")
        begun = _of(second)
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0
        assert _none_left(begun)


def test_a_start_that_was_cut_short_leaves_nothing_and_the_next_begins_anew(tmp_path: Path) -> None:
    with _begin(tmp_path) as first:
        _until(first, "Setting up the database")
        begun = _of(first)
        first.send_signal(signal.SIGINT)
        assert first.wait(60) == 130
        assert _none_left(begun)
    with _begin(tmp_path) as second:
        _until(second, "cut short, so this one starts afresh")
        _until(second, "Setting up the database")
        begun = _of(second)
        second.send_signal(signal.SIGHUP)
        assert second.wait(60) == 130
        assert _none_left(begun)


def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "is taken" in _refused(tmp_path, "--port", str(taken.getsockname()[1]))
