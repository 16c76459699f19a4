"""The product's own server in this process, and requests to it byte by byte, as anybody could send them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from urllib.parse import urlsplit
from wsgiref.types import WSGIApplication

from bot.gate import LIMIT
from bot.server import PATIENCE, ROOM, Server, listener


@contextmanager
def listening(app: WSGIApplication, *, patience: float = PATIENCE, room: int = ROOM) -> Iterator[str]:
    """Serve `app` while the block runs; yields its address without a trailing slash."""
    with running(app, patience=patience, room=room) as server:
        yield server.address


@contextmanager
def running(app: WSGIApplication, *, patience: float = PATIENCE, room: int = ROOM) -> Iterator[Server]:
    """Serve `app` while the block runs; yields the server."""
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
    """A connection to the server at `url`."""
    where = urlsplit(url)
    return socket.create_connection((str(where.hostname), where.port or 80), timeout=60)


def raw(url: str, data: bytes) -> int:
    """Send these bytes; returns the status of the answer, 0 without one."""
    with connected(url) as connection:
        try:
            connection.sendall(data)
            return status(connection)
        except ConnectionError:  # closed while we were still sending
            return 0


def status(connection: socket.socket) -> int:
    """The status of the next answer; 0 if the connection is closed without one."""
    try:
        line = connection.makefile("rb").readline().split()
    except ConnectionError:
        return 0
    return int(line[1]) if line else 0


def request(line: str, headers: list[str], body: bytes = b"") -> bytes:
    """A request's bytes: request line, headers, body."""
    return "\r\n".join([line, *headers, "", ""]).encode("latin-1") + body


POST = "POST / HTTP/1.1"
DOUBTFUL = {
    "length and chunks": request(POST, ["Host: h", "Content-Length: 5", "Transfer-Encoding: chunked"], b"0\r\n\r\n"),
    "chunks and length": request(POST, ["Host: h", "Transfer-Encoding: chunked", "Content-Length: 5"], b"0\r\n\r\n"),
    "two lengths": request(POST, ["Host: h", "Content-Length: 5", "Content-Length: 6"], b"hello!"),
    "the same length twice": request(POST, ["Host: h", "Content-Length: 5", "Content-Length: 5"], b"hello"),
    "a list of lengths": request(POST, ["Host: h", "Content-Length: 5, 5"], b"hello"),
    "a signed length": request(POST, ["Host: h", "Content-Length: +5"], b"hello"),
    "no length at all": request(POST, ["Host: h", "Content-Length: "], b"hello"),
    "a length of 5,000 digits": request(POST, ["Host: h", f"Content-Length: {'9' * 5000}"]),
    "a space before the colon": request(POST, ["Host: h", "Content-Length : 5"], b"hello"),
    "a header in two lines": request(POST, ["Host: h", "X: a", " b", "Content-Length: 5"], b"hello"),
    "an encoding in two lines": request(POST, ["Host: h", "Transfer-Encoding:", " chunked"], b"0\r\n\r\n"),
    "a bare line feed": request(POST, ["Host: h", "X: a\nContent-Length: 5"], b"hello"),
    "a bare carriage return": request(POST, ["Host: h", "X: a\rContent-Length: 5"], b"hello"),
    "a NUL in a header": request(POST, ["Host: h", "X: a\x00b", "Content-Length: 0"]),
    "an encoding we don't know": request(POST, ["Host: h", "Transfer-Encoding: gzip, chunked"], b"0\r\n\r\n"),
    "an encoding after chunks": request(POST, ["Host: h", "Transfer-Encoding: chunked, identity"], b"0\r\n\r\n"),
    "chunks with a tab": request(POST, ["Host: h", "Transfer-Encoding: \x0bchunked"], b"0\r\n\r\n"),
    "chunks twice": request(POST, ["Host: h", "Transfer-Encoding: chunked, chunked"], b"0\r\n\r\n"),
    "chunks in two headers": request(POST, ["Host: h", *["Transfer-Encoding: chunked"] * 2], b"0\r\n\r\n"),
    "an empty encoding": request(POST, ["Host: h", "Transfer-Encoding:", "Content-Length: 5"], b"hello"),
    "an encoding of commas": request(POST, ["Host: h", "Transfer-Encoding: ,,", "Content-Length: 5"], b"hello"),
    "chunks behind a comma": request(POST, ["Host: h", "Transfer-Encoding: ,chunked"], b"0\r\n\r\n"),
    "chunks in HTTP/1.0": request("POST / HTTP/1.0", ["Transfer-Encoding: chunked"], b"0\r\n\r\n"),
    "HTTP/0.9": request("GET /", []),
    "HTTP/2.0": request("GET / HTTP/2.0", ["Host: h"]),
    "a chunk's size in signs": request(POST, ["Host: h", "Transfer-Encoding: chunked"], b"+5\r\nhello\r\n0\r\n\r\n"),
    "a chunk's size in 0x": request(POST, ["Host: h", "Transfer-Encoding: chunked"], b"0x5\r\nhello\r\n0\r\n\r\n"),
    "a chunk too long": request(POST, ["Host: h", "Transfer-Encoding: chunked"], b"5\r\nhelloX\r\n0\r\n\r\n"),
    "a chunk's line too long": request(POST, ["Host: h", "Transfer-Encoding: chunked"], b"0" * 70_000),
    "a trailer too long": request(POST, ["Host: h", "Transfer-Encoding: chunked"], b"0\r\nX: " + b"y" * 70_000),
    "headers too long": request(POST, ["Host: h", f"X: {'y' * 20_000}"]),
    "a line too long": request(f"POST /{'y' * 20_000} HTTP/1.1", ["Host: h"]),
    "too large, to be told": request(POST, ["Host: h", f"Content-Length: {LIMIT + 1}", "Expect: 100-continue"]),
    "half an address": request("POST http://[ HTTP/1.1", ["Host: h", "Content-Length: 0"]),
}
"""Requests that an intermediary may read differently from our server, and some that aren't requests at all."""
