"""Telling coordinators of sheets that can't be drawn: at once if only a person can remedy it, or else after an hour.

One message covers all sheets that stopped for the same reason: these have the same `stopped_at`, which identifies the
stop.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from audit.access import coordinators
from audit.delivery import ledger
from audit.sheet import sheet_conditions
from audit.whose_sheet import WHOSE
from storage.clock import now, wall
from storage.cycles import OVER, Cycle
from storage.messages import Message, MessageKind
from storage.sheet_state import SheetState
from storage.types import LOCK, plain_rows

LATE = timedelta(hours=1)
"""How long a sheet may be behind before coordinators are told, whatever the reason."""
_BEHIND = (
    select(SheetState)
    .join(Cycle, Cycle.id == SheetState.cycle_id)
    .where(SheetState.delivered < SheetState.wanted, SheetState.spreadsheet_id.is_not(None), Cycle.state.not_in(OVER))
)
"""The sheets that are behind, except those of closed and cancelled audits."""
_SINCE = _BEHIND.with_only_columns(SheetState.behind_since, SheetState.stopped_at)


@dataclass(frozen=True)
class Stopped:
    """A sheet that can't be drawn. `whose`: the agency or area that it is for, or "" for the whole audit's.

    `partly`: all of it is drawn except what `error` names.
    """

    sheet_id: str
    cycle_number: int
    whose: str
    spreadsheet_id: str | None
    error: str = ""
    partly: bool = False


@dataclass(frozen=True)
class Stop:
    """The content of a message about sheets that can't be drawn. `first`: the sheet about which it was first sent.

    `sheets`: those that still can't be drawn; none if the stop is over. `since`: since when the first of them has
    been behind, if for more than LATE. `alone`: this deployment draws no other sheet.
    """

    first: Stopped
    sheets: tuple[Stopped, ...] = ()
    since: datetime | None = None
    alone: bool = True

    @property
    def over(self) -> bool:
        """Whether all sheets of the stop can be drawn again."""
        return not self.sheets


def record_stop(session: Session, sheet_id: str, spreadsheet_id: str, sentence: str, *, common: bool = False) -> None:
    """Record that Google refuses this spreadsheet for a reason that only a person can remedy, and tell coordinators.

    They are told once for each stop. `common`: other sheets are refused for the same reason, so one message covers all.
    Nothing happens if the sheet has been bound to another spreadsheet meanwhile.
    """
    if common:  # one at a time, so that the second sheet joins the first one's stop
        session.execute(select(SheetState.id).order_by(SheetState.id).with_for_update(**LOCK))
    state = session.get_one(SheetState, sheet_id, with_for_update=LOCK)
    rebound = state.spreadsheet_id != spreadsheet_id
    if rebound or (state.stopped_at is not None and state.error == sentence):
        return
    state.error = sentence
    if not common:
        _leave(session, state)
    _tell(session, state, (_alike(session, state) if common else None) or wall())
    sheet_conditions.tell_again(session, sheet_id)


def _alike(session: Session, state: SheetState) -> datetime | None:
    """The `stopped_at` of other sheets that are behind with the same sentence, or None."""
    alike = [SheetState.id != state.id, SheetState.error == state.error, SheetState.delivered < SheetState.wanted]
    return session.scalar(select(func.min(SheetState.stopped_at)).where(*alike))


def _leave(session: Session, state: SheetState) -> None:
    """Take a sheet out of a stop that it shares with others, since it now has a reason of its own."""
    if state.stopped_at is None:
        return
    sharing = select(SheetState.id).where(SheetState.stopped_at == state.stopped_at, SheetState.id != state.id)
    if session.scalar(sharing.limit(1)) is not None:
        end_stop(session, state)


def record_drawn(session: Session, sheet_id: str, spreadsheet_id: str, trouble: str | None) -> None:
    """Record that the sheet was drawn, and end its stop: coordinators who were told of it are told that it is over.

    `trouble`: a sentence about a part that couldn't be drawn, or None; that counts as a stop.
    """
    state = session.get_one(SheetState, sheet_id, with_for_update=LOCK)
    state.drawn_at, state.behind_since = now(session), None
    if trouble is not None:
        record_stop(session, sheet_id, spreadsheet_id, trouble)
    else:
        end_stop(session, state)
    sheet_conditions.tell_again(session, sheet_id)


def end_stop(session: Session, sheet: SheetState) -> None:
    """End the sheet's stop, if there is one, and update the messages about it."""
    if sheet.stopped_at is not None:
        _tell_again(session, _name(sheet.stopped_at))
        sheet.stopped_at = None


def watch_needed(session: Session) -> bool:
    """Whether `watch` has anything to do: a sheet has just fallen behind, or coordinators are to be told of one."""
    behind = plain_rows(session, _SINCE)
    return any(since is None or _is_late(since, stopped_at) for since, stopped_at in behind)


def watch(session: Session) -> None:
    """Record since when sheets are behind, and tell coordinators once of those behind for more than LATE."""
    moment = wall()
    for state in session.scalars(_BEHIND.order_by(SheetState.id).with_for_update(of=SheetState, **LOCK)).all():
        state.behind_since = state.behind_since or moment
        if _is_late(state.behind_since, state.stopped_at):
            _tell(session, state, _alike(session, state) or moment)


def _is_late(since: datetime, stopped_at: datetime | None) -> bool:
    """Whether coordinators have yet to be told that a sheet has been behind for more than LATE."""
    return stopped_at is None and wall() - since > LATE


def content(session: Session, sheet_id: str, name: str) -> Stop:
    """The content of the message about the stop with this name, as it is now."""
    columns = select(SheetState, Cycle.number, WHOSE).join(Cycle, Cycle.id == SheetState.cycle_id)
    rows = session.execute(columns.order_by(Cycle.number.desc(), WHOSE)).all()
    by_id = {state.id: (state, Stopped(state.id, number, whose, *_trouble(state))) for state, number, whose in rows}
    stood = [both for both in by_id.values() if both[0].stopped_at is not None and _name(both[0].stopped_at) == name]
    times = [state.behind_since for state, _ in stood if state.behind_since and wall() - state.behind_since > LATE]
    since = min(times) + (now(session) - wall()) if times else None
    alone = sum(state.spreadsheet_id is not None for state, _ in by_id.values()) == 1
    return Stop(by_id[sheet_id][1], tuple(sheet for _, sheet in stood), since, alone)


def _trouble(state: SheetState) -> tuple[str | None, str, bool]:
    return state.spreadsheet_id, state.error or "", state.delivered == state.wanted


def _tell(session: Session, state: SheetState, moment: datetime) -> None:
    """Put the sheet into a stop, its own or one that another sheet began, and send or update the stop's message."""
    state.stopped_at = state.stopped_at or moment
    subject = _name(state.stopped_at)
    for person_id in coordinators(session):
        ledger.insert(
            session, MessageKind.SHEET_STOPPED, state.cycle_id, subject, sheet_id=state.id, person_id=person_id,
        )  # fmt: skip
    _tell_again(session, subject)


def _name(stopped_at: datetime) -> str:
    return f"{stopped_at:%Y%m%d%H%M%S%f}"


def _tell_again(session: Session, subject: str) -> None:
    told = [Message.kind == MessageKind.SHEET_STOPPED, Message.subject_id == subject]
    session.execute(update(Message).where(*told).values(wanted=Message.wanted + 1))
