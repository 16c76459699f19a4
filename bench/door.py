"""How long answers take while attackers hold half-sent requests open, 200 of each kind: `python -m bench.door SECONDS`.

With a command behind SECONDS (`{port}` in it is filled in), another server that serves bench.bare is measured, such as
`python -m bench.door 60 gunicorn -w 1 -k gthread --threads 16 -b 127.0.0.1:{port} "bench.bare:create_app()"`.
"""

import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event, Thread

from bench.figures import until_it_listens
from bench.signed import sign
from sandbox import die_with_parent
from sandbox.product import Product, free_port

EACH, SECONDS = 200, 10.0
NEVER = float("inf")
HEAD = b"POST /slack/events HTTP/1.1\r\nHost: h\r\n"
HALF_SENT = (
    b"POST /slack/eve",
    HEAD + b"X-Slack-Sig",
    HEAD + b"Content-Length: 1000\r\n\r\npayload=",
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\npayload=",
)
"""Requests cut off in the request line, the headers, the body and a chunk."""
HEALTH = b"GET /healthz HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
SUBMISSION = (
    b'payload={"type":"view_submission","team":{"id":"T0"},"user":{"id":"U0"},"view":{"id":"V0","type":"modal"}}'
)


def _signed(body: bytes) -> bytes:
    headers = {"Content-Length": str(len(body)), "Connection": "close", **sign(body)}
    return HEAD + "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode() + b"\r\n" + body


def _asked(port: int, request: bytes) -> float:
    """Milliseconds until an answer comes; infinite if none comes within 3 seconds, after which Slack gives up."""
    began = time.perf_counter()
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=3) as connection:
        connection.sendall(request)
        if connection.recv(100):
            return 1000 * (time.perf_counter() - began)
    return NEVER


def _told(what: str, port: int, seconds: float) -> None:
    """Send requests ten times a second for `seconds`, and print the median and the longest wait."""
    until = time.monotonic() + seconds
    waits: dict[str, list[float]] = {"/healthz": [], "signed": []}
    while time.monotonic() < until:
        waits["/healthz"].append(_asked(port, HEALTH))
        waits["signed"].append(_asked(port, _signed(SUBMISSION)))
        time.sleep(0.1)
    said = (f"{name} {statistics.median(each):.1f} ms (longest {max(each):.1f})" for name, each in waits.items())
    sys.stdout.write(f"door, {what}: {', '.join(said)}\n")


def _holding(port: int, half: bytes, over: Event) -> None:
    """Hold EACH connections with `half` sent, and open another whenever the server closes one, until `over` is set."""
    with ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(EACH)]
        while True:
            for place, connection in enumerate(held):
                connection.setblocking(False)  # noqa: FBT003  # its own way
                try:
                    if connection.recv(1000):
                        continue
                except BlockingIOError:
                    continue
                except OSError:
                    pass
                with suppress(OSError):
                    connection.close()
                    held[place] = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=1))
                    held[place].sendall(half)
            if over.wait(0.2):
                return


def measure(port: int, seconds: float) -> None:
    """Measure a server by itself, and then with all half-sent requests held open."""
    _told("alone", port, min(seconds, 5))
    over = Event()
    holders = [Thread(target=_holding, args=(port, half, over)) for half in HALF_SENT]
    for holder in holders:
        holder.start()
    time.sleep(1)
    _told(f"{EACH * len(HALF_SENT)} half-sent requests held", port, seconds)
    over.set()
    for holder in holders:
        holder.join()


def main(seconds: float = SECONDS, command: Sequence[str] = ()) -> None:
    """Measure the product on SQLite with its worker beside it, or another server that `command` starts."""
    if command:
        port = free_port()
        serve = [each.format(port=port) for each in command]
        with subprocess.Popen(die_with_parent.command(*serve), stdin=subprocess.PIPE) as process:  # noqa: S603  # whoever asks says which
            until_it_listens(port)
            while _asked(port, HEALTH) == NEVER:
                pass  # gunicorn listens before it can answer
            measure(port, seconds)
            process.terminate()
        return
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="roundtable-bench-")))
        measure(stack.enter_context(Product(home, slack_url="http://127.0.0.1:9", SWEEP_SECONDS="1")).port, seconds)


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else SECONDS, sys.argv[2:])
