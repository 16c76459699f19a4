"""Why Slack or Google gave no answer, in a sentence that says what to do: at a start and for the doctor."""

import socket
import ssl
from collections.abc import Callable, Iterator
from http.client import HTTPException
from urllib.error import HTTPError

import requests
from websockets.exceptions import ConnectionClosed, ProxyError

from jobs.attempts import TryLater

CERTIFICATES, GOOGLE_CERTIFICATES = "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"
"""The environment variables that make a certificate known to the clients of Slack and of Google."""
_PAGE = "something else answered. It may be a proxy's or a firewall's page: ask whoever runs that."
_LOOK = "Check the network and HTTPS_PROXY."
_WHY: tuple[tuple[Callable[[BaseException], bool], str], ...] = (
    (
        lambda error: isinstance(error, ssl.SSLCertVerificationError),
        "its certificate isn't known here. If a proxy inspects the traffic, set {certificates} to a file with its own.",
    ),
    (
        lambda error: isinstance(error, OSError | ProxyError) and "407" in str(error),
        "the proxy needs a name and a password. Add them to HTTPS_PROXY.",
    ),
    (
        lambda error: (
            isinstance(error, requests.exceptions.ProxyError | ProxyError) or "Tunnel connection" in str(error)
        ),
        "the proxy doesn't let it through. Check HTTPS_PROXY, or ask whoever runs the proxy.",
    ),
    (lambda error: isinstance(error, socket.gaierror), f"its name can't be found. {_LOOK}"),
    (
        lambda error: isinstance(error, TimeoutError | requests.exceptions.Timeout),
        "no answer came in time. A firewall may be in the way: is HTTPS_PROXY needed?",
    ),
    (lambda error: isinstance(error, ssl.SSLError), "what answered doesn't use TLS correctly. It may be a proxy."),
    (
        lambda error: (
            isinstance(error, OSError | HTTPException | ConnectionClosed) and not isinstance(error, HTTPError)
        ),
        f"the connection is refused or broken. {_LOOK}",
    ),
)
"""(test of an error, what it means), the most specific first."""


def silence(error: BaseException, whom: str, certificates: str) -> str:
    """Why there was no answer, as far as the error shows, never in its own words, which may hold a proxy's password.

    `certificates`: CERTIFICATES or GOOGLE_CERTIFICATES.
    """
    causes = list(_causes(error))
    why = next((why for told, why in _WHY if any(map(told, causes))), _PAGE)
    return f"{whom} couldn't be asked: {why.format(certificates=certificates)}"


def of_slack(error: BaseException, again: str = "") -> str:
    """Why Slack didn't answer; if it answered that it can't now, `again` says what to do."""
    if not isinstance(error, TryLater):
        return silence(error, "Slack", CERTIFICATES)
    if error.__cause__ is not None and ("reached" in error.sentence or "“status" in error.sentence):
        return silence(error.__cause__, "Slack", CERTIFICATES)
    return f"Slack couldn't be asked now. {error.sentence}{again}"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and every error that caused it or is among its arguments."""
    waiting, seen = [error], set()
    while waiting:
        cause = waiting.pop()
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        held = [cause.__cause__, cause.__context__, vars(cause).get("reason"), *cause.args]
        waiting += [each for each in held if isinstance(each, BaseException)]
