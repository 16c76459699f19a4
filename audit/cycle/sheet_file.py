"""A cycle's sheet as a workbook file, for boards without Google and for people who use a spreadsheet program."""

from sqlalchemy.orm import Session

from audit import cycle_facts, trail
from audit.access import Actor, require_coordinator
from audit.cycle import board
from audit.cycle.board import Board
from audit.cycle_facts import CycleView
from audit.delivery import ledger
from audit.errors import Refused
from audit.retention import due
from audit.row_by_id import existing
from audit.sheet import cleared
from storage.clock import now
from storage.cycles import Cycle
from storage.holds import Kept
from storage.messages import MessageKind

VERB = "sheet.export"
"""The verb in the trail."""


def ask(session: Session, who: Actor, cycle_id: str) -> CycleView:
    """Send the sheet as a file to the coordinator who asks, by direct message: one per minute at most. It is recorded.

    Refused once what was posted about the cycle was removed.
    """
    require_coordinator(who, VERB, cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    _require_kept(session, cycle)
    minute = now(session).isoformat(timespec="minutes")
    key = f"{MessageKind.SHEET_FILE}:{cycle_id}:{who.person_id}:{minute}"
    ledger.insert(session, MessageKind.SHEET_FILE, cycle_id, cycle_id, person_id=who.person_id, key=key)
    _record(session, who, cycle)
    return cycle_facts.view(session, cycle_id)


def wanted(session: Session, who: Actor, cycle_id: str) -> Board:
    """The board for the file, if this person may still have it. It has the same content as the sheet."""
    require_coordinator(who, VERB, cycle_id)
    return board.board(session, cycle_id)


def written(session: Session, cycle_id: str) -> Board:
    """The board for the file, for the command line. The trail records it as a reading."""
    cycle = session.get_one(Cycle, cycle_id)
    _require_kept(session, cycle)
    _record(session, None, cycle)
    return board.board(session, cycle_id)


def _require_kept(session: Session, cycle: Cycle) -> None:
    if due.begun(session, cycle.id, Kept.WORK):
        raise Refused(f"{cleared.sentence(cycle.number)} So it isn't written into a workbook.")


def _record(session: Session, who: Actor | None, cycle: Cycle) -> None:
    detail = "with reflections" if cycle.reflections_in_sheet else "without reflections"
    trail.reading(session, who, VERB, subject_id=cycle.id, cycle_id=cycle.id, detail=detail)
