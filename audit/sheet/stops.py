"""What coordinators are told when a sheet can't be drawn: at once what only they can mend, else after an hour."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from audit.access import coordinators
from audit.delivery import ledger
from audit.sheet import conditions
from audit.whose_sheet import WHOSE
from storage.clock import now, wall
from storage.cycles import OVER, Cycle
from storage.messages import Message, MessageKind
from storage.sheet_state import SheetState

LATE = timedelta(hours=1)
"""How long a sheet may be behind before its coordinators are told, whatever the cause."""
_BEHIND = (
    select(SheetState)
    .join(Cycle, Cycle.id == SheetState.cycle_id)
    .where(SheetState.delivered < SheetState.wanted, SheetState.spreadsheet_id.is_not(None), Cycle.state.not_in(OVER))
)
"""The sheets that are behind; once an audit is closed or cancelled, nobody waits for its sheet."""


@dataclass(frozen=True)
class Stop:
    """What coordinators are told when a sheet can't be drawn; `over`: it can again.

    `whose`: the agency or area that the sheet is for, "" for the whole audit's.

    `partly`: all of it is drawn but what `error` names. `since`: since when it has been behind, if that is long.
    """

    sheet_id: str
    cycle_number: int
    whose: str
    spreadsheet_id: str | None
    error: str
    over: bool
    partly: bool = False
    since: datetime | None = None


def stopped(session: Session, sheet_id: str, spreadsheet_id: str, sentence: str) -> None:
    """Google has refused this spreadsheet for a reason that only a person can mend: coordinators are told, once a stop.

    Nothing happens if another one has been bound meanwhile.
    """
    state = session.get_one(SheetState, sheet_id, with_for_update=True)
    rebound = state.spreadsheet_id != spreadsheet_id
    if rebound or (state.stopped_at is not None and state.error == sentence):
        return
    state.error = sentence
    _tell(session, state)
    conditions.tell_again(session, sheet_id)


def drawn(session: Session, sheet_id: str, spreadsheet_id: str, trouble: str | None = None) -> None:
    """The sheet could be drawn: if it had stopped, those who were told so are told that it is over.

    `trouble`: a sentence about the part of it that couldn't, if there is one; that is told as a stop.
    """
    state = session.get_one(SheetState, sheet_id, with_for_update=True)
    state.drawn_at, state.behind_since = now(session), None
    if trouble is not None:
        stopped(session, sheet_id, spreadsheet_id, trouble)
    elif state.stopped_at is not None:
        _tell_again(session, sheet_id, _name(state.stopped_at))
        state.stopped_at = None
    conditions.tell_again(session, sheet_id)


def ended(session: Session, sheet: SheetState) -> None:
    """The sheet isn't drawn in that spreadsheet any more: those who were told that it had stopped are told so."""
    if sheet.stopped_at is not None:
        _tell_again(session, sheet.id, _name(sheet.stopped_at))
        sheet.stopped_at = None


def watched(session: Session) -> bool:
    """Whether `watch` has anything to do: a sheet has just come to be behind, or has been for too long."""
    behind = session.execute(_BEHIND.with_only_columns(SheetState.behind_since, SheetState.stopped_at))
    return any(since is None or _is_late(since, stopped_at) for since, stopped_at in behind)


def watch(session: Session) -> None:
    """Note since when sheets are behind, and tell of those that have been for too long: once, until they aren't."""
    for state in session.scalars(_BEHIND.with_for_update(of=SheetState)).all():
        state.behind_since = state.behind_since or wall()
        if _is_late(state.behind_since, state.stopped_at):
            _tell(session, state)


def _is_late(since: datetime, stopped_at: datetime | None) -> bool:
    """Whether coordinators are still to be told that it has been behind for long."""
    return stopped_at is None and wall() - since > LATE


def stop(session: Session, sheet_id: str, name: str) -> Stop:
    """What to say of a stop now."""
    columns = select(SheetState, Cycle.number, WHOSE).join(Cycle, Cycle.id == SheetState.cycle_id)
    state, number, whose = session.execute(columns.where(SheetState.id == sheet_id)).one()
    over = state.stopped_at is None or _name(state.stopped_at) != name
    long = state.behind_since is not None and wall() - state.behind_since > LATE
    since = state.behind_since + (now(session) - wall()) if long and state.behind_since else None
    partly = state.delivered == state.wanted
    return Stop(sheet_id, number, whose, state.spreadsheet_id, state.error or "", over, partly, since)


def _tell(session: Session, state: SheetState) -> None:
    state.stopped_at = state.stopped_at or wall()
    subject = _name(state.stopped_at)
    for person_id in coordinators(session):
        key = f"{MessageKind.SHEET_STOPPED}:{state.id}:{subject}:{person_id}"
        ledger.insert(
            session, MessageKind.SHEET_STOPPED, state.cycle_id, subject,
            sheet_id=state.id, person_id=person_id, key=key,
        )  # fmt: skip
    _tell_again(session, state.id, subject)


def _name(stopped_at: datetime) -> str:
    return f"{stopped_at:%Y%m%d%H%M%S%f}"


def _tell_again(session: Session, sheet_id: str, subject: str) -> None:
    told = [Message.kind == MessageKind.SHEET_STOPPED, Message.sheet_id == sheet_id, Message.subject_id == subject]
    session.execute(update(Message).where(*told).values(wanted=Message.wanted + 1))
