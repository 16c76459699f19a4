"""What a look found: that all is well, what is worth knowing, what must be mended, what couldn't be asked."""

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from http.client import HTTPException
from urllib.error import HTTPError

import requests
from websockets.exceptions import ProxyError


class How(StrEnum):
    """How something stands. Silence is no problem: whoever didn't answer hasn't said no."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"
    UNASKED = "not asked"


@dataclass(frozen=True)
class Finding:
    """A finding in one sentence or two: what it is and, of a problem, what mends it."""

    how: How
    sentence: str


class Unasked(Exception):
    """Nobody answered, or not those who were asked; the sentence says what is known of that."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


Look = Callable[[], Iterator[Finding]]


def ok(sentence: str) -> Finding:
    """All is well."""
    return Finding(How.OK, sentence)


def note(sentence: str) -> Finding:
    """Nothing is wrong, but somebody should know."""
    return Finding(How.NOTE, sentence)


def problem(sentence: str) -> Finding:
    """It must be mended, and the sentence says how."""
    return Finding(How.PROBLEM, sentence)


def unasked(sentence: str) -> Finding:
    """It isn't known."""
    return Finding(How.UNASKED, sentence)


_PAGE = "what came is no answer of theirs. A proxy's or a firewall's page, perhaps: ask whoever runs it."
_LOOK = "Look at the network, and at HTTPS_PROXY."
_WHY: tuple[tuple[Callable[[BaseException], bool], str], ...] = (
    (
        lambda error: isinstance(error, ssl.SSLCertVerificationError),
        "its certificate isn't known here. If a proxy looks into the traffic, name a file with its in {certificates}.",
    ),
    (
        lambda error: isinstance(error, OSError | ProxyError) and "407" in str(error),
        "the proxy wants a name and a password. Put them into HTTPS_PROXY.",
    ),
    (
        lambda error: (
            isinstance(error, requests.exceptions.ProxyError | ProxyError) or "Tunnel connection" in str(error)
        ),
        "the proxy doesn't let it through. Look at HTTPS_PROXY, or ask who runs it.",
    ),
    (lambda error: isinstance(error, socket.gaierror), f"its name can't be found. {_LOOK}"),
    (
        lambda error: isinstance(error, TimeoutError | requests.exceptions.Timeout),
        "no answer came in time. A firewall may swallow it: is HTTPS_PROXY needed?",
    ),
    (lambda error: isinstance(error, ssl.SSLError), "what answers doesn't speak TLS as it should. A proxy, perhaps."),
    (
        lambda error: isinstance(error, OSError | HTTPException) and not isinstance(error, HTTPError),
        f"the connection is refused or broken. {_LOOK}",
    ),
)
"""What is known of an error, the most telling first."""


def silence(error: BaseException, whom: str, certificates: str) -> str:
    """Why nobody answered, as far as the error tells, and never in its words: they may hold a proxy's password.

    `certificates`: the setting by which an unknown certificate is made known to whoever asks.
    """
    causes = list(_causes(error))
    why = next((why for told, why in _WHY if any(map(told, causes))), _PAGE)
    return f"{whom} couldn't be asked: {why.format(certificates=certificates)}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and all that it was raised for or holds."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        held = [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
        waiting += [each for each in held if isinstance(each, BaseException)]
