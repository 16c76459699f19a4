"""The command line: migrate, load and open a cycle, see what waits; more in sheet_cli, figures_cli and report_cli."""

import argparse
import json
import select
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from audit import actions, cycles, messages, published, schedule, status
from audit.errors import Refused
from audit.scales import SCALES
from audit.schedule import in_london
from bot import figures_cli, loading, logs, report_cli, sheet_cli
from bot.settings import BadSetting, Settings, load
from sheets.errors import SheetsError
from storage import private
from storage.crypto import new_key
from storage.keys import KeysRefused

FOLLOWING = 0.4
"""Seconds between two looks at what waits."""


def migrate(settings: Settings, _: argparse.Namespace) -> None:
    """Bring the database up to date: our tables and the engine's."""
    from jobs import engine  # the one command that needs dbos, alembic with it
    from storage import migrations

    url = settings.database_url.get_secret_value()
    migrations.upgrade(url)
    engine.migrate(make_url(url))
    print("The database is up to date.")


def web(settings: Settings, _: argparse.Namespace) -> None:
    """Answer Slack's requests until told to stop."""
    from bot.web import main as run  # loads bolt and flask

    run(settings)


def worker(settings: Settings, _: argparse.Namespace) -> None:
    """Run the worker until told to stop."""
    from bot.worker import main as run  # loads dbos

    run(settings)


def cycle_load(settings: Settings, given: argparse.Namespace) -> None:
    """Set a cycle up from a file."""
    file = loading.read(given.file)
    with settings.database() as sessions, sessions.begin() as session:
        cycle = loading.load(session, file, answered=given.answered)
    print(f"Audit cycle {cycle.number} is set up: {len(file.setup.cases)} cases. {file.note}")


def cycle_open(settings: Settings, given: argparse.Namespace) -> None:
    """Begin collecting."""
    with settings.database() as sessions, sessions.begin() as session:
        cycles.open_cycle(session, None, cycles.by_number(session, given.cycle).id)
    print(f"Audit cycle {given.cycle} is open: its leads get their requests.")


def show_status(settings: Settings, given: argparse.Namespace) -> None:
    """Print what waits, and why; with --follow again whenever it changes, until interrupted."""
    shown: status.Status | None = None
    with settings.database() as sessions:
        while True:
            with sessions.reading() as session:
                now = status.status(session)
            if now != shown:
                print(_as_json(now) if given.json else _in_words(now), flush=True)
                shown = now
            if not given.follow or _unread(FOLLOWING):
                return


def _unread(seconds: float) -> bool:
    """Wait; True at once if whoever read our output has gone."""
    reader = select.poll()
    reader.register(sys.stdout, 0)  # nothing but the end is asked for
    return bool(reader.poll(seconds * 1000))


def _as_json(now: status.Status) -> str:
    return json.dumps(asdict(now) | {"settled": now.settled}, default=str)


def _in_words(now: status.Status) -> str:
    lines = [f"{now.promises} changes to take up, {now.messages_behind} messages behind."]
    lines += [f"  {each.key}: {each.error}{' Set aside.' if each.set_aside else ''}" for each in now.trouble]
    for sheet in now.sheets:
        state = "behind" if sheet.behind else "up to date"
        lines.append(f"  sheet of cycle {sheet.cycle_number}: {state} {sheet.error or ''}")
    return "\n".join(lines)


def redeliver(settings: Settings, _: argparse.Namespace) -> None:
    """Try the messages that were set aside again, once their cause is mended."""
    with settings.database() as sessions, sessions.begin() as session:
        count = messages.redeliver(session)
    print(f"{count} messages are tried again." if count else "No message was set aside.")


def show_schedule(settings: Settings, given: argparse.Namespace) -> None:
    """Print what falls due in a cycle, and when."""
    with settings.database() as sessions, sessions.reading() as session:
        cycle = cycles.view(session, cycles.by_number(session, given.cycle).id)
        owed = [each for each in actions.of_cycle(session, cycle.id) if each.state in actions.OWED]
    dues = schedule.dues(cycle.due_at, [each.starts_at for each in cycle.meetings], cycle.summary_days)
    areas = [list(each.areas) for each in cycle.meetings]
    if given.json:
        later = [{"number": each.number, "due_on": each.due_on.isoformat()} for each in owed]
        now = in_london(settings.clock.now()).isoformat()
        print(json.dumps(schedule.to_json(dues, areas) | {"actions": later, "now": now}))
        return
    print(f"{_moment(dues.returns_at)}  deadline for returns")
    for each, named in zip(dues.meetings, areas, strict=True):
        print(f"{_moment(each.summaries_at)}  case summaries of {', '.join(named)}")
        print(f"{_moment(each.starts_at)}  meeting about {', '.join(named)}")
    for action in owed:
        print(f"{action.due_on:%a %d %b %Y}         action {action.number}")


def _moment(moment: datetime) -> str:
    return f"{in_london(moment):%a %d %b %Y, %H:%M}"


def clock(settings: Settings, given: argparse.Namespace) -> None:
    """Show the product's now, or move it (in a sandbox)."""
    if given.to is not None:
        try:
            settings.clock.move_to(given.to if given.to.tzinfo else in_london(given.to))
        except (OverflowError, ValueError) as error:
            raise Refused(f"{error}.") from None
    now = in_london(settings.clock.now())
    print(json.dumps({"now": now.isoformat()}) if given.json else f"{now:%a %d %b %Y, %H:%M} in London")


def key(given: argparse.Namespace) -> None:
    """Print a new encryption key, as ENCRYPTION_KEYS takes it."""
    print(f"{given.name}:{new_key()}")


ARGUMENTS: dict[str, dict[str, Any]] = {
    "file": {"type": Path, "help": "a cycle file (sandbox/cycles/ has one)"},
    "cycle": {"type": int, "choices": range(1, 10_000), "metavar": "cycle", "help": "the cycle's number"},
    "csv": {"type": Path, "metavar": "FILE.csv", "help": "the results, a line each"},
    "figures": {"type": Path, "metavar": "FILE.json", "help": f"figures as published: {published.EXAMPLE}"},
    "url": {"help": "the spreadsheet's address"},
    "--to": {"type": datetime.fromisoformat, "help": "a date and time; London's, if no zone is given"},
    "--name": {"default": "k1", "help": "the key's name"},
    "--json": {"action": "store_true", "help": "as JSON"},
    "--dry-run": {"action": "store_true", "help": "only say what would come in"},
    "--scale": {"help": f"{', '.join(SCALES)}, or a JSON file with a scale"},
    "--out": {"type": Path, "required": True, "metavar": "DIR", "help": "the folder to write into"},
    "--public": {"action": "store_true", "help": "the public edition instead of the full one"},
    "--version": {"type": int, "metavar": "N", "help": "an earlier version, instead of how things stand now"},
    "--follow": {"action": "store_true", "help": "go on, a line whenever it changes"},
    "--answered": {"action": "store_true", "help": "with the returns and judgements in the file"},
}
COMMANDS: dict[str, tuple[Callable[..., None], tuple[str, ...]]] = {
    "migrate": (migrate, ()),
    "web": (web, ()),
    "worker": (worker, ()),
    "cycle load": (cycle_load, ("file", "--answered")),
    "cycle open": (cycle_open, ("cycle",)),
    "sheet bind": (sheet_cli.bind, ("cycle", "url")),
    "sheet status": (sheet_cli.status, ("cycle", "--json")),
    "sheet diff": (sheet_cli.diff, ("cycle",)),
    "sheet rebuild": (sheet_cli.rebuild, ("cycle",)),
    "tally": (figures_cli.tally, ("cycle", "--json")),
    "figures": (figures_cli.statistics, ("cycle", "--json")),
    "import": (figures_cli.take, ("csv", "--dry-run", "--scale")),
    "past remove": (figures_cli.remove, ("cycle",)),
    "check-figures": (figures_cli.check, ("figures",)),
    "report": (report_cli.report, ("cycle", "--out", "--public", "--version")),
    "status": (show_status, ("--json", "--follow")),
    "redeliver": (redeliver, ()),
    "schedule": (show_schedule, ("cycle", "--json")),
    "clock": (clock, ("--to", "--json")),
    "key": (key, ("--name",)),
}

BARE = (key, figures_cli.check)
"""What needs no settings."""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="roundtable", description=__doc__)
    levels = {"": parser.add_subparsers(required=True, metavar="command")}
    for words, (run, arguments) in COMMANDS.items():
        noun, _, verb = words.rpartition(" ")
        if noun not in levels:
            levels[noun] = levels[""].add_parser(noun, help=f"{noun} ...").add_subparsers(required=True, metavar="verb")
        command = levels[noun].add_parser(verb, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run)
        for argument in arguments:
            command.add_argument(argument, **ARGUMENTS[argument])
    return parser


def main() -> None:
    """Run one command; whatever can't be done is a sentence on standard error, and exit status 1."""
    private.keep_private()
    given = _parser().parse_args()
    try:
        if given.run in BARE:
            given.run(given)
            return
        settings = load()
        logs.set_up(settings.log_level)
        logs.keep_crashes()
        given.run(settings, given)
    except (Refused, SheetsError) as refusal:
        sys.exit(refusal.sentence)
    except (BadSetting, KeysRefused) as wrong:
        sys.exit(str(wrong))
    except DBAPIError as error:
        sys.exit(f"The database could not be used ({type(error).__name__}). Is it there, and has it been migrated?")
