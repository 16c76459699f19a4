"""What each kind of message says: drawn from the database whenever it is delivered."""

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from audit import access, cases, cycles, drift, returns, sheets
from audit.errors import NotAllowed, Refused
from jobs.attempts import Never
from storage.clock import now
from storage.messages import Message, MessageKind
from storage.people import Person, Workspace
from views import cases as case_views
from views import returns as return_views
from views import sheets as sheet_views
from views import tallies as tally_views
from views.parts import Content


def drawn(session: Session, row: Message) -> Content | None:
    """What the message should say now, drawn from the database by its kind; None if there is nothing to say (any more).

    Somebody who may no longer be told isn't; any other refusal sets the message aside.
    """
    try:
        return _DRAWN[MessageKind(row.kind)](session, row)
    except NotAllowed:
        return None
    except Refused as refusal:
        raise Never(refusal.sentence) from refusal


def _request(session: Session, row: Message) -> Content:
    waiting = returns.waiting(session, _addressee(session, row), row.cycle_id)
    return return_views.request(cycles.view(session, row.cycle_id), waiting, now(session))


def _summary(session: Session, row: Message) -> Content:
    return case_views.headlines(cases.summary(session, row.subject_id), now(session))


def _tally(session: Session, row: Message) -> Content:
    board = cycles.board(session, row.cycle_id)
    return tally_views.tally(board.cycle, board.tally, board.now)


def _drift(session: Session, row: Message) -> Content:
    access.require_coordinator(_addressee(session, row), "drift.read", row.cycle_id)
    return sheet_views.digest(drift.digest(session, row.cycle_id, date.fromisoformat(row.subject_id)))


def _sheet_stopped(session: Session, row: Message) -> Content:
    access.require_coordinator(_addressee(session, row), "sheet.read", row.cycle_id)
    return sheet_views.stopped(sheets.stop(session, row.cycle_id, row.subject_id))


_DRAWN: dict[MessageKind, Callable[[Session, Message], Content | None]] = {
    MessageKind.REQUEST: _request,
    MessageKind.SUMMARY: _summary,
    MessageKind.TALLY: _tally,
    MessageKind.DRIFT: _drift,
    MessageKind.SHEET_STOPPED: _sheet_stopped,
}


def _addressee(session: Session, row: Message) -> access.Actor:
    person = session.get_one(Person, row.person_id)
    workspace = session.get_one(Workspace, person.workspace_id)
    return access.actor(session, workspace.team_id, person.user_id)
