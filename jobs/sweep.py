"""The sweep: rows, and what the calendar makes due, become workflows with ids that can only exist once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import structlog
from sqlalchemy import ColumnElement, and_, delete, exists, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from audit.delivery import kept_promises, ledger, slack_conditions
from audit.delivery.ledger import Due
from audit.people import people_list
from audit.sheet import edits_for_coordinators, state, stops
from audit.whose_sheet import OF_ALL
from jobs import letters
from jobs.attempts import Follower, moments, rested
from storage.clock import now
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.messages import LIVE, Message, MessageKind
from storage.people_lists import PeopleList
from storage.promises import Promise
from storage.sheet_state import SheetState
from storage.types import LOCK, plain_rows

log = structlog.get_logger()
BATCH = 200
PEOPLE = "people"
"""The lane of look-ups."""
PATIENT = 8
"""Attempts of a message for which those after it in its channel wait: some minutes."""


@dataclass(frozen=True)
class Behind:
    """A row that something outside has to follow.

    While it is behind it has one workflow id, made of what was delivered last and the attempts that failed since: so
    whoever offers it again attaches to what waits already. `lane` keeps what goes to one channel in order and within
    Slack's rate. Of several sheets that wait, the lower `priority` goes first. One that `rests` isn't changed again
    right after it was, so that a burst of changes shares one.
    """

    table: Follower
    row_id: str
    workflow_id: str
    lane: str
    priority: int = 1
    rests: bool = False


_PROMISED = select(exists().select_from(Promise))


def take_up(sessions: Sessions) -> None:
    """Turn promises, and what the calendar makes due, into ledger rows.

    What is promised meanwhile waits for the next sweep: whoever took up each by itself would do nothing else.
    """
    more = True
    while more:
        with sessions.reading() as session:
            waiting = session.scalar(_PROMISED)
            due = _due(session)
            edited = edits_for_coordinators.due(session)
            unwatched, behind = state.unwatched(session), stops.watched(session)
        if not (waiting or due or edited or unwatched or behind):
            return
        with sessions.begin() as session:
            still = _still_due(session, due) if due else []
            more = kept_promises.keep(session) == kept_promises.BATCH or bool(due or edited or unwatched or behind)
            ledger.add(session, still)
            edits_for_coordinators.tell(session, edited)
            state.look_again(session, unwatched)
            stops.watch(session)
            fault("sweep.mid")
        fault("sweep.after")


def _due(session: Session) -> list[Due]:
    return [each for kind in letters.KINDS.values() if kind.due for each in _found(kind.due, session)]


def _still_due(session: Session, due: Iterable[Due]) -> list[Due]:
    """What is due, looked at again once nobody else changes its audits: somebody may have done it by hand just then."""
    audits = {each.cycle_id for each in due}
    session.execute(select(Cycle.id).where(Cycle.id.in_(audits)).order_by(Cycle.id).with_for_update(**LOCK))
    return [each for each in _due(session) if each.cycle_id in audits]


def _found(due: Callable[[Session], tuple[Due, ...]], session: Session) -> tuple[Due, ...]:
    """What the calendar makes due of one kind; where that fails, the other kinds go on."""
    try:
        return due(session)
    except SQLAlchemyError:
        raise
    except Exception:  # one row that it can't reckon with must not silence all messages
        log.exception("calendar_failed", kind=due.__module__)
        return ()


def _ready(table: Follower) -> tuple[ColumnElement[bool], ...]:
    return (table.delivered < table.wanted, rested(table))


_EARLIER = aliased(Message)
_TOO_SOON = exists().where(
    Message.ts.is_(None),
    _EARLIER.channel == Message.channel,
    _EARLIER.created_at < Message.created_at,
    _EARLIER.ts.is_(None),
    _EARLIER.state == LIVE,
    _EARLIER.attempt < PATIENT,
)
_MESSAGES = (
    select(Message.id, Message.delivered, Message.attempt, Message.channel, Message.person_id, Message.kind)
    .where(*_ready(Message), Message.state == LIVE, ~_TOO_SOON, ~slack_conditions.SHUT)
    .order_by(Message.kind != MessageKind.IMMEDIATE, Message.next_try_at, Message.created_at, Message.id)
    .limit(BATCH)
)


def deliveries(sessions: Sessions) -> list[Behind]:
    """The messages that are behind and may be tried now: immediate actions, then the oldest first.

    What is to be posted for the first time waits for what comes before it in its channel, so that trouble doesn't
    change the order; but not for ever: a message that nothing helps must not keep the others. None while Slack doesn't
    take the app's token.
    """
    with sessions.reading() as session:
        return [
            Behind(
                Message,
                row_id,
                f"message:{row_id}:{delivered}:{attempt}",
                channel or person_id or row_id,
                rests=delivered > 0 and not attempt and kind != MessageKind.IMMEDIATE,
            )
            for row_id, delivered, attempt, channel, person_id, kind in plain_rows(session, _MESSAGES, moments())
        ]


_SHEETS = select(SheetState.id, SheetState.delivered, SheetState.attempt, OF_ALL).where(*_ready(SheetState))


def redraws(sessions: Sessions) -> list[Behind]:
    """The sheets that are behind and may be tried now."""
    with sessions.reading() as session:
        return [
            Behind(SheetState, sheet_id, f"redraw:{sheet_id}:{delivered}:{attempt}", sheet_id, 1 if of_all else 2)
            for sheet_id, delivered, attempt, of_all in plain_rows(session, _SHEETS, moments())
        ]


_LISTS = select(PeopleList.id, PeopleList.delivered, PeopleList.attempt, PeopleList.made_at, and_(*_ready(PeopleList)))


def lookups(sessions: Sessions) -> list[Behind]:
    """The lists of people of whom Slack is still to be asked; those that nobody confirmed in time are removed."""
    with sessions.reading() as session:
        rows = plain_rows(session, _LISTS, moments()).all()
        over = [row_id for row_id, _, _, made_at, _ in rows if made_at + people_list.KEPT <= now(session)]
    if over:
        with sessions.begin() as session:
            session.execute(delete(PeopleList).where(PeopleList.id.in_(over)))
    return [
        Behind(PeopleList, row_id, f"people:{row_id}:{delivered}:{attempt}", PEOPLE)
        for row_id, delivered, attempt, _, is_ready in rows
        if is_ready and row_id not in over
    ]


def renew(sessions: Sessions, behind: Behind) -> None:
    """Give a row another workflow id, since the one it has ended without effect."""
    table = behind.table
    renewed = update(table).where(table.id == behind.row_id, *_ready(table)).values(attempt=table.attempt + 1)
    with sessions.begin() as session:
        session.execute(renewed, moments())
