"""The product's own server in this process, and requests to it byte by byte, as a stranger could send them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from bot.server import PATIENCE, ROOM, Server, listener


@contextmanager
def listening(app: WSGIApplication, *, patience: float = PATIENCE, room: int = ROOM) -> Iterator[str]:
    """Serve `app` while the block runs; yields its address without a trailing slash."""
    with running(app, patience=patience, room=room) as server:
        yield server.address


@contextmanager
def running(app: WSGIApplication, *, patience: float = PATIENCE, room: int = ROOM) -> Iterator[Server]:
    """The same; yields the server."""
    server = Server(app, listener("127.0.0.1", 0, shared=False), patience=patience, room=room)
    thread = Thread(target=server.run, name="server")
    thread.start()
    try:
        yield server
    finally:
        server.end()
        thread.join(30)
        assert not thread.is_alive()


def connected(url: str) -> socket.socket:
    """A connection to whoever listens there."""
    where = urlsplit(url)
    return socket.create_connection((str(where.hostname), where.port or 80), timeout=60)


def raw(url: str, data: bytes) -> int:
    """The status of the answer to these bytes; 0 if there was none."""
    with connected(url) as connection:
        try:
            connection.sendall(data)
            return status(connection)
        except ConnectionError:  # hung up while we were still sending
            return 0


def status(connection: socket.socket) -> int:
    """The status of the answer that comes next; 0 if the other side hangs up without one."""
    try:
        line = connection.makefile("rb").readline().split()
    except ConnectionError:
        return 0
    return int(line[1]) if line else 0


def request(line: str, headers: list[str], body: bytes = b"") -> bytes:
    """A request's bytes: its first line, its headers, its body."""
    return "\r\n".join([line, *headers, "", ""]).encode("latin-1") + body
