"""Messages about a cycle's sheet, to coordinators."""

from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from audit import access, trail_check
from audit.cycle import sheet_file
from audit.sheet import edits_for_coordinators, sheet_conditions, stops
from jobs.letters.kind import Kind, addressee
from sheets import workbook
from storage.clock import now
from storage.messages import Message, MessageKind
from views.documents import File
from views.parts import Content
from views.sheet import edits_for_coordinators as edits_for_coordinators_view
from views.sheet import sheet_conditions as sheet_conditions_view
from views.sheet import sheet_file as sheet_file_view
from views.sheet import stops as stops_view


def _drift(session: Session, row: Message) -> Content | None:
    access.require_coordinator(addressee(session, row), "drift.read", row.cycle_id)
    view = edits_for_coordinators.digest(session, row.sheet_id or row.cycle_id, date.fromisoformat(row.subject_id))
    edited = view.cells or view.aside or view.deleted
    return edits_for_coordinators_view.digest(view) if edited or row.ts is not None else None


def _sheet_stopped(session: Session, row: Message) -> Content:
    access.require_coordinator(addressee(session, row), "sheet.read", row.cycle_id)
    return stops_view.stopped(stops.content(session, row.sheet_id or row.cycle_id, row.subject_id), now(session))


def _condition(session: Session, row: Message) -> Content | None:
    access.require_coordinator(addressee(session, row), "sheet.read", row.cycle_id)
    view = sheet_conditions.condition(session, row.subject_id)
    return None if view.over and row.ts is None else sheet_conditions_view.message(view, now(session))


def _file(session: Session, row: Message) -> Content:
    board = sheet_file.wanted(session, addressee(session, row), row.cycle_id)
    drawn = workbook.tabs(board, trail_check.heads(session, row.cycle_id))
    file = File(workbook.name(board), f"{board.cycle.name}: the sheet", partial(workbook.written, drawn))
    return sheet_file_view.message(board.cycle, file)


KINDS = (
    Kind(MessageKind.DRIFT, _drift),
    Kind(MessageKind.SHEET_STOPPED, _sheet_stopped),
    Kind(MessageKind.SHEET_CONDITION, _condition),
    Kind(MessageKind.SHEET_FILE, _file, stays=True),
)
