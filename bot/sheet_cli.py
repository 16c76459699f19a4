"""Commands about an audit's sheets: bind one, print its state or what a redraw would do, have it drawn, export it."""

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from audit import cycle_facts, trail_check
from audit.calendar import stamp
from audit.cycle import part, sheet_file
from audit.errors import Refused
from audit.sheet import cleared, lend, state
from bot.new_file import XLSX, new
from bot.settings import Stored
from views.sheet import sheet_conditions

if TYPE_CHECKING:
    from sheets.google_client import GoogleClient


def bind(settings: Stored, given: argparse.Namespace) -> None:
    """Show a cycle, or an agency's or area's part of it, in a spreadsheet from now on."""
    from sheets.google_client import parse_url  # gspread is slow to load, and few commands need it

    client = _client(settings)
    spreadsheet_id = parse_url(given.url)
    with settings.database() as sessions:
        with sessions.begin() as session:
            sheet_id = _sheet(session, given, lend.lendable)
        title, found = client.check_bindable(spreadsheet_id, sheet_id)
        readers = [str(reader) for reader in found]
        with sessions.begin() as session:
            state.bind(session, sheet_id, spreadsheet_id, readers)
    whose = f"What {given.whose} may see of audit" if given.whose else "Audit"
    print(f"{whose} {given.cycle} is shown in “{title}” from now on.")
    print(f"Who can open it: {', '.join(readers)}.")


def _sheet(session: Session, given: argparse.Namespace, of: Callable[[Session, str, str], str] = lend.called) -> str:
    """The id of the sheet that a command is about: the whole audit's, or what `of` finds for an agency or area."""
    cycle_id = cycle_facts.by_number(session, given.cycle).id
    return of(session, cycle_id, given.whose) if given.whose else cycle_id


def status(settings: Stored, given: argparse.Namespace) -> None:
    """Print the state of a cycle's sheets, and who can open them."""
    with settings.database() as sessions, sessions.reading() as session:
        own, *others = state.of_cycle(session, cycle_facts.by_number(session, given.cycle).id)
    if given.json:
        print(json.dumps(_as_json(own) | {"others": [_as_json(each) for each in others]}, default=str))
        return
    print("\n\n".join("\n".join(_in_words(each)) for each in (own, *others)))


def _as_json(view: state.SheetView) -> dict[str, object]:
    return asdict(view) | {"link": view.link}


def _in_words(view: state.SheetView) -> list[str]:
    if view.link is None:
        return [state.unbound(view.cycle_number)]
    if view.cleared:
        return [f"{cleared.sentence(view.cycle_number)} Delete the spreadsheet: {view.link}"]
    lines = [
        f"Sheet of audit {view.cycle_number}{f', {view.whose}' if view.whose else ''}: {view.link}",
        f"Last sync: {_moment(view.drawn_at) if view.drawn_at else 'not yet'}",
        f"Up to date with Slack: {'no, changes are still to come' if view.behind else 'yes'}",
    ]
    if view.error:
        again = f" It will be tried again at {_moment(view.next_try_at)}." if view.next_try_at else ""
        lines.append(f"Problem: {view.error}{again}")
    lines += [f"Needs attention: {sheet_conditions.description(each)}." for each in view.conditions]
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
    from sheets import dry_run, sync  # as above
    from sheets.tabs import SyncInfo

    client = _client(settings)
    with settings.database() as sessions, sessions.reading() as session:
        sheet_id = _sheet(session, given)
        view, board = state.view(session, sheet_id), part.of_sheet(session, sheet_id)
        trail = trail_check.heads(session, view.cycle_id)
    if view.spreadsheet_id is None or view.cleared:
        raise Refused(cleared.sentence(given.cycle) if view.cleared else state.unbound(given.cycle))
    info = SyncInfo(board.now, 0, readers=view.readers, trail=trail)
    print("\n".join(dry_run.in_words(sync.compare(client, view.spreadsheet_id, board, info))))


def rebuild(settings: Stored, given: argparse.Namespace) -> None:
    """Update a sheet now, whatever failed before."""
    with settings.database() as sessions, sessions.begin() as session:
        state.rebuild(session, _sheet(session, given))
    of = f"{given.cycle}, {given.whose}," if given.whose else given.cycle
    print(f"The sheet of audit {of} is updated as soon as a worker gets to it.")


def export(settings: Stored, given: argparse.Namespace) -> None:
    """Write what a cycle's sheet shows into a workbook, with or without Google; this is recorded as a reading."""
    from sheets import workbook  # as above

    with new(given.out, XLSX) as file, settings.database() as sessions:
        with sessions.begin() as session:
            cycle_id = cycle_facts.by_number(session, given.cycle).id
            board = sheet_file.written(session, cycle_id)
            drawn = workbook.tabs(board, trail_check.heads(session, cycle_id))
        file.write(workbook.written(drawn))
    print(f"{given.out} holds what the sheet of audit {given.cycle} shows, in {len(drawn)} tabs.")


def _client(settings: Stored) -> "GoogleClient":
    client = settings.google_client()
    if client is None:
        raise Refused("GOOGLE_SERVICE_ACCOUNT is not set, so no spreadsheet can be opened.")
    return client
