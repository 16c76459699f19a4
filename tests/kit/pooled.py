"""A connection pooler for PostgreSQL that gives a client another server process after each transaction."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedIOBase
from itertools import cycle
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingUnixStreamServer
from threading import Thread
from typing import BinaryIO

SOCKET = ".s.PGSQL.5432"
Stream = BinaryIO | BufferedIOBase
_IDLE = b"I"
_ASKS = (b"Q", b"S")
"""The messages that the server answers with ReadyForQuery at the end: a simple query, and Sync."""


@contextmanager
def pooler(postgres: str, folder: Path) -> Iterator[str]:
    """Run the pooler while the block runs; yields its host, a socket folder. `postgres`: the server's socket folder."""

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            with server_process(postgres) as one, server_process(postgres) as other, suppress(EOFError):
                _pool(self.rfile, self.wfile, (one, other))

    with ThreadingUnixStreamServer(str(folder / SOCKET), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield str(folder)
        server.shutdown()


@contextmanager
def server_process(postgres: str) -> Iterator[BinaryIO]:
    """A connection to a server process."""
    with socket.socket(socket.AF_UNIX) as link:
        link.connect(f"{postgres}/{SOCKET}")
        with link.makefile("rwb", buffering=0) as found:
            yield found  # type: ignore[misc]  # unbuffered, so it reads and writes


def _pool(asking: Stream, answering: Stream, processes: tuple[BinaryIO, BinaryIO]) -> None:
    """Greet both processes alike, then use them in turn, one transaction each, until the client is gone."""
    size = _exactly(asking, 4)
    greeting = size + _exactly(asking, int.from_bytes(size) - 4)
    for each in processes:
        each.write(greeting)
        said = b"".join(_answer(each))
    answering.write(said)
    turns = cycle(processes)
    process = next(turns)
    while True:
        kind, message = _message(asking)
        process.write(message)
        if kind in _ASKS:
            parts = list(_answer(process))
            answering.write(b"".join(parts))
            if parts[-1].endswith(_IDLE):
                process = next(turns)


def _answer(process: BinaryIO) -> Iterator[bytes]:
    """The messages of a process up to ReadyForQuery."""
    kind = b""
    while kind != b"Z":
        kind, message = _message(process)
        yield message


def _message(source: Stream) -> tuple[bytes, bytes]:
    """The type of the next message, and the whole message."""
    head = _exactly(source, 5)
    return head[:1], head + _exactly(source, int.from_bytes(head[1:]) - 4)


def _exactly(source: Stream, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = source.read(size - len(found))
        if not part:
            raise EOFError
        found += part
    return found
