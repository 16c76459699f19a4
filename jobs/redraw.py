"""Redraw a cycle's sheet from the database."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import select

from audit import cycles
from audit.errors import Refused
from audit.schedule import in_london
from jobs.attempts import Later, attempt, finish
from sheets import sync
from sheets.client import Client
from sheets.drift import Drift
from sheets.errors import SheetsError, SheetsRefused, SheetsUnavailable
from sheets.tabs import SyncInfo
from storage.clock import wall
from storage.crypto import seal
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.sheet_state import SheetDrift, SheetState

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
                before_write=lambda drift: _keep(sessions, cycle_id, drift),
                at=fault,
            )
        except SheetsUnavailable as trouble:
            raise Later(trouble.sentence, trouble.retry_after) from trouble
        except SheetsRefused as trouble:
            raise Later(trouble.sentence, PROBE) from trouble
        with sessions.begin() as session:
            state = session.get_one(SheetState, cycle_id, with_for_update=True)
            state.drawn_at = wall()
            finish(state, wanted)
        fault("sheet.after_record")


def _keep(sessions: Sessions, cycle_id: str, drift: Sequence[Drift]) -> None:
    """Keep what people had put into cells of ours, before it is put back; a repeated pass adds nothing."""
    today = in_london(wall()).date()
    with sessions.begin() as session:
        known = set(
            session.scalars(
                select(SheetDrift.edit).where(SheetDrift.cycle_id == cycle_id, SheetDrift.found_on == today)
            )
        )
        for each in drift:
            if each.id not in known:
                row = SheetDrift(
                    cycle_id=cycle_id,
                    edit=each.id,
                    tab=each.tab[:100],
                    about=each.about[:200],
                    column=each.column[:100],
                    found_on=today,
                    found_at=wall(),
                )
                seal(session, row, "found", each.found)
                session.add(row)


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
