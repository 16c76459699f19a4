"""Serves a stand-in on 127.0.0.1 from a thread, so that tests and the page share one process with it."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from wsgiref.types import WSGIApplication

from werkzeug.serving import WSGIRequestHandler, make_server


class QuietHandler(WSGIRequestHandler):
    """Keeps connections alive, as the real services do, and prints nothing."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # otherwise each answer waits 40 ms for the client's acknowledgement

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Print nothing for a request that was answered."""


@contextmanager
def serving(app: WSGIApplication, port: int = 0) -> Iterator[str]:
    """Serve `app` on 127.0.0.1 while the block runs; yields its address without a trailing slash. Port 0: any free."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=QuietHandler)
    server.daemon_threads = True  # type: ignore[attr-defined]  # of ThreadingMixIn, which make_server chose
    over = Event()

    def serve() -> None:  # not `serve_forever`, which polls for its end
        while not over.is_set():
            server.handle_request()

    thread = Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        over.set()
        socket.create_connection(("127.0.0.1", server.server_port)).close()  # wakes `handle_request`
        thread.join()
        server.server_close()
