"""Socket Mode: whether a connection to Slack can be opened with the app-level token, and whether one is open."""

from collections.abc import Iterator

from audit.calendar import stamp
from audit.delivery import slack_conditions, socket_connections
from audit.delivery.socket_connections import ConnectionRecord
from bot.doctor.means import Means
from bot.doctor.results import LookResult, note, ok, problem
from jobs.attempts import NeedsPerson
from views.parts import count_of

_WHOSE = (
    "Has another installation the same SLACK_APP_TOKEN? It would get some of the clicks, and do nothing here for them:"
    " end it, or make an app of its own for it. If there is none, they are connections that broke off: Slack may count"
    " those for hours, and send clicks there too, which then fail and are done again."
)


def link(given: Means) -> Iterator[LookResult]:
    """Whether Slack's clicks can arrive. If a connection is open already, no other is opened, as it might get some."""
    socket = given.socket()
    if socket is None:
        yield ok("SLACK_APP_TOKEN isn't set: Slack sends its requests to an address of yours.")
        return
    with given.reading() as session:
        known, crowd = socket_connections.known(session), slack_conditions.connection_excess(session)
    try:
        at = socket.address()
        counted = 1 if known is not None and known.stands else socket.greeting(at)
    except NeedsPerson as refusal:
        yield problem(f"{refusal.sentence} Until then nobody can click anything.")
        return
    yield ok(_said(known))
    if counted > 1:
        yield note(f"Slack counted {counted} connections of this app, and only this look's own was ours. {_WHOSE}")
    elif crowd is not None and known is not None and known.stands:
        yield note(f"{crowd.sentence} That was {stamp(crowd.at)}. {_WHOSE}")


def _said(known: ConnectionRecord | None) -> str:
    if known is None:
        return "A connection to Slack can be opened. None was held yet: start `roundtable web`."
    if known.stands:
        return f"A connection to Slack stands, made anew {count_of(known.again, 'time')} since {stamp(known.since)}."
    return f"A connection to Slack can be opened. One was last held {stamp(known.seen_at)}: start `roundtable web`."
