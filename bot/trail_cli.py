"""Commands about the trail: check that it is intact, and write it out for independent checking."""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail, trail_check
from audit.trail_check import Checked
from audit.whose_sheet import WHOSE
from bot.new_file import new
from bot.settings import Stored
from sheets.errors import SheetsError
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.sheet_state import SheetState
from storage.trail import TrailEntry, moment

EXPORT = "trail.export"
"""The verb of the trail entry that records an export of the trail."""


def verify(settings: Stored, given: argparse.Namespace) -> None:
    """Check the whole trail, and name each entry that was changed, added, moved or deleted.

    It is compared with the heads that you give, and with those in the sheets that can be read.
    """
    with settings.database() as sessions:
        outside = [*given.head, *_in_sheets(settings, sessions)]
        with sessions.reading() as session:
            checked = trail_check.check(session, outside)
    words = _in_words(checked, len(outside))
    print(json.dumps({**asdict(checked), "compared": len(outside)}) if given.json else words)
    if checked.wrong:
        sys.exit("\n".join(["The trail isn't whole:", *checked.wrong]))


def _in_sheets(settings: Stored, sessions: Sessions) -> Iterator[str]:
    """The heads in the cycles' sheets; a sheet that can't be read is named on standard error."""
    client = settings.google_client()
    if client is None:
        return
    from sheets import trail_heads  # gspread is slow to load

    with sessions.reading() as session:
        bound = select(Cycle.number, WHOSE, SheetState.spreadsheet_id).join(Cycle, Cycle.id == SheetState.cycle_id)
        bound = bound.where(SheetState.spreadsheet_id.is_not(None))
        sheets = session.execute(bound.order_by(Cycle.number, WHOSE)).all()
    for number, whose, spreadsheet_id in sheets:
        try:
            yield from trail_heads.heads(client, spreadsheet_id or "")
        except SheetsError as trouble:
            of = f"{number}, {whose}," if whose else number
            print(f"The sheet of audit {of} wasn't checked: {trouble.sentence}", file=sys.stderr)


def _in_words(checked: Checked, compared: int) -> str:
    waiting = f" {checked.waiting:,} are waiting for the worker to seal them." if checked.waiting else ""
    emptied = f" {checked.emptied:,} were emptied, as is recorded." if checked.emptied else ""
    lines = [f"{checked.sealed:,} entries are sealed.{waiting}{emptied}"]
    lines += [f"  head: {head}" for head in checked.heads]
    lines.append(f"They were compared with {compared} heads from outside the database.")
    return "\n".join([*lines, *([] if checked.wrong else ["Every entry is as it was sealed, and in its place."])])


def export(settings: Stored, given: argparse.Namespace) -> None:
    """Write the whole trail into a file, one JSON object a line, with what others need to check it themselves."""
    with new(given.jsonl) as file, settings.database() as sessions:
        with sessions.reading() as session:
            lines = list(_lines(session))
        with sessions.begin() as session:
            trail.reading(session, None, EXPORT, detail=f"{len(lines)} entries")
        file.writelines(f"{line}\n".encode() for line in lines)
    print(f"{given.jsonl} holds {len(lines):,} entries of the trail. How to check them: docs/guides/proof.md.")


def _lines(session: Session) -> Iterator[str]:
    """Each entry as JSON, chain by chain; those not sealed yet come last."""
    order = (TrailEntry.link.is_(None), TrailEntry.cycle_id, TrailEntry.place, TrailEntry.number)
    columns = TrailEntry.__table__.columns
    for row in session.execute(select(*columns).order_by(*order)).mappings():
        yield json.dumps({name: value for name, value in row.items() if name != "mark"}, default=moment)
