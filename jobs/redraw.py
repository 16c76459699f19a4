"""Redraw a sheet from the database."""

from audit import trail_check
from audit.cycle import part
from audit.delivery.backlog import status
from audit.errors import Refused
from audit.sheet import stops
from jobs import keep_edits, redraw_scope, take_down
from jobs.attempts import FIRST_WAIT, TryLater, attempt
from sheets import sync
from sheets.errors import OutOfStep, SheetsGone, SheetsRefused, SheetsUnavailable
from sheets.google_client import GoogleClient
from sheets.tabs import SyncInfo
from storage.cycles import OVER, Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.sheet_state import SheetState

ASIDE = 86_400.0
"""Seconds until a sheet that only a person can mend is looked at again once its audit is closed or cancelled."""


def redraw(
    sessions: Sessions, client: GoogleClient, sheet_id: str, *, help_url: str = "", retry: float = FIRST_WAIT
) -> None:
    """Make the sheet show the database. Running it again, or after dying anywhere, changes nothing.

    `help_url` is where the sheet's readers are sent with questions.
    """
    with attempt(sessions, SheetState, sheet_id, retry=retry) as begun:
        if begun is None:
            return
        with sessions.reading() as session:
            sheet = session.get_one(SheetState, sheet_id)
            cycle_id, spreadsheet_id = sheet.cycle_id, sheet.spreadsheet_id
            taken_back, over = sheet.left_at is not None, take_down.is_sheet_due(session, sheet)
        if over or taken_back:
            take_down.clear(sessions, client, begun, spreadsheet_id, for_good=over)
            return
        with sessions.reading() as session:
            try:
                board = part.of_sheet(session, sheet_id)
            except Refused as refusal:  # a tally that doesn't add up is shown nowhere
                raise TryLater(refusal.sentence, take_down.PROBE) from refusal
            pending = status(session).promises
            trail = trail_check.heads(session, cycle_id)
        if spreadsheet_id is None:
            raise TryLater("No Google Sheet is set for this audit.", take_down.PROBE)
        try:
            look = redraw_scope.begin(sessions, client, sheet_id, spreadsheet_id)
            done = sync.redraw(
                client,
                spreadsheet_id,
                board,
                SyncInfo(board.now, begun.wanted, pending, look.readers, help_url, trail, look.withheld),
                before_write=lambda todo: keep_edits.keep(sessions, sheet_id, todo),
                at=fault,
                drawer=look.drawer,
                memory=look.memory,
                whole=look.whole,
            )
            version = redraw_scope.version_after(client, spreadsheet_id, look, done)
        except SheetsUnavailable as trouble:
            raise TryLater(trouble.sentence, trouble.retry_after) from trouble
        except OutOfStep as trouble:
            raise TryLater(trouble.sentence) from trouble
        except SheetsRefused as trouble:
            with sessions.begin() as session:
                kept = session.get_one(Cycle, cycle_id).state not in OVER
                if kept or not isinstance(trouble, SheetsGone):  # whoever deletes it once all is over may
                    stops.stopped(session, sheet_id, spreadsheet_id, trouble.sentence, common=trouble.common)
            raise TryLater(trouble.sentence, take_down.PROBE if kept else ASIDE) from trouble
        with sessions.begin() as session:
            begun.finish(begun.row(session))
            stops.drawn(session, sheet_id, spreadsheet_id, " ".join(done.left_out)[:300] or None)
            redraw_scope.end(session, sheet_id, done, version)
            if done.whole and not done.left_out:
                keep_edits.see(session, sheet_id, done.theirs)
        fault("sheet.after_record")
