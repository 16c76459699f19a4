"""What the worker asks of the database: so many statements when nothing is due, and for one message."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

from jobs import sweep
from jobs.deliver import deliver
from jobs.slack_posting import Poster
from storage.messages import Message, MessageKind
from tests.kit.play import Play
from tests.kit.posting import deliver_due

IDLE, FIRST, AGAIN = 12, 23, 21
"""The most statements, but for those that begin a transaction: of a sweep that finds nothing, of a request's first
delivery, and of one that finds it as it should be."""


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements that this thread sends while the block runs."""
    found: list[str] = []
    ours = get_ident()

    def heard(
        _connection: Connection, _cursor: DBAPICursor, text: str, _values: object, context: ExecutionContext,
        _many: bool,  # noqa: FBT001  # SQLAlchemy's
    ) -> None:  # fmt: skip
        if context.compiled is not None and get_ident() == ours:
            found.append(text)

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


def test_a_sweep_that_finds_nothing_due_asks_little(play: Play) -> None:
    play.load()
    deliver_due(play)
    with asked() as found:
        sweep.take_up(play.sessions)
        sweep.lookups(play.sessions)
        sweep.deliveries(play.sessions)
        sweep.redraws(play.sessions)
    assert len(found) <= IDLE, found


def test_a_message_is_delivered_with_few_statements(play: Play) -> None:
    play.load()
    sweep.take_up(play.sessions)
    poster = Poster(play.settings.slack_bot_token.get_secret_value(), play.settings.slack_api_url)
    request = Message.kind == MessageKind.REQUEST
    with play.reading() as session:
        message_id, *_ = session.scalars(select(Message.id).where(request)).all()
    with asked() as found:
        deliver(play.sessions, poster, message_id)
    assert len(found) <= FIRST, found
    with play.sessions.begin() as session:
        session.execute(update(Message).where(request).values(wanted=Message.wanted + 1))
    with asked() as found:
        deliver(play.sessions, poster, message_id)
    assert len(found) <= AGAIN, found
