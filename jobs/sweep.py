"""The sweep: turns rows that are behind, and what the calendar makes due, into workflows with unique ids."""

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
from jobs.attempts import Follower, may_be_tried, moments
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
"""The lane of look-ups of people."""
PATIENT = 8
"""Number of attempts at a message for which later ones in its channel wait: some minutes."""


@dataclass(frozen=True)
class Behind:
    """A row whose message or sheet is behind it.

    While it is behind it has one workflow id, made of what was last delivered and the number of failures since, so
    offering it again attaches to the waiting workflow. `lane` keeps messages to one channel in order and within Slack's
    rate. Of several waiting sheets, the one with the lower `priority` goes first. If `coalesced`, it isn't changed
    again right after a change, so that a burst of changes shares one update.
    """

    table: Follower
    row_id: str
    workflow_id: str
    lane: str
    priority: int = 1
    coalesced: bool = False


_PROMISED = select(exists().select_from(Promise))


def take_up(sessions: Sessions) -> None:
    """Turn promises, and what the calendar makes due, into ledger rows.

    Promises made meanwhile wait for the next sweep: taking up each by itself would leave time for nothing else.
    """
    more = True
    while more:
        with sessions.reading() as session:
            waiting = session.scalar(_PROMISED)
            due = _due(session)
            edited = edits_for_coordinators.due(session)
            unwatched, behind = state.unwatched(session), stops.watch_needed(session)
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
    """The messages still due once their audits are locked: somebody may just have sent one by hand."""
    audits = {each.cycle_id for each in due}
    session.execute(select(Cycle.id).where(Cycle.id.in_(audits)).order_by(Cycle.id).with_for_update(**LOCK))
    return [each for each in _due(session) if each.cycle_id in audits]


def _found(due: Callable[[Session], tuple[Due, ...]], session: Session) -> tuple[Due, ...]:
    """The messages of one kind that the calendar makes due; if that fails, the other kinds go on."""
    try:
        return due(session)
    except SQLAlchemyError:
        raise
    except Exception:  # one unexpected row must not stop all messages
        log.exception("calendar_failed", kind=due.__module__)
        return ()


def _ready(table: Follower) -> tuple[ColumnElement[bool], ...]:
    return (table.delivered < table.wanted, may_be_tried(table))


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
    """The messages that are behind and may be tried now: immediate actions first, then those that could be tried first.

    A first post waits for earlier messages in its channel, so that failures don't change the order; but not for ever,
    as one message that can't be delivered must not block the others. None while Slack refuses the app's token.
    """
    with sessions.reading() as session:
        return [
            Behind(
                Message,
                row_id,
                f"message:{row_id}:{delivered}:{attempt}",
                channel or person_id or row_id,
                coalesced=delivered > 0 and not attempt and kind != MessageKind.IMMEDIATE,
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
    """The lists with people about whom Slack must still be asked; lists not confirmed in time are removed."""
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
    """Give a row a new workflow id, because the workflow with the old one ended without effect."""
    table = behind.table
    renewed = update(table).where(table.id == behind.row_id, *_ready(table)).values(attempt=table.attempt + 1)
    with sessions.begin() as session:
        session.execute(renewed, moments())
