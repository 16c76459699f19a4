"""Send signed requests to a server, each on a connection of its own as Slack does, and time the answers."""

import asyncio
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from bench.signed import sign

HEAD = "POST /slack/events HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
PATIENCE = 60.0
"""Seconds to wait for an answer; if one takes longer, the whole run is void."""


class Failed(Exception):
    """An answer wasn't the expected one, so that no figure may be written."""


def at_once(port: int, bodies: Sequence[bytes], must_say: bytes, *, most: int) -> tuple[float, list[float]]:
    """Send all bodies, at most `most` at a time; seconds for all of them, and milliseconds of each."""
    return asyncio.run(_at_once(port, _requests(bodies), must_say, most))


def every(port: int, bodies: Sequence[bytes], must_say: bytes, *, per_second: float) -> list[float]:
    """Send bodies at a steady rate, however long answers take; milliseconds of each, counted from when it was due."""
    return asyncio.run(_every(port, _requests(bodies), must_say, per_second))


def _requests(bodies: Sequence[bytes]) -> list[bytes]:
    """Complete HTTP requests, signed beforehand, so that making them isn't measured."""
    made = []
    for body in bodies:
        headers = "".join(f"{name}: {value}\r\n" for name, value in sign(body).items())
        made.append(f"{HEAD}{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    return made


async def _at_once(port: int, requests: Sequence[bytes], must_say: bytes, most: int) -> tuple[float, list[float]]:
    left, took = list(reversed(requests)), list[float]()

    async def client() -> None:
        while left:
            took.append(await _asked(port, left.pop(), must_say, time.perf_counter()))

    began = time.perf_counter()
    await _all([client() for _ in range(most)])
    return time.perf_counter() - began, took


async def _every(port: int, requests: Sequence[bytes], must_say: bytes, per_second: float) -> list[float]:
    began, sent = time.perf_counter(), list[asyncio.Task[float]]()
    for number, request in enumerate(requests):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        sent.append(asyncio.create_task(_asked(port, request, must_say, due)))
    return list(await asyncio.gather(*sent))


async def _all(clients: Sequence[Coroutine[Any, Any, None]]) -> None:
    async with asyncio.TaskGroup() as group:
        for client in clients:
            group.create_task(client)


async def _asked(port: int, request: bytes, must_say: bytes, began: float) -> float:
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
    if not answer.startswith(b"HTTP/1.1 200") or must_say not in answer:
        raise Failed(answer[:400].decode(errors="replace"))
    return 1000 * (time.perf_counter() - began)
