"""Redraw a cycle's sheet from the database."""

from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail_check
from audit.calendar import in_london
from audit.cycle import board as board_rules
from audit.delivery.backlog import status
from audit.errors import Refused
from audit.retention import due
from audit.sheet import stops
from jobs import looks, removal
from jobs.attempts import FIRST_WAIT, Later, attempt
from sheets import sync
from sheets.changes import Changes
from sheets.client import Client
from sheets.drift import Drift, SetAside
from sheets.errors import OutOfStep, SheetsGone, SheetsRefused, SheetsUnavailable
from sheets.tabs import SyncInfo
from sheets.text import clean
from storage.clock import now
from storage.crypto import seal
from storage.cycles import OVER, Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.holds import Kept
from storage.sheet_state import SheetAside, SheetDrift, SheetState

PROBE, ASIDE = 900.0, 86_400.0
"""Seconds until a sheet that only a person can mend (access withdrawn, deleted) is looked at again: while an audit is
under way, and once it is closed or cancelled."""


def redraw(sessions: Sessions, client: Client, cycle_id: str, *, help_url: str = "", retry: float = FIRST_WAIT) -> None:
    """Make the sheet show the database. Running it again, or after dying anywhere, changes nothing.

    `help_url` is where the sheet's readers are sent with questions.
    """
    with attempt(sessions, SheetState, cycle_id, retry=retry) as begun:
        if begun is None:
            return
        with sessions.reading() as session:
            spreadsheet_id = session.get_one(Cycle, cycle_id).spreadsheet_id
            over = due.begun(session, cycle_id, Kept.WORK)
        if over:
            removal.clear(sessions, client, begun, spreadsheet_id)
            return
        with sessions.reading() as session:
            try:
                board = board_rules.board(session, cycle_id)
            except Refused as refusal:  # a tally that doesn't add up is shown nowhere
                raise Later(refusal.sentence, PROBE) from refusal
            pending = status(session).promises
            trail = trail_check.heads(session, cycle_id)
        if spreadsheet_id is None:
            raise Later("No Google Sheet is set for this audit.", PROBE)
        try:
            look = looks.begin(sessions, client, cycle_id, spreadsheet_id)
            done = sync.redraw(
                client,
                spreadsheet_id,
                board,
                SyncInfo(board.now, begun.wanted, pending, look.readers, help_url, trail, look.withheld),
                before_write=lambda todo: _keep(sessions, cycle_id, todo),
                at=fault,
                drawer=look.drawer,
                memory=look.memory,
            )
            version = looks.version_after(client, spreadsheet_id, look, done)
        except SheetsUnavailable as trouble:
            raise Later(trouble.sentence, trouble.retry_after) from trouble
        except OutOfStep as trouble:
            raise Later(trouble.sentence) from trouble
        except SheetsRefused as trouble:
            with sessions.begin() as session:
                kept = session.get_one(Cycle, cycle_id).state not in OVER
                if kept or not isinstance(trouble, SheetsGone):  # whoever deletes it once all is over may
                    stops.stopped(session, cycle_id, spreadsheet_id, trouble.sentence)
            raise Later(trouble.sentence, PROBE if kept else ASIDE) from trouble
        with sessions.begin() as session:
            begun.finish(begun.row(session))
            stops.drawn(session, cycle_id, spreadsheet_id, " ".join(done.left_out)[:300] or None)
            looks.end(session, cycle_id, done, version)
        fault("sheet.after_record")


def _keep(sessions: Sessions, cycle_id: str, todo: Changes) -> None:
    """Keep what people had put into cells of ours, before it is put back, and which rows are set aside.

    A repeated pass adds nothing.
    """
    with sessions.begin() as session:
        moment = now(session)
        found = {"cycle_id": cycle_id, "found_on": in_london(moment).date(), "found_at": moment}
        for edit in _unknown(session, SheetDrift, found, {each.id: each for each in todo.drift}):
            row = SheetDrift(**found, **_where(edit), edit=edit.id, column=edit.column[:100])
            seal(session, row, "found", clean(edit.found))
            session.add(row)
        for aside in _unknown(session, SheetAside, found, {each.id: each for each in todo.set_aside}):
            alike = todo.set_aside.count(aside)
            session.add(SheetAside(**found, **_where(aside), edit=aside.id, why=aside.why[:100], count=alike))


Edited = TypeVar("Edited", Drift, SetAside)


def _unknown(
    session: Session, table: type[SheetDrift] | type[SheetAside], found: dict[str, Any], each: dict[str, Edited]
) -> list[Edited]:
    """The edits in `each` (by id) that weren't kept today."""
    today = [table.cycle_id == found["cycle_id"], table.found_on == found["found_on"], table.edit.in_(each)]
    known = set(session.scalars(select(table.edit).where(*today))) if each else set()
    return [one for key, one in each.items() if key not in known]


def _where(one: Drift | SetAside) -> dict[str, str]:
    """The tab, and the row in words."""
    return {"tab": clean(one.tab)[:100], "about": one.about[:200]}
