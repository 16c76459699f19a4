"""The server that takes requests in: half-sent ones hold nobody up, doubtful ones are refused, and it ends well."""

import resource
import socket
import struct
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from audit.errors import Refused
from bot import server
from bot.gate import LIMIT
from bot.server import AHEAD, ENDS, FILES, MEMORY, SPARE, THREADS, Server
from tests.faults.processes import until
from tests.kit.doors import DOUBTFUL, POST, connected, listening, raw, request, running, status
from tests.kit.forging import send, submission
from tests.kit.play import Play

HALF_SENT = {
    "request line": b"POST /slack/eve",
    "headers": b"POST /slack/events HTTP/1.1\r\nHost: h\r\nX-Slack-Sig",
    "body": request("POST /slack/events HTTP/1.1", ["Host: h", "Content-Length: 1000"], b"payload="),
    "chunk": request("POST /slack/events HTTP/1.1", ["Host: h", "Transfer-Encoding: chunked"], b"ff\r\npayload="),
    "no chunk yet": request("POST /slack/events HTTP/1.1", ["Host: h", "Transfer-Encoding: chunked"], b"f"),
    "trailer": request("POST /slack/events HTTP/1.1", ["Host: h", "Transfer-Encoding: chunked"], b"0\r\nX: "),
    "to be told": request("POST /slack/events HTTP/1.1", ["Host: h", "Content-Length: 9", "Expect: 100-continue"]),
}


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
    """An application that answers with what it was sent."""
    body: bytes = environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


def hung_up(connection: socket.socket) -> bool:
    """Whether the other side has hung up, once it has said what it had to say."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


@contextmanager
def held(url: str, each: int) -> Iterator[dict[str, list[socket.socket]]]:
    """So many half-sent requests of each kind."""
    with ExitStack() as stack:
        found: dict[str, list[socket.socket]] = {}
        for kind, half in HALF_SENT.items():
            found[kind] = [stack.enter_context(connected(url)) for _ in range(each)]
            for connection in found[kind]:
                connection.sendall(half)
        yield found


def waits(connection: socket.socket) -> bool:
    """Whether the other side still waits for the rest."""
    connection.settimeout(0)
    try:
        return connection.recv(100).startswith(b"HTTP/1.1 100")
    except BlockingIOError:
        return True
    finally:
        connection.settimeout(60)


def test_fault_03_others_are_answered_while_half_sent_requests_are_held(play: Play) -> None:
    """More of each kind than there are threads."""
    play.load()
    with held(play.url, THREADS + 1) as half_sent:
        assert raw(play.url, request("GET /healthz HTTP/1.1", ["Host: h"])) == 200
        assert send(play.workspace, submission("U0EDUEAST", "return.submit", "a" * 32, {})).ok
        assert play.person("U0EDUEAST").open_home().ok
        assert all(waits(each) for kind in half_sent.values() for each in kind)


def test_a_request_has_a_deadline_however_slowly_it_drips() -> None:
    with (
        listening(echo, patience=0.5) as url,
        held(url, 1) as half_sent,
        connected(url) as dripping,
        connected(url) as idle,
    ):
        over, pause = Event(), Event()

        def drip() -> None:
            try:
                while not over.is_set():
                    dripping.sendall(b"P")
                    pause.wait(0.1)
            except OSError:
                over.set()

        Thread(target=drip, daemon=True).start()
        assert all(hung_up(each) for kind in half_sent.values() for each in kind)
        assert over.wait(30), "the one that drips is hung up on too"
        idle.sendall(request("GET / HTTP/1.1", ["Host: h"]))
        assert status(idle) == 200, "who hasn't begun may still begin"


def test_an_answer_must_be_taken() -> None:
    """Or whoever doesn't would hold it for as long as they like."""

    def long(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        del environ
        start_response("200 OK", [("Content-Length", str(12 * 2**20))])
        return [b"x" * (12 * 2**20)]

    with running(long, patience=0.5) as serving, connected(serving.address) as lazy:
        lazy.sendall(request("GET / HTTP/1.1", ["Host: h"]))
        assert status(lazy) == 200
        assert until(lambda: not serving.active_channels)


def test_where_there_is_no_room_the_longest_half_sent_goes() -> None:
    with listening(echo, patience=300, room=20) as url, ExitStack() as stack:
        first = stack.enter_context(connected(url))
        first.sendall(b"POST / HT")
        for _ in range(20 + 3 * SPARE):
            stack.enter_context(connected(url)).sendall(b"POST")
        assert raw(url, request("POST / HTTP/1.1", ["Host: h", "Content-Length: 2"], b"hi")) == 200
        assert hung_up(first)


def test_who_comes_while_others_are_hung_up_on_is_answered() -> None:
    """Whoever comes gets the number of a connection just closed, and none of its events."""
    over, at_once = Event(), struct.pack("ii", 1, 0)

    def half_sent(url: str) -> socket.socket:
        made = connected(url)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
        made.sendall(b"POST")
        return made

    def hold(url: str, kept: deque[socket.socket]) -> None:
        while not over.is_set():
            kept.popleft().close()  # the one that the server would hang up on, with an error for it to find
            kept.append(half_sent(url))
        for each in kept:
            each.close()

    with listening(echo, patience=300, room=200) as url:
        before = deque(half_sent(url) for _ in range(200))  # or the first to come would be the one to hang up on
        holder = Thread(target=hold, args=(url, before))
        holder.start()
        answers = [raw(url, request("POST / HTTP/1.1", ["Host: h", "Content-Length: 2"], b"hi")) for _ in range(100)]
        over.set()
        holder.join()
    assert answers == [200] * 100


def test_bodies_are_bounded_in_sum_and_never_in_files() -> None:
    large = request("POST / HTTP/1.1", ["Host: h", f"Content-Length: {LIMIT}"], b"x" * (LIMIT - 1))
    with running(echo, patience=300) as serving, ExitStack() as stack:
        half_sent = [stack.enter_context(connected(serving.address)) for _ in range(MEMORY // LIMIT + 4)]
        for each in half_sent:
            each.sendall(large)
        assert hung_up(half_sent[0])
        assert until(lambda: sum(each.held for each in list(serving.active_channels.values())) <= MEMORY)
        bodies = [each.request.body_rcv for each in list(serving.active_channels.values()) if each.request]
        assert [body.getbuf().overflowed for body in bodies if body] == [False] * len(bodies)
        half_sent[-1].sendall(b"x")
        assert status(half_sent[-1]) == 200, "the newest stays, whole and in memory"


@pytest.fixture(scope="module")
def echoing() -> Iterator[str]:
    """Where the echo answers."""
    with listening(echo) as url:
        yield url


@pytest.mark.parametrize("doubtful", DOUBTFUL)
def test_what_can_be_read_in_two_ways_is_refused(echoing: str, doubtful: str) -> None:
    """And the connection closed, so that nothing after it is taken for a request."""
    smuggled = request("GET /smuggled HTTP/1.1", ["Host: h"])
    with connected(echoing) as connection:
        connection.sendall(DOUBTFUL[doubtful] + smuggled)
        with connection.makefile("rb") as answers:
            try:
                said = answers.read()
            except ConnectionError:
                return
    assert said.count(b"HTTP/1.") == 1
    assert said.split()[1] in {b"400", b"413", b"431", b"501"}


def test_what_is_in_order_is_answered_in_order(echoing: str) -> None:
    """Whole and chunked, old and new, told to go on; in turn on one connection, in one go and byte by byte."""
    orders = [
        request(POST, ["Host: h", "Content-Length: 5"], b"first"),
        request(POST, ["Host: h", "Transfer-Encoding: chunked"], b"3;x=y\r\nsec\r\n3\r\nond\r\n0\r\nX: y\r\n\r\n"),
        request("POST / HTTP/1.0", ["Connection: keep-alive", "Content-Length: 5"], b"third"),
        request(POST, ["Host: h", "Content-Length: 6", "Expect: 100-continue"], b"fourth"),
        request("GET / HTTP/1.1", ["Host: h", "Expect: 100-continue"]),
        request(POST, ["Host: h", "Content-Length: 4", "Connection: close"], b"last"),
    ]
    for piece in (10**6, 1):
        with connected(echoing) as connection, connection.makefile("rb") as answers:
            whole = b"".join(orders)
            for begin in range(0, len(whole), piece):
                connection.sendall(whole[begin : begin + piece])
            said = answers.read()
        assert [word for word in (b"first", b"second", b"third", b"fourth", b"last") if word not in said] == []
        assert said.count(b" 200 OK") == 6


def test_few_requests_of_one_connection_wait_at_once() -> None:
    """Of thousands sent in one go those beyond are refused unread, and the connection is closed."""
    waiting = []

    def counting(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        waiting.append(max(len(each.requests) for each in serving.active_channels.values()))
        return echo(environ, start_response)

    with running(counting) as serving, connected(serving.address) as connection:
        connection.sendall(request("GET / HTTP/1.1", ["Host: h"]) * 1000)
        assert hung_up(connection)
    assert max(waiting) <= AHEAD + 1


def test_nobody_is_told_to_go_on_where_nothing_is_to_come(echoing: str) -> None:
    """Waitress would tell them, and wait for it, taking the next request for its rest."""
    told = ["Host: h", "Expect: 100-continue"]
    with connected(echoing) as connection:
        for _ in range(2):
            connection.sendall(request("GET / HTTP/1.1", told))
            assert connection.recv(1000).startswith(b"HTTP/1.1 200 OK")
    assert raw(echoing, request(POST, [*told, f"Content-Length: {LIMIT + 1}"])) == 413


def test_every_request_under_way_is_answered_before_the_end() -> None:
    """Those in hand, those in line behind them, and one that isn't whole yet; whoever comes later is turned away."""
    go, seen = Event(), []

    def slow(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        seen.append(environ[ENDS])
        assert go.wait(30)
        return echo(environ, start_response)

    serving = Server(slow, server.listener("127.0.0.1", 0, shared=False))
    thread = Thread(target=serving.run)
    thread.start()
    with ExitStack() as stack:
        asking = [stack.enter_context(connected(serving.address)) for _ in range(20)]
        for each in asking[:19]:
            each.sendall(request("POST / HTTP/1.1", ["Host: h", "Content-Length: 2"], b"hi"))
        asking[19].sendall(request("POST / HTTP/1.1", ["Host: h", "Content-Length: 2"]))
        assert until(lambda: len(seen) == THREADS and len(serving.active_channels) == 20)
        serving.end()
        assert until(lambda: not serving.accepting)
        asking[19].sendall(b"hi")
        go.set()
        answers = [each.makefile("rb").read() for each in asking]
        with pytest.raises(ConnectionError):
            connected(serving.address)
    thread.join(30)
    assert [answer.split()[1] for answer in answers] == [b"200"] * 20
    assert all(b"Connection: close" in answer for answer in answers)
    assert (thread.is_alive(), seen) == (False, [False] * THREADS + [True] * 4), "what is begun after it is told so"


def test_the_end_may_be_told_more_than_once() -> None:
    """A platform's second signal, also when all is over and what is woken up is closed."""
    with running(echo) as serving:
        serving.end()
        serving.end()
    serving.end()


def test_several_may_listen_at_a_port_that_is_shared() -> None:
    """And whoever asked one that ends is answered; where it isn't shared the second is told so."""
    with ExitStack() as stack:
        one = stack.enter_context(server.listener("127.0.0.1", 0, shared=True))
        port = one.getsockname()[1]
        stack.enter_context(server.listener("127.0.0.1", port, shared=True))
        alone = stack.enter_context(server.listener("127.0.0.1", 0, shared=False))
        with pytest.raises(Refused, match="can't be listened at: another process listens there"):
            server.listener("127.0.0.1", alone.getsockname()[1], shared=False)


def test_the_number_of_files_is_looked_at_first() -> None:
    unlimited, soft = resource.RLIM_INFINITY, 256
    assert [server.raised(*each) for each in ((soft, FILES), (soft, unlimited), (FILES + 1, FILES + 1))] == [
        FILES,
        FILES,
        FILES + 1,
    ]
    assert server.raised(unlimited, unlimited) == unlimited
    with pytest.raises(Refused, match=f"needs {FILES} open files and the system allows it {FILES - 1}"):
        server.raised(soft, FILES - 1)
    server.enough_files()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] >= FILES
