"""Attempts to bring something outside up to date: only the newest of a row counts, and every outcome is recorded."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Generic, TypeVar

import structlog
from sqlalchemy import ColumnElement, Select, bindparam, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from audit.chasing import channel_prompt
from audit.delivery import slack_conditions
from storage import observed
from storage.clock import wall
from storage.crypto import WrongKey
from storage.engine import Sessions
from storage.messages import Message, MessageState
from storage.people_lists import PeopleList
from storage.sheet_state import SheetState
from storage.types import plain_rows

Follower = type[Message] | type[PeopleList] | type[SheetState]
Row = TypeVar("Row", Message, PeopleList, SheetState)
_COUNTED_AS: dict[Follower, str] = {Message: "message", PeopleList: "lookup", SheetState: "sheet"}
FIRST_WAIT = 2.0
"""Seconds until the second attempt; the wait doubles with every further failure."""
LONGEST_WAIT = 600.0
"""Maximum seconds between two attempts."""

log = structlog.get_logger()


class NotDone(Exception):
    """An attempt failed. `sentence` says why, for coordinators."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class TryLater(NotDone):
    """The attempt is to be repeated.

    It waits at least `seconds`, if given: as long as Slack or Google asks for, but at most LONGEST_WAIT.
    """

    def __init__(self, sentence: str, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.seconds = None if seconds is None else min(seconds, LONGEST_WAIT)


class NeedsPerson(NotDone):
    """No attempt will work until a person changes something: a message is set aside and shown to coordinators."""


class TokenRefused(NotDone):
    """Slack refuses the app's token: nothing is tried until Slack accepts it, and nothing is set aside for that."""


class Overtaken(Exception):
    """A newer attempt at the same row has begun, or the row is gone: this attempt does nothing more."""


@dataclass(frozen=True)
class Attempt(Generic[Row]):
    """One attempt to bring the row `row_id` to `wanted`; `failed` attempts preceded it."""

    table: type[Row]
    row_id: str
    claim: str
    wanted: int
    failed: int

    def check(self, session: Session) -> None:
        """Raise Overtaken if a newer attempt has begun. Called before anything outside is written."""
        row = session.get(self.table, self.row_id)
        if row is None or row.claim != self.claim:
            raise Overtaken

    def row(self, session: Session) -> Row:
        """The row, locked; Overtaken as in `check`."""
        row: Row | None = session.scalar(_locked(self.table), {"row_id": self.row_id})
        if row is None or row.claim != self.claim:
            raise Overtaken
        return row

    def finish(self, row: Row) -> None:
        """Record, in the caller's transaction, that the outside now shows `wanted`."""
        row.delivered, row.claim, row.attempt, row.error = self.wanted, None, 0, None


def may_be_tried(table: Follower) -> ColumnElement[bool]:
    """The condition that a row needn't wait any longer, given `moments` as parameters.

    A wait longer than any that is ever set began before the machine's clock was set back: it is over too.
    """
    return or_(table.next_try_at <= bindparam("moment"), table.next_try_at > bindparam("beyond"))


def moments() -> dict[str, datetime]:
    """The parameters of a statement with `may_be_tried`: now, and a time beyond every wait."""
    now = wall()
    return {"moment": now, "beyond": now + timedelta(seconds=2 * LONGEST_WAIT)}


@contextmanager
def attempt(
    sessions: Sessions, table: type[Row], row_id: str, *, retry: float = FIRST_WAIT
) -> Iterator[Attempt[Row] | None]:
    """Begin an attempt at the row; None if there is nothing to do (any more).

    The block calls `finish` in the transaction that records its work. Any error it raises is recorded: NotDone by its
    kind, a text that can't be opened as TryLater, anything else as a bug of ours, to be tried again. `retry`: seconds
    to wait after the first failure.
    """
    begun = _begin(sessions, table, row_id)
    try:
        yield begun
    except Overtaken:
        _count(table, "overtaken")
        log.warning("attempt_overtaken", name=table.__tablename__)
    except NotDone as trouble:
        _count(table, "later" if isinstance(trouble, TryLater) else "set_aside")
        _account(sessions, begun, trouble, retry)
    except WrongKey as wrong:
        _count(table, "later")
        log.exception("text_not_opened", name=table.__tablename__, key=wrong.bound_to)
        _account(sessions, begun, TryLater(wrong.sentence, LONGEST_WAIT), retry)
    except Exception:
        _count(table, "bug")
        reference = secrets.token_hex(4)
        log.exception("bug", reference=reference, name=table.__tablename__)
        _account(sessions, begun, TryLater(f"Something went wrong on our side (reference {reference})."), retry)
        raise
    else:
        if begun is not None:
            _count(table, "done")


def _count(table: Follower, outcome: str) -> None:
    observed.happened("delivery", of=_COUNTED_AS[table], outcome=outcome)


@cache
def _locked(table: type[Row]) -> Select[Row]:
    row = select(table).where(table.id == bindparam("row_id")).with_for_update()
    return row.execution_options(populate_existing=True)


@cache
def _beginning(table: Follower) -> ReturningUpdate[int, int]:
    ready = [table.id == bindparam("row_id"), table.delivered < table.wanted, may_be_tried(table)]
    if table is Message:
        ready += [Message.state == MessageState.LIVE, ~slack_conditions.SHUT]
    return update(table).where(*ready).values(claim=bindparam("by")).returning(table.wanted, table.attempt)


def _begin(sessions: Sessions, table: type[Row], row_id: str) -> Attempt[Row] | None:
    """An attempt that replaces any other; None if the row isn't behind, or mustn't be tried yet."""
    claim = secrets.token_hex(8)
    with sessions.begin() as session:
        wanted = {"row_id": row_id, "by": claim, **moments()}
        begun = plain_rows(session, _beginning(table), wanted).one_or_none()
    return Attempt(table, row_id, claim, begun[0], begun[1]) if begun else None


def _account(sessions: Sessions, failed: Attempt[Row] | None, trouble: NotDone, retry: float) -> None:
    """Record a failed attempt, unless a newer one has begun, which alone is about what is wanted now."""
    if failed is None:
        return
    count = failed.failed + 1
    wait = trouble.seconds if isinstance(trouble, TryLater) else LONGEST_WAIT
    pause = timedelta(seconds=wait or min(retry * 2.0 ** (count - 1), LONGEST_WAIT))
    with sessions.begin() as session:
        if isinstance(trouble, TokenRefused) and slack_conditions.token_refused(session, trouble.sentence):
            log.error("slack_token_refused")
        try:
            row = failed.row(session)
        except Overtaken:
            return
        row.claim, row.error, row.attempt, row.next_try_at = None, trouble.sentence[:300], count, wall() + pause
        if isinstance(trouble, NeedsPerson) and isinstance(row, Message):
            row.state = MessageState.SET_ASIDE
            channel_prompt.refused(session, row)
    log.warning("attempt_failed", name=failed.table.__tablename__, kind=type(trouble).__name__, attempt=count)
