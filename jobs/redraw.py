"""Redraw a cycle's sheet from the database."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from audit import cycles, sheets
from audit.errors import Refused
from audit.schedule import in_london
from jobs.attempts import Later, attempt, finish
from sheets import sync
from sheets.changes import Changes
from sheets.client import Client
from sheets.drift import COPY, Drift, SetAside
from sheets.errors import OutOfStep, SheetsError, SheetsRefused, SheetsUnavailable
from sheets.tabs import SyncInfo
from storage.clock import now, wall
from storage.crypto import seal
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.sheet_state import SheetAside, SheetDrift, SheetState

ASKED_EVERY = timedelta(days=1)
PROBE = 900.0
"""Seconds until a sheet that only a person can mend (access withdrawn, deleted) is looked at again."""


def redraw(sessions: Sessions, client: Client, cycle_id: str, slot: str) -> None:
    """Make the sheet show the database. Running it again, or after dying anywhere, changes nothing."""
    with attempt(sessions, SheetState, cycle_id, slot) as wanted:
        if wanted is None:
            return
        with sessions.reading() as session:
            spreadsheet_id = session.get_one(Cycle, cycle_id).spreadsheet_id
            try:
                board = cycles.board(session, cycle_id)
            except Refused as refusal:  # a tally that doesn't add up is shown nowhere
                raise Later(refusal.sentence, PROBE) from refusal
        if spreadsheet_id is None:
            raise Later("No spreadsheet is bound to this cycle.", PROBE)
        readers = _readers(sessions, client, cycle_id, spreadsheet_id)
        try:
            sync.redraw(
                client,
                spreadsheet_id,
                board,
                SyncInfo(wall(), wanted, readers=readers),
                before_write=lambda todo: _keep(sessions, cycle_id, todo),
                at=fault,
            )
        except SheetsUnavailable as trouble:
            raise Later(trouble.sentence, trouble.retry_after) from trouble
        except OutOfStep as trouble:
            raise Later(trouble.sentence) from trouble
        except SheetsRefused as trouble:
            with sessions.begin() as session:
                sheets.stopped(session, cycle_id, trouble.sentence)
            raise Later(trouble.sentence, PROBE) from trouble
        with sessions.begin() as session:
            sheets.drawn(session, cycle_id)
            finish(session.get_one(SheetState, cycle_id), wanted)
        fault("sheet.after_record")


def _keep(sessions: Sessions, cycle_id: str, todo: Changes) -> None:
    """Keep what people had put into cells of ours, before it is put back, and which rows are set aside.

    A repeated pass adds nothing.
    """
    with sessions.begin() as session:
        today = in_london(now(session)).date()
        edits = _new(session, SheetDrift, cycle_id, today, todo.drift)
        asides = _new(session, SheetAside, cycle_id, today, todo.set_aside)
        for edit in edits:
            row = SheetDrift(**_known(session, cycle_id, edit), column=edit.column[:100])
            seal(session, row, "found", edit.found)
            session.add(row)
        for aside in asides:
            row = SheetAside(**_known(session, cycle_id, aside), why=aside.why[:100])
def _readers(sessions: Sessions, client: Client, cycle_id: str, spreadsheet_id: str) -> tuple[str, ...]:
    """Who can open the spreadsheet, asked once a day; what was known before, if Google doesn't say."""
    with sessions.reading() as session:
        state = session.get_one(SheetState, cycle_id)
    known = tuple(state.readers or ())
    if state.readers_at is not None and wall() - state.readers_at < ASKED_EVERY:
        return known
    with suppress(SheetsError):
        known = tuple(str(reader) for reader in client.readers(spreadsheet_id))
    with sessions.begin() as session:
        state = session.get_one(SheetState, cycle_id)
        state.readers, state.readers_at = list(known), wall()
    return known
