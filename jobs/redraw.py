"""Redraws a sheet from the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from audit import trail_check
from audit.cycle import part
from audit.delivery.backlog import status
from audit.errors import Refused
from audit.sheet import stops
from jobs import keep_edits, redraw_scope, take_down
from jobs.attempts import FIRST_WAIT, Attempt, TryLater, attempt
from sheets import sync
from sheets.errors import OutOfStep, SheetsGone, SheetsRefused, SheetsUnavailable
from sheets.google_client import GoogleClient
from sheets.tabs import SyncInfo
from storage.cycles import OVER, Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.sheet_state import SheetState

ASIDE = 86_400.0
"""Seconds until a refused sheet of a closed or cancelled audit is tried again."""


def redraw(
    sessions: Sessions, client: GoogleClient, sheet_id: str, *, help_url: str = "", retry: float = FIRST_WAIT
) -> None:
    """Make the sheet show the database. Running it again, or after dying anywhere, makes no difference.

    `help_url` is where the sheet's readers are sent with questions.
    """
    with attempt(sessions, SheetState, sheet_id, retry=retry) as begun:
        if begun is None:
            return
        with sessions.reading() as session:
            sheet = session.get_one(SheetState, sheet_id)
            over = take_down.is_sheet_due(session, sheet)
        if over or sheet.left_at is not None:
            take_down.clear(sessions, client, begun, sheet.spreadsheet_id, for_good=over)
        else:
            _draw(sessions, client, begun, sheet, help_url)


def _draw(
    sessions: Sessions, client: GoogleClient, begun: Attempt[SheetState], sheet: SheetState, help_url: str
) -> None:
    """Draw the sheet, and record its state."""
    with sessions.reading() as session:
        try:
            board = part.of_sheet(session, sheet.id)
        except Refused as refusal:  # a tally that doesn't add up isn't shown
            raise TryLater(refusal.sentence, take_down.PROBE) from refusal
        pending = status(session).promises
        trail = trail_check.heads(session, sheet.cycle_id)
    if sheet.spreadsheet_id is None:
        raise TryLater("No Google Sheet is set for this audit.", take_down.PROBE)
    with _trying(sessions, sheet, sheet.spreadsheet_id):
        look = redraw_scope.begin(sessions, client, sheet.id, sheet.spreadsheet_id)
        done = sync.redraw(
            client,
            sheet.spreadsheet_id,
            board,
            SyncInfo(board.now, begun.wanted, pending, look.readers, help_url, trail, look.withheld),
            before_write=lambda todo: keep_edits.keep(sessions, begun, todo),
            at=partial(_go_on, sessions, begun),
            drawer=look.drawer,
            memory=look.memory,
            whole=look.whole,
        )
        version = redraw_scope.version_after(client, sheet.spreadsheet_id, look, done)
    memory = done.memory.pack() if done.memory else None  # slow, so before the writing transaction
    with sessions.begin() as session:
        begun.finish(begun.row(session))
        stops.record_drawn(session, sheet.id, sheet.spreadsheet_id, " ".join(done.left_out)[:300] or None)
        redraw_scope.end(session, sheet.id, memory, version, whole=done.whole)
        if done.whole and not done.left_out:
            keep_edits.see(session, sheet.id, done.theirs)
    fault("sheet.after_record")


def _go_on(sessions: Sessions, begun: Attempt[SheetState], place: str) -> None:
    """Raise Overtaken if a newer attempt has begun; checked after each read, as a write takes the turn it found.

    So nothing is drawn over what another worker has meanwhile removed or drawn.
    """
    fault(place)
    with sessions.reading() as session:
        begun.check(session)


@contextmanager
def _trying(sessions: Sessions, sheet: SheetState, spreadsheet_id: str) -> Iterator[None]:
    """Turn Google's failures into TryLater, with the wait; coordinators are told of what a person must mend."""
    try:
        yield
    except SheetsUnavailable as trouble:
        raise TryLater(trouble.sentence, trouble.retry_after) from trouble
    except OutOfStep as trouble:
        raise TryLater(trouble.sentence) from trouble
    except SheetsRefused as trouble:
        with sessions.begin() as session:
            kept = session.get_one(Cycle, sheet.cycle_id).state not in OVER
            if kept or not isinstance(trouble, SheetsGone):  # after the audit's end people may delete it
                stops.record_stop(session, sheet.id, spreadsheet_id, trouble.sentence, common=trouble.common)
        raise TryLater(trouble.sentence, take_down.PROBE if kept else ASIDE) from trouble
