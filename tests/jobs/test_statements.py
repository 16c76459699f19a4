"""What the worker and a purge ask of the database: so many statements when nothing is due, and for one message."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import get_ident

import pytest
from sqlalchemy import Connection, Engine, Executable, delete, event, insert, select, update
from sqlalchemy.engine.interfaces import DBAPICursor, ExecutionContext

from audit.calendar import LONDON
from audit.retention import purge
from jobs import sweep
from jobs.deliver import deliver
from jobs.quiet import Quiet
from jobs.slack_posting import Poster
from storage.clock import wall
from storage.messages import Message, MessageKind
from storage.promises import Promise, PromiseKind
from storage.sheet_state import SheetState
from tests.kit import many_audits
from tests.kit.play import Play
from tests.kit.posting import deliver_due

NIGHT, DAY, FIRST, AGAIN = 12, 18, 19, 16
"""The most statements, but for those that begin a transaction: of a sweep that finds nothing, at night and while people
may be reminded; of a request's first delivery, and of one that finds it as it should be."""


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


@pytest.mark.parametrize(("hour", "most"), [(3, NIGHT), (12, DAY)])
def test_a_sweep_that_finds_nothing_due_asks_little(play: Play, hour: int, most: int) -> None:
    play.move_clock(datetime(2026, 3, 18, hour, tzinfo=LONDON))
    play.load()
    deliver_due(play)
    with asked() as found:
        sweep.take_up(play.sessions)
        sweep.lookups(play.sessions)
        sweep.deliveries(play.sessions)
        sweep.redraws(play.sessions)
    assert len(found) <= most, found


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


class Sweeps:
    """Sweeps of a worker that is left to itself, counted; an hour is what it leaves them out for at the most."""

    def __init__(self, play: Play) -> None:
        self.play, self.made = play, 0
        self.quiet = Quiet(play.sessions, timedelta(hours=1))

    def _sweep(self) -> None:
        self.made += 1

    def made_in(self, rounds: int) -> int:
        """How many are made in so many rounds."""
        before = self.made
        for _ in range(rounds):
            self.quiet.unless_quiet(self._sweep)
        return self.made - before

    def commit(self, statement: Executable) -> None:
        with self.play.sessions.begin() as session:
            session.execute(statement)


DRAWN = update(SheetState).values(delivered=SheetState.wanted)
POSTED = update(Message).values(delivered=Message.wanted)


def test_sweeps_are_left_out_while_they_would_find_nothing(play: Play) -> None:
    play.load()
    deliver_due(play)
    sweeps = Sweeps(play)
    sweeps.commit(DRAWN)
    assert sweeps.made_in(3) == 1
    with asked() as found:
        assert sweeps.made_in(1) == 0
    assert len(found) <= 1, found
    sweeps.commit(update(SheetState).values(attempt=SheetState.attempt + 1))
    assert sweeps.made_in(3) == 1, "whatever is committed brings one"
    for wanted, done in (
        (DRAWN.values(delivered=SheetState.wanted - 1), DRAWN),
        (POSTED.values(delivered=Message.wanted - 1), POSTED),
        (insert(Promise).values(kind=PromiseKind.CYCLE, subject_id="1", at=wall()), delete(Promise)),
    ):
        sweeps.commit(wanted)
        assert sweeps.made_in(3) == 3, "what waits brings one after the other"
        sweeps.commit(done)
        assert sweeps.made_in(3) == 1


def test_time_and_a_sweep_that_failed_bring_the_next_one(play: Play) -> None:
    sweeps = Sweeps(play)
    assert sweeps.made_in(3) == 1
    for hours in (2, -2):
        play.move_clock(wall() + timedelta(hours=hours))
        assert sweeps.made_in(3) == 1
    sweeps.commit(insert(Promise).values(kind=PromiseKind.CYCLE, subject_id="1", at=wall()))
    sweeps.commit(delete(Promise))
    with pytest.raises(ZeroDivisionError):
        sweeps.quiet.unless_quiet(lambda: 1 / 0)  # type: ignore[arg-type]
    assert sweeps.made_in(3) == 1


def test_what_is_due_to_be_removed_asks_as_much_whatever_lies_behind(play: Play) -> None:
    def looked() -> list[str]:
        with asked() as found, play.reading() as session:
            assert purge.plan(session, {}).standings
        return found

    play.load(opened=False)
    with play.sessions.begin() as session:
        first = many_audits.finished(session, 100)
    once = looked()
    with play.sessions.begin() as session:
        many_audits.copied(session, first, range(101, 104))
    assert len(looked()) == len(once)
