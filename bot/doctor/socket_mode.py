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
    "Does another installation have the same SLACK_APP_TOKEN? It gets some of the clicks, and can do nothing with them:"
    " stop it, or make a separate app for it. If there is none, they are connections that broke off. Slack may count"
    " those for hours, and send them clicks, which fail and have to be repeated."
)


def link(given: Means) -> Iterator[LookResult]:
    """Whether Slack's clicks can arrive. If a connection is open already, no other is opened, as it might get some."""
    socket = given.socket()
    if socket is None:
        yield ok("SLACK_APP_TOKEN isn't set, so Slack sends its requests to your own address.")
        return
    with given.reading() as session:
        known, crowd = socket_connections.known(session), slack_conditions.connection_excess(session)
    try:
        at = socket.address()
        counted = 1 if known is not None and known.stands else socket.greeting(at)
    except NeedsPerson as refusal:
        yield problem(f"{refusal.sentence} Until then no click arrives.")
        return
    yield ok(_said(known))
    if counted > 1:
        yield note(f"Slack counted {counted} connections of this app, of which only this check's was ours. {_WHOSE}")
    elif crowd is not None and known is not None and known.stands:
        yield note(f"{crowd.sentence} That was {stamp(crowd.at)}. {_WHOSE}")


def _said(known: ConnectionRecord | None) -> str:
    if known is None:
        return "A connection to Slack can be opened, but none has been yet: start `roundtable web`."
    if known.stands:
        return (
            f"A connection to Slack is open. It was renewed {count_of(known.again, 'time')} since {stamp(known.since)}."
        )
    return f"A connection to Slack can be opened. One was last open {stamp(known.seen_at)}: start `roundtable web`."
