"""The product as the sandbox runs it: its processes, their environment, HTTP, and the command line."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from sandbox import atomic, die_with_parent

PATIENCE = 120.0
"""Seconds to wait for a process to answer, or to end, on a machine that may be slow."""


class DidNotStart(Exception):
    """A command of the product failed, or its process didn't start; the message says why."""


def free_port() -> int:
    """A port on 127.0.0.1 that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Product:
    """A product with a folder of its own: database, clock, keys and log are in `home`."""

    def __init__(self, home: Path, *, slack_url: str, google_url: str | None = None, **settings: str) -> None:
        """Prepare the environment; `settings`: environment variables that differ from a sandbox's usual ones."""
        self.home = home
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None
        home.mkdir(parents=True, exist_ok=True)
        usual = {
            "DATABASE_URL": f"sqlite:///{home / 'roundtable.db'}",
            "SLACK_API_URL": f"{slack_url}/api/",
            "SLACK_BOT_TOKEN": "xoxb-sandbox",
            "SLACK_SIGNING_SECRET": "sandbox-signing-secret",
            "CLOCK_FILE": str(home / "clock"),
            "SWEEP_SECONDS": "0.5",
            "REDRAW_SECONDS": "0.5",
            "PORT": str(self.port),
        }
        if google_url is not None:
            usual |= {"GOOGLE_API_URL": google_url, "GOOGLE_SERVICE_ACCOUNT": str(home / "service-account.json")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        self._environment = {"PATH": path, "ENCRYPTION_KEYS": self._keys(), **usual, **settings}

    @property
    def url(self) -> str:
        """The request URL for Slack."""
        return f"http://127.0.0.1:{self.port}/slack/events"

    def __enter__(self) -> Self:
        """Migrate and start."""
        self.run("migrate")
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Stop the product."""
        self.stop()

    def run(self, *command: str) -> str:
        """Run `roundtable COMMAND` and return its output. Raises DidNotStart with its error output if it fails."""
        done = self.ran(command, self._environment)
        if done.returncode != 0:
            raise DidNotStart(done.stderr.strip())
        return done.stdout

    def ran(self, command: Sequence[str], environment: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
        """Run `roundtable COMMAND` in this environment until it ends."""
        whole = [self._path("roundtable"), *command]
        return subprocess.run(whole, env=environment, capture_output=True, text=True, check=False)

    def ask(self, *command: str) -> dict[str, object]:
        """The JSON that `roundtable COMMAND --json` prints."""
        answer: dict[str, object] = json.loads(self.run(*command, "--json"))
        return answer

    def follow(self, *command: str) -> "subprocess.Popen[str]":
        """Start a `roundtable COMMAND` that goes on printing; the caller ends it."""
        return subprocess.Popen(
            die_with_parent.command(self._path("roundtable"), *command),
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def start(self) -> None:
        """Start the web process, with the worker inside it, and wait until it answers. Raises DidNotStart."""
        with (self.home / "product.log").open("ab") as log:
            self._process = subprocess.Popen(
                die_with_parent.command(self._path("roundtable"), "web"),
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise DidNotStart(f"The product did not start; {self.home / 'product.log'} says why.")
            time.sleep(0.05)

    def stop(self) -> None:
        """End the product as a deployment does: work under way is finished."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the product as a power cut does."""
        self._end(signal.SIGKILL)

    @property
    def pid(self) -> int:
        """The id of the process that runs the product (sandbox.die_with_parent); only while the product runs."""
        assert self._process is not None  # noqa: S101
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the product is running."""
        return self._process is not None and self._process.poll() is None

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        if self.alive:
            if how == signal.SIGKILL:
                os.killpg(self._process.pid, how)
            else:
                self._process.send_signal(how)
        with self._process:  # its pipe is closed
            self._process.wait(PATIENCE)
        self._process = None

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:  # our own address
                return bool(answer.status == 200)  # noqa: PLR2004
        except (URLError, OSError):
            return False

    def _keys(self) -> str:
        """The encryption keys of this folder's database; they are made once."""
        keys = self.home / "keys"
        if not keys.exists():
            made = subprocess.run([self._path("roundtable"), "key"], capture_output=True, text=True, check=True).stdout
            atomic.write(keys, made, 0o600)
        return keys.read_text().strip()

    @staticmethod
    def _path(command: str) -> str:
        return str(Path(sys.executable).parent / command)
