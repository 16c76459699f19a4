"""How much of a sheet a redraw reads: what changed in the database, or everything; and which process draws."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from audit import trail_check
from audit.sheet import sheet_conditions
from audit.sheet.sheet_conditions import SpreadsheetFile
from audit.sheet.state import LOOK_EVERY
from jobs.attempts import LONGEST_WAIT, TryLater
from sheets import drive, trail_heads
from sheets.drawer import Drawer
from sheets.errors import SheetsError, SheetsRefused
from sheets.google_client import GoogleClient
from sheets.memory import Memory
from sheets.sync import Redrawn
from storage.clock import now
from storage.engine import Sessions
from storage.sheet_state import SheetState

_WHOLE_EVERY = timedelta(hours=3)
"""Maximum time between two complete reads of a sheet, even if Drive says that nobody changed it."""
SMALL = 1_000
"""Rows up to which a sheet is read completely whenever others changed it; a larger one at most every ten minutes."""
NAME = secrets.token_hex(4)
"""This process's name in the turns that it takes."""
_MOST_DRAWERS = 50
_OLDER = (
    "The audit's own sheet says that the record of who did what had entries that the database doesn't have: an older"
    " copy of it may have been put back. Whoever runs Roundtable looks with `roundtable trail verify`; `sheet rebuild`"
    " draws anyway."
)

log = structlog.get_logger()


@dataclass(frozen=True)
class RedrawStart:
    """What a redraw starts with. `memory`: the sheet's last known state, or None; `whole`: read everything.

    `version`: Drive's version, or None; `seen`: the version up to which all changes by others have been read. `others`:
    others changed something since, or may have. `readers`: who can open the sheet; `withheld`: reflections are left out
    (audit.sheet.sheet_conditions).
    """

    drawer: Drawer
    memory: Memory | None
    version: str | None
    seen: str | None
    others: bool
    readers: tuple[str, ...]
    withheld: bool
    whole: bool


def begin(sessions: Sessions, client: GoogleClient, sheet_id: str, spreadsheet_id: str) -> RedrawStart:
    """Decide how to read the sheet now, and add this process to those that draw it."""
    file = _file(sessions, client, sheet_id, spreadsheet_id)
    with sessions.reading() as session:
        state, moment = session.get_one(SheetState, sheet_id), now(session)
        withheld = sheet_conditions.withheld(session, sheet_id)
    if state.drawers is not None and NAME not in state.drawers:
        _require_no_older_copy(sessions, client, state)
        with sessions.begin() as session:
            locked = session.get_one(SheetState, sheet_id, with_for_update=True)
            if locked.drawers is not None:
                locked.drawers = [*locked.drawers, NAME][-_MOST_DRAWERS:]
    version, memory = file.version or None, Memory.unpack(state.memory)
    others = version is None or version != state.version
    return RedrawStart(
        drawer=Drawer(NAME, None if state.drawers is None else {*state.drawers, NAME}),
        memory=memory,
        version=version,
        seen=state.version,
        others=others,
        readers=tuple(state.readers or ()),
        withheld=withheld,
        whole=memory is None or _due(state.looked_at, moment, memory, others=others),
    )


def _file(sessions: Sessions, client: GoogleClient, sheet_id: str, spreadsheet_id: str) -> SpreadsheetFile:
    """The sheet's file, whose condition is reported to coordinators; SheetsRefused if it can't be written to."""
    with sessions.reading() as session:
        first = session.get_one(SheetState, sheet_id).readers_at is None
    if first:  # it was only named in Slack, so it gets the checks of binding
        client.check_bindable(spreadsheet_id, sheet_id)
    file = client.file(spreadsheet_id)
    with sessions.reading() as session:
        differs = sheet_conditions.differs(session, sheet_id, file)
    if differs:
        with sessions.begin() as session:
            sheet_conditions.note(session, sheet_id, spreadsheet_id, file)
    drive.require_editable(file, client.address)
    return file


def _require_no_older_copy(sessions: Sessions, client: GoogleClient, sheet: SheetState) -> None:
    """Raise TryLater if the audit's own sheet has heads of the trail that this database lacks, as drawing erases them.

    A lent sheet has no heads but waits too, as an older copy of the database would withdraw from it what was shown. A
    copy runs in processes of its own, so it is enough that each process checks once.
    """
    with sessions.reading() as session:
        own = session.get_one(SheetState, sheet.cycle_id).spreadsheet_id
    try:
        heads = trail_heads.heads(client, own) if own else ()
    except SheetsRefused:
        if sheet.id == sheet.cycle_id:
            raise
        heads = ()
    with sessions.reading() as session:
        if not all(trail_check.passed(session, head) for head in heads):
            log.error("trail_not_as_outside")
            raise TryLater(_OLDER, LONGEST_WAIT)


def _due(looked_at: datetime | None, moment: datetime, memory: Memory, *, others: bool) -> bool:
    """Whether all of the sheet must be read, which is also so if the product's clock was moved back."""
    if looked_at is None or looked_at > moment or moment - looked_at > _WHOLE_EVERY:
        return True
    rows = sum(len(tab.rows) for tab in memory.tabs.values())
    return others and (rows <= SMALL or moment - looked_at >= LOOK_EVERY)


def version_after(client: GoogleClient, spreadsheet_id: str, look: RedrawStart, done: Redrawn) -> str | None:
    """The version up to which all changes by others have been read, after our own writes raised it.

    A change by somebody between our write and this question is found by the next complete read.
    """
    if look.others and not done.whole:
        return look.seen
    if not done.writes:
        return look.version
    with suppress(SheetsError):
        return client.version(spreadsheet_id) or None
    return None


def end(session: Session, sheet_id: str, memory: str | None, version: str | None, *, whole: bool) -> None:
    """Record the sheet's state (`memory`, packed), and, if `whole`, that all of it was read."""
    state = session.get_one(SheetState, sheet_id)
    state.memory = memory
    state.version = version
    state.drawers = state.drawers or [NAME]
    if whole:
        state.looked_at = now(session)
