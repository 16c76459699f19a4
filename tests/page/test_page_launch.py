"""`python -m sandbox` as somebody runs it: what it prints, how it ends, what stands in its way."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

pytestmark = [pytest.mark.xdist_group("page"), pytest.mark.timeout(240)]
ROOT = Path(__file__).parents[2]


def _command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "sandbox", "--folder", str(folder), *more]


@contextmanager
def _begin(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(_command(folder), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


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
    done = subprocess.run(_command(folder, *more), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    return done.stderr


def _alive(pid: int) -> bool:
    """Whether it runs; one that only waits to be collected doesn't."""
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return bool(shown.stdout.strip()) and not shown.stdout.startswith("Z")


def test_it_starts_says_what_to_try_ends_and_starts_again_with_what_was_done(tmp_path: Path) -> None:
    with _begin(tmp_path) as first:
        said = _until(first, "begins anew")
        address = (tmp_path / "address").read_text()
        assert any(f"Open {address} in a browser" in line for line in said)
        with urlopen(address) as answer:
            assert b"Education lead, East" in answer.read()
        assert "running already" in _refused(tmp_path)
        product = int((tmp_path / "product" / "pid").read_text())
        first.send_signal(signal.SIGINT)
        assert first.wait(60) == 0
    assert not _alive(product)
    with _begin(tmp_path) as second:
        assert "Starting the product with what was done before ..." in _until(second, "begins anew")
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0


def test_what_a_crash_left_running_is_ended(tmp_path: Path) -> None:
    with _begin(tmp_path) as first:
        _until(first, "begins anew")
        product = int((tmp_path / "product" / "pid").read_text())
        first.kill()
    assert _alive(product)
    with _begin(tmp_path) as second:
        _until(second, "begins anew")
        assert not _alive(product)
        second.send_signal(signal.SIGTERM)
        assert second.wait(60) == 0


def test_a_start_that_was_cut_short_begins_anew(tmp_path: Path) -> None:
    with _begin(tmp_path) as first:
        _until(first, "Setting up the database")
        first.send_signal(signal.SIGINT)
        assert first.wait(60) == 130
    with _begin(tmp_path) as second:
        _until(second, "cut short, so this one begins anew")
        second.send_signal(signal.SIGINT)
        assert second.wait(60) == 130


def test_a_port_that_is_taken_is_said_to_be(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert "is taken" in _refused(tmp_path, "--port", str(taken.getsockname()[1]))
