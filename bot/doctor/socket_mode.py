"""Socket Mode: whether a connection to Slack can be opened with the app-level token, and whether one stands."""

from collections.abc import Iterator

from audit.calendar import stamp
from audit.delivery import socket_connections
from audit.delivery.socket_connections import Known
from bot.doctor.means import Given
from bot.doctor.results import Finding, ok, problem
from jobs.attempts import Never
from views.parts import count_of


def link(given: Given) -> Iterator[Finding]:
    """Whether Slack's clicks can come; where a connection stands already, none is opened, as it might get some."""
    socket = given.socket()
    if socket is None:
        yield ok("SLACK_APP_TOKEN isn't set: Slack sends its requests to an address of yours.")
        return
    with given.reading() as session:
        known = socket_connections.known(session)
    try:
        at = socket.address()
        if known is None or not known.stands:
            socket.greeting(at)
    except Never as refusal:
        yield problem(f"{refusal.sentence} Until then nobody can click anything.")
        return
    yield ok(_said(known))


def _said(known: Known | None) -> str:
    if known is None:
        return "A connection to Slack can be opened. None was held yet: start `roundtable web`."
    if known.stands:
        return f"A connection to Slack stands, made anew {count_of(known.again, 'time')} since {stamp(known.since)}."
    return f"A connection to Slack can be opened. One was last held {stamp(known.seen_at)}: start `roundtable web`."
