"""An attempt to bring something outside up to date: claimed by one worker, and accounted for whatever happens."""

import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, CursorResult, select, update
from sqlalchemy.orm import Session

from audit.chasing import prompt
from storage.clock import wall
from storage.engine import Sessions
from storage.following import Following
from storage.messages import Message, MessageState
from storage.sheet_state import SheetState

Follower = type[Message] | type[SheetState]
FOLLOWERS: tuple[Follower, ...] = (Message, SheetState)
FIRST_WAIT = 2.0
"""Seconds until the second attempt; it doubles with each that fails."""
LONGEST_WAIT = 600.0
"""Seconds between attempts, once it has failed often."""

_under_way: set[str] = set()
"""The claims of this process's attempts that aren't over."""

log = structlog.get_logger()


class Later(Exception):
    """An attempt failed and is to be made again. `sentence` is for coordinators; wait at least `seconds`, if given."""

    def __init__(self, sentence: str, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.seconds = seconds


class Never(Exception):
    """No attempt will work until a person changes something: set aside, shown to coordinators, never in a loop."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@contextmanager
def attempt(
    sessions: Sessions, table: Follower, row_id: str, slot: str, *, retry: float = FIRST_WAIT
) -> Iterator[int | None]:
    """Claim the row and yield the `wanted` to bring about, or None if there is nothing to do or another is at it.

    The block says that it is done with `finish`, in the transaction that records what it did. Whatever it raises
    instead is accounted for: Later and Never as they say, anything else as a bug on our side, to be tried again.
    `retry` is how many seconds that waits at first.
    """
    claim = f"{slot}:{secrets.token_hex(8)}"
    _under_way.add(claim)
    try:
        with _claimed(sessions, table, row_id, claim, retry) as wanted:
            yield wanted
    finally:
        _under_way.discard(claim)


@contextmanager
def _claimed(sessions: Sessions, table: Follower, row_id: str, claim: str, retry: float) -> Iterator[int | None]:
    claimed = _claim(sessions, table, row_id, claim)
    if claimed is None:
        yield None
        return
    wanted, failed_before = claimed
    reference = secrets.token_hex(4)
    trouble: Later | Never | None = Later(f"Something went wrong on our side (reference {reference}).")
    try:
        yield wanted
        trouble = None
    except (Later, Never) as known:
        trouble, reference = known, ""
    finally:
        if trouble is not None:
            if reference:
                log.error("bug", reference=reference, name=table.__tablename__, exc_info=sys.exception())
            _account(sessions, table, claim, trouble, failed_before + 1, retry=retry)


def finish(row: Following, wanted: int) -> None:
    """Record, in the caller's transaction, that what stands outside now is `wanted`."""
    row.delivered, row.claim, row.attempt, row.error = wanted, None, 0, None


def release(session: Session, slot: str) -> int:
    """Give up the claims of a worker that is dead; how many there were."""
    released = 0
    for table in FOLLOWERS:
        result = session.execute(update(table).where(*_of(table, slot)).values(claim=None))
        assert isinstance(result, CursorResult)  # noqa: S101  # an update's result is one
        released += result.rowcount
    return released


def _of(table: Follower, slot: str) -> tuple[ColumnElement[bool], ...]:
    """Conditions: the slot's worker claimed the row. That it is claimed at all is said too, for the index."""
    return table.claim.is_not(None), table.claim.like(f"{slot}:%")


def release_forgotten(sessions: Sessions, slot: str) -> None:
    """Give up the claims of our own attempts that are over but couldn't say so: the database was away."""
    for table in FOLLOWERS:
        with sessions.reading() as session:
            ours = set(session.scalars(select(table.claim).where(*_of(table, slot))))
        forgotten = ours - _under_way
        if forgotten:
            with sessions.begin() as session:
                session.execute(update(table).where(table.claim.in_(forgotten)).values(claim=None))


def _claim(sessions: Sessions, table: Follower, row_id: str, claim: str) -> tuple[int, int] | None:
    """(wanted, attempts that failed before) of the row, now claimed; None if it isn't ours to take."""
    key = table.__mapper__.primary_key[0]
    free = [key == row_id, table.claim.is_(None), table.delivered < table.wanted, table.next_try_at <= wall()]
    if table is Message:
        free.append(Message.state == MessageState.LIVE)
    with sessions.begin() as session:
        claiming = update(table).where(*free).values(claim=claim).returning(table.wanted, table.attempt)
        claimed = session.execute(claiming).one_or_none()
        return (claimed[0], claimed[1]) if claimed else None


def _account(
    sessions: Sessions, table: Follower, claim: str, trouble: Later | Never, failed: int, *, retry: float
) -> None:
    """Record trouble, unless the claim was taken from us: then this attempt is no longer about what is wanted."""
    wait = trouble.seconds if isinstance(trouble, Later) else LONGEST_WAIT
    pause = timedelta(seconds=wait or min(retry * 2.0 ** (failed - 1), LONGEST_WAIT))
    values = {"claim": None, "error": trouble.sentence[:300], "attempt": failed, "next_try_at": wall() + pause}
    if isinstance(trouble, Never) and table is Message:
        values["state"] = MessageState.SET_ASIDE
    with sessions.begin() as session:
        aside = select(Message).where(Message.claim == claim) if "state" in values else None
        message = session.scalar(aside) if aside is not None else None
        session.execute(update(table).where(table.claim == claim).values(values))
        if message is not None:
            prompt.refused(session, message)
    log.warning("attempt_failed", name=table.__tablename__, kind=type(trouble).__name__, attempt=failed)
