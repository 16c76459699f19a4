"""A proxy that wants another name and password than it is given."""

from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

PASSWORD = "hunter2"


@contextmanager
def proxy() -> Iterator[tuple[str, list[bytes]]]:
    """Its address, and what it was asked for, each time in one line."""
    asked: list[bytes] = []

    class Handler(StreamRequestHandler):
        def handle(self) -> None:
            asked.append(self.rfile.readline())
            while self.rfile.readline().strip():
                pass
            self.wfile.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://me:{PASSWORD}@127.0.0.1:{server.server_address[1]}", asked
        server.shutdown()
