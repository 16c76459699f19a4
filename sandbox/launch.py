"""Starting and ending the desk and its page: the folder, the port, what is printed, what was left behind."""

import argparse
import contextlib
import fcntl
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Final, TextIO

from sandbox import atomic
from sandbox.desk import opened
from sandbox.page.web import application
from sandbox.product import DidNotStart
from sandbox.scene import EMPTY, PUBLISHED, Scene
from sandbox.serve import serving

FOLDERS: Final = {PUBLISHED.name: ".sandbox", EMPTY.name: ".sandbox-empty"}
"""Scene -> the folder it is kept in, below the project's own folder."""


class NotNow(Exception):
    """The sandbox can't be started; the message says why and what to do."""


def main() -> int:
    """Serve until interrupted. If the start fails, print why and return exit status 1."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--fresh", action="store_true", help="forget what was done before")
    parser.add_argument("--port", type=int, default=0, help="the page's port; a free one if not given")
    parser.add_argument("--empty", action="store_true", help="begin with nothing set up, as the first coordinator")
    parser.add_argument("--socket", action="store_true", help="in Socket Mode: the product opens the connections")
    parser.add_argument("--folder", type=Path, help="where everything is kept")
    asked = parser.parse_args()
    scene = EMPTY if asked.empty else PUBLISHED
    folder = asked.folder or Path(__file__).resolve().parents[1] / FOLDERS[scene.name]
    stopped = Event()
    try:
        with _interruptible(stopped), held(folder, asked.port):
            _run(folder, scene, asked.port, stopped, fresh=asked.fresh, socket_mode=asked.socket)
    except NotNow as why:
        _say(str(why), sys.stderr)
        return 1
    except DidNotStart as why:
        _say(f"{why}\nIf you can't carry on from what was done before, FRESH=1 starts afresh.", sys.stderr)
        return 1
    except KeyboardInterrupt:
        _say("Stopped before it was ready; the next start starts afresh.")
        return 130
    return 0


def _say(words: str, to: TextIO = sys.stdout) -> None:
    with contextlib.suppress(OSError):  # the output is closed; the shutdown goes on
        to.write(words + "\n")
        to.flush()


@contextlib.contextmanager
def _interruptible(stopped: Event) -> Iterator[None]:
    """Have a signal end the waiting, or before that the start. SIGHUP: the terminal was closed."""

    def stop(*_: object) -> None:
        if stopped.is_set():
            return
        stopped.set()
        if not _waiting.is_set():
            raise KeyboardInterrupt

    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, stop)
    yield


_waiting = Event()


@contextlib.contextmanager
def held(folder: Path, port: int) -> Iterator[None]:
    """Lock the folder, hide it from other users, and check that the port is free. Raises NotNow."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    with (folder / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            where = (folder / "address").read_text() if (folder / "address").exists() else "(it is still starting)"
            raise NotNow(f"The sandbox in {folder} is running already: {where}. Stop that one first.") from None
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except (OSError, OverflowError):
                raise NotNow(f"Port {port} is taken. Leave --port out and a free one is found.") from None
        yield


def _run(folder: Path, scene: Scene, port: int, stopped: Event, *, fresh: bool, socket_mode: bool) -> None:
    half_done = (folder / "slack.json").exists() or (folder / "product").exists()
    if half_done and not (folder / "ready").exists():
        _say("An earlier start was cut short, so this one starts afresh.")
        fresh = True
    if fresh:
        _forget(folder)
    with opened(folder, _say, scene=scene, socket=socket_mode) as desk, serving(application(desk), port) as address:
        atomic.write(folder / "address", address)
        _waiting.set()
        _say(scene.said.format(address=address))
        stopped.wait()
        _say("Stopping ...")
    (folder / "address").unlink(missing_ok=True)


def _forget(folder: Path) -> None:
    for one in folder.iterdir():
        if one.is_dir():
            shutil.rmtree(one)
        elif one.name != "lock":
            one.unlink()
