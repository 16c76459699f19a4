"""The command line's part about a cycle's sheet: bind it, see how it is and what a redraw would do, have it drawn."""

import argparse
import json
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from audit import cycle_facts, trail_check
from audit.calendar import stamp
from audit.cycle import board as board_rules
from audit.cycle import export as export_rules
from audit.errors import Refused
from audit.sheet import state
from bot.export_cli import new
from bot.settings import Stored
from views.sheet import conditions

if TYPE_CHECKING:
    from sheets.client import Client


def bind(settings: Stored, given: argparse.Namespace) -> None:
    """Say which spreadsheet a cycle is drawn in."""
    from sheets.client import parse_url  # gspread is slow to load, and most commands have no use for it

    client = _client(settings)
    spreadsheet_id = parse_url(given.url)
    with settings.database() as sessions:
        with sessions.reading() as session:
            cycle_id = cycle_facts.by_number(session, given.cycle).id
        title, found = client.check_bindable(spreadsheet_id, cycle_id)
        readers = [str(reader) for reader in found]
        with sessions.begin() as session:
            state.bind(session, cycle_id, spreadsheet_id, readers)
    print(f"Audit cycle {given.cycle} is drawn in “{title}” from now on.")
    print(f"Who can open it: {', '.join(readers)}.")


def status(settings: Stored, given: argparse.Namespace) -> None:
    """Print how a cycle's sheet is, and who can open it."""
    with settings.database() as sessions, sessions.reading() as session:
        view = state.view(session, cycle_facts.by_number(session, given.cycle).id)
    print(json.dumps(asdict(view) | {"link": view.link}, default=str) if given.json else "\n".join(_in_words(view)))


def _in_words(view: state.SheetView) -> list[str]:
    if view.link is None:
        return [state.unbound(view.cycle_number)]
    lines = [
        f"Sheet of audit cycle {view.cycle_number}: {view.link}",
        f"Last sync: {_moment(view.drawn_at) if view.drawn_at else 'not yet'}",
        f"Pending: {'changes are still to be drawn' if view.behind else 'no change made in Slack'}",
    ]
    if view.error:
        again = f" It is tried again at {_moment(view.next_try_at)}." if view.next_try_at else ""
        lines.append(f"Trouble: {view.error}{again}")
    lines += [f"To be looked at: {conditions.what(each)}." for each in view.conditions]
    return [
        *lines,
        (
            f"In the last 7 days: {view.put_back} changed cells put back, {view.set_aside} rows set aside on "
            f"Quarantine, {view.deleted} rows and tabs deleted"
        ),
        f"Who can open it: {', '.join(view.readers) or 'not known yet'}",
    ]


def _moment(moment: datetime) -> str:
    return f"{stamp(moment)} (London)"


def diff(settings: Stored, given: argparse.Namespace) -> None:
    """Print what a redraw would do now; nothing is written."""
    from sheets import report, sync  # as above
    from sheets.tabs import SyncInfo

    client = _client(settings)
    with settings.database() as sessions, sessions.reading() as session:
        cycle = cycle_facts.by_number(session, given.cycle)
        view, board = state.view(session, cycle.id), board_rules.board(session, cycle.id)
        trail = trail_check.heads(session, cycle.id)
    if view.spreadsheet_id is None:
        raise Refused(state.unbound(given.cycle))
    info = SyncInfo(board.now, 0, readers=view.readers, trail=trail)
    print("\n".join(report.in_words(sync.compare(client, view.spreadsheet_id, board, info))))


def rebuild(settings: Stored, given: argparse.Namespace) -> None:
    """Have a cycle's sheet drawn now, whatever failed before."""
    with settings.database() as sessions, sessions.begin() as session:
        state.rebuild(session, cycle_facts.by_number(session, given.cycle).id)
    print(f"The sheet of audit cycle {given.cycle} is drawn as soon as a worker gets to it.")


def export(settings: Stored, given: argparse.Namespace) -> None:
    """Write what a cycle's sheet shows into a workbook, with or without Google; that is recorded as a reading."""
    from sheets import workbook  # as above

    with new(given.out) as file, settings.database() as sessions:
        with sessions.begin() as session:
            cycle_id = cycle_facts.by_number(session, given.cycle).id
            board = export_rules.written(session, cycle_id)
            drawn = workbook.tabs(board, trail_check.heads(session, cycle_id))
        file.write(workbook.written(drawn))
    print(f"{given.out} holds what the sheet of audit cycle {given.cycle} shows, in {len(drawn)} tabs.")


def _client(settings: Stored) -> "Client":
    from sheets.client import connect  # as above

    credentials = settings.google_credentials()
    if credentials is None:
        raise Refused("GOOGLE_SERVICE_ACCOUNT is not set, so no spreadsheet can be opened.")
    return connect(credentials, settings.google_api_url)
