"""The command line: set up a database and a cycle, run the product, see what waits, take numbers in and out.

Here stands what can be said and where it is done; only what a command needs is loaded for it.
"""

import argparse
import gc
import json
import re
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from audit.errors import Refused
from storage import private

if TYPE_CHECKING:
    from bot.settings import Basics, Settings, Upgrading


def migrate(settings: "Upgrading", _: argparse.Namespace) -> None:
    """Bring the database up to date: our tables and the engine's."""
    from sqlalchemy import make_url

    from jobs import engine  # the one command that needs dbos
    from storage import migrations

    url = settings.database_url.get_secret_value()
    try:
        migrations.upgrade(url, settings.vault)
    except migrations.NotOurs as wrong:
        raise Refused(str(wrong)) from None
    engine.migrate(make_url(url))
    print("The database is up to date.")


def web(settings: "Settings", _: argparse.Namespace) -> None:
    """Answer Slack's requests until told to stop."""
    from bot.web import main as run  # loads bolt and flask

    run(settings)


def worker(settings: "Settings", _: argparse.Namespace) -> None:
    """Run the worker until told to stop."""
    from bot.worker import main as run  # loads dbos

    run(settings)


def clock(settings: "Basics", given: argparse.Namespace) -> None:
    """Show the product's now, or move it (in a sandbox)."""
    from audit.calendar import in_london, stamp

    if given.to is not None:
        try:
            settings.clock.move_to(given.to if given.to.tzinfo else in_london(given.to))
        except (OverflowError, ValueError) as error:
            raise Refused(f"{error}.") from None
    now = in_london(settings.clock.now())
    print(json.dumps({"now": now.isoformat()}) if given.json else f"{stamp(now)} in London")


def key(given: argparse.Namespace) -> None:
    """Print a new encryption key, as ENCRYPTION_KEYS takes it."""
    from storage.crypto import new_key

    print(f"{given.name}:{new_key()}")


def _published() -> str:
    from audit.past.published import EXAMPLE

    return f"figures as published: {EXAMPLE}"


def _scales() -> str:
    from audit.scales import SCALES

    return f"{', '.join(SCALES)}, or a JSON file with a scale"


def _audit(text: str) -> int | str:
    """A cycle's number, or a name."""
    if text.isdecimal() and not 1 <= int(text[:9]) <= 9_999:  # noqa: PLR2004  # what a number may be
        raise argparse.ArgumentTypeError(f"{text[:9]} isn't a number from 1 to 9999")
    return int(text) if text.isdecimal() else text


_SHOWN = "have Slack check one of every view and message, N of them a minute; 50 if it isn't said"
ARGUMENTS: dict[str, dict[str, Any]] = {
    "file": {"type": Path, "help": "a cycle file (sandbox/cycles/ has one)"},
    "cycle": {"type": int, "choices": range(1, 10_000), "metavar": "cycle", "help": "the cycle's number"},
    "xlsx": {"type": Path, "metavar": "FILE.xlsx", "help": "an audit tool as an XLSForm workbook"},
    "tool": {"help": "the audit tool's key, as `roundtable tool list` prints it"},
    "audit": {"type": _audit, "metavar": "cycle", "help": "the cycle's number, or the name of one that was imported"},
    "results": {"type": Path, "metavar": "FILE", "help": "the results, as CSV or as a workbook (.xlsx)"},
    "figures": {"type": Path, "metavar": "FILE.json", "help": _published},
    "jsonl": {"type": Path, "metavar": "FILE.jsonl", "help": "the file to write"},
    "--head": {"action": "append", "default": [], "metavar": "HEAD", "help": "one that stands in a sheet or a report"},
    "percent": {"metavar": "PERCENT", "help": "as it was printed: 88, or 87.5"},
    "--of": {"type": int, "metavar": "N", "help": "of how many cases"},
    "url": {"help": "the spreadsheet's address"},
    "--for": {"dest": "whose", "metavar": "WHOM", "help": "the agency, or the area, whose sheet is meant"},
    "--to": {"type": datetime.fromisoformat, "help": "a date and time; London's, if no zone is given"},
    "--sheet": {"metavar": "URL", "help": "an empty spreadsheet lent for it, in which drawing is tried"},
    "--blocks": {"type": int, "nargs": "?", "const": 50, "metavar": "N", "help": _SHOWN},
    "--name": {"default": "k1", "help": "the key's name"},
    "--patience": {"type": float, "default": 10.0, "metavar": "SECONDS", "help": "for one answer; 10 if it isn't said"},
    "--json": {"action": "store_true", "help": "as JSON"},
    "--dry-run": {"action": "store_true", "help": "only say what would come in"},
    "--scale": {"help": _scales},
    "--cycle": {"default": "", "dest": "cycle_named", "help": "its number or name, if all of the file is of one audit"},
    "--title": {"default": "", "help": "what that audit is called"},
    "--out": {"type": Path, "required": True, "metavar": "DIR", "help": "the folder to write into"},
    "--public": {"action": "store_true", "help": "the public edition instead of the full one"},
    "--unsigned": {"default": "", "metavar": "WHY", "help": "why the public edition goes out though not all signed"},
    "--version": {"type": int, "metavar": "N", "help": "an earlier version, instead of how things stand now"},
    "partnership": {"metavar": "NAME", "help": "the partnership's name, in quotes"},
    "picture": {"type": Path, "metavar": "FILE.png", "help": "the logo, as PNG or JPEG"},
    "docx": {"type": Path, "metavar": "FILE.docx", "help": "the Word template"},
    "part": {"choices": ("logo", "template"), "help": "what is taken away: logo or template"},
    "reference": {"help": "the case's reference, as the case list has it"},
    "who": {"help": "what the person is called, or their ids: T0123ABCD/U0456EFGH"},
    "out": {"type": Path, "metavar": "FILE.xlsx", "help": "the workbook to write"},
    "--by": {"required": True, "metavar": "ROLE", "help": "who asks for it, as a role: that is recorded"},
    "--audit": {"type": _audit, "metavar": "cycle", "help": "which audit's, if several have a case of that reference"},
    "backup": {"type": Path, "metavar": "FILE", "help": "the backup"},
    "--the-other-has-stopped": {"action": "store_true", "required": True, "help": "that it has, for good"},
    "--for-good": {"action": "store_true", "help": "remove it, which can't be undone"},
    "--why": {"required": True, "metavar": "REASON", "help": "the reason, without anybody's name"},
    "--follow": {"action": "store_true", "help": "go on, a line whenever it changes"},
    "--answered": {"action": "store_true", "help": "with the returns and judgements in the file"},
}
COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "migrate": ("cli.migrate", ()),
    "web": ("cli.web", ()),
    "worker": ("cli.worker", ()),
    "cycle load": ("cycle_cli.load", ("file", "--answered")),
    "cycle open": ("cycle_cli.open_it", ("cycle",)),
    "sheet bind": ("sheet_cli.bind", ("cycle", "url", "--for")),
    "sheet status": ("sheet_cli.status", ("cycle", "--json")),
    "sheet diff": ("sheet_cli.diff", ("cycle", "--for")),
    "sheet rebuild": ("sheet_cli.rebuild", ("cycle", "--for")),
    "sheet export": ("sheet_cli.export", ("cycle", "out")),
    "tool check": ("tool_cli.check", ("xlsx",)),
    "tool load": ("tool_cli.load", ("xlsx",)),
    "tool list": ("tool_cli.listed", ()),
    "tool export": ("tool_cli.export", ("tool", "xlsx")),
    "tally": ("figures_cli.tally", ("audit", "--json")),
    "figures": ("figures_cli.statistics", ("cycle", "--json")),
    "import": ("figures_cli.take", ("results", "--dry-run", "--scale", "--cycle", "--title")),
    "past remove": ("figures_cli.remove", ("audit",)),
    "check-figures": ("figures_cli.check", ("figures",)),
    "fits": ("figures_cli.fits", ("percent", "--of")),
    "report": ("report_cli.report", ("cycle", "--out", "--public", "--unsigned", "--version")),
    "letterhead name": ("letterhead_cli.name", ("partnership",)),
    "letterhead logo": ("letterhead_cli.logo", ("picture",)),
    "letterhead template": ("letterhead_cli.template", ("docx",)),
    "letterhead remove": ("letterhead_cli.remove", ("part",)),
    "letterhead write": ("letterhead_cli.write", ("docx",)),
    "status": ("status_cli.show", ("--json", "--follow")),
    "doctor": ("doctor_cli.doctor", ("--json", "--sheet", "--blocks", "--patience")),
    "redeliver": ("status_cli.redeliver", ()),
    "schedule": ("cycle_cli.due", ("cycle", "--json")),
    "clock": ("cli.clock", ("--to", "--json")),
    "key": ("cli.key", ("--name",)),
    "keys rotate": ("keys_cli.rotate", ()),
    "keys verify": ("keys_cli.verify", ()),
    "trail verify": ("trail_cli.verify", ("--head", "--json")),
    "trail export": ("trail_cli.export", ("jsonl",)),
    "data": ("data_cli.data", ()),
    "access": ("data_cli.access", ()),
    "export case": ("export_cli.case", ("reference", "out", "--by", "--audit")),
    "export person": ("export_cli.person", ("who", "out", "--by")),
    "export readings": ("export_cli.readings", ("out", "--by")),
    "governance": ("governance_cli.drafts", ("--out",)),
    "backup": ("backup_cli.make", ("backup",)),
    "restore": ("backup_cli.put_back", ("backup",)),
    "resume": ("backup_cli.resume", ("--the-other-has-stopped",)),
    "purge": ("retention_cli.remove", ("--for-good",)),
    "hold set": ("retention_cli.put", ("cycle", "--why")),
    "hold lift": ("retention_cli.lift", ("cycle",)),
    "hold list": ("retention_cli.listed", ()),
}
"""What is said -> the function in this room that does it, and what else is to be said."""

BARE = ("access", "key", "check-figures", "data", "doctor", "fits", "letterhead write", "tool check")
"""What needs no settings; the doctor says itself which are missing."""
UNREAD = ("migrate", "clock")
"""What reads nothing that is kept, so that it needs no key (but for an upgrade that seals what is there)."""
EITHER_WAY = ("tool export",)
"""What can do without settings: it is given None where they are missing."""
PROCESSES = ("web", "worker")
"""What runs until it is told to stop: it needs Slack, and logs. Whoever says anything else is told in sentences."""


def found(words: str) -> Callable[..., None]:
    """The function that does it, loaded with what it needs."""
    module, _, name = COMMANDS[words][0].partition(".")
    function: Callable[..., None] = getattr(import_module(f"bot.{module}"), name)
    return function


def _parser(said: Sequence[str] = ()) -> argparse.ArgumentParser:
    """For the command that is said, or for all of them where none is."""
    meant = [words for words in COMMANDS if [*said[: words.count(" ") + 1]] == words.split()]
    parser = argparse.ArgumentParser(prog="roundtable", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", action="store_true", help="print which version of Roundtable this is")
    levels = {"": parser.add_subparsers(required=True, metavar="command")}
    for words in meant or COMMANDS:
        noun, _, verb = words.rpartition(" ")
        if noun not in levels:
            verbs = ", ".join(each.removeprefix(f"{noun} ") for each in COMMANDS if each.startswith(f"{noun} "))
            levels[noun] = levels[""].add_parser(noun, help=verbs).add_subparsers(required=True, metavar="verb")
        run = found(words)
        command = levels[noun].add_parser(verb, help=run.__doc__, description=run.__doc__)
        command.set_defaults(run=run, words=words)
        for argument in COMMANDS[words][1]:
            command.add_argument(argument, **_argument(argument))
    return parser


def _argument(name: str) -> dict[str, Any]:
    given = ARGUMENTS[name]
    return given | {"help": given["help"]()} if callable(given["help"]) else given


def main(words: Sequence[str] | None = None) -> None:
    """Run one command, by default that of this process; what can't be done is a sentence, and exit status 1."""
    private.keep_private()
    gc.set_threshold(10_000, 20, 50)  # most of what is loaded stays: a web process starts in a sixth less time
    words = sys.argv[1:] if words is None else words
    if [*words[:1]] == ["--version"]:
        from importlib.metadata import version  # slow to load; pyproject.toml says it, and nothing else

        print(f"roundtable {version('roundtable')}")
        return
    given = _parser(words).parse_args(words)
    if given.words not in PROCESSES:
        sys.excepthook = _in_a_sentence
    try:
        _require_text(given)
        if given.words in BARE:
            given.run(given)
        else:
            _run(given)
    except Refused as refusal:
        sys.exit(refusal.sentence)


def _require_text(given: argparse.Namespace) -> None:
    """Refused if what is said isn't text, as where a terminal writes in another encoding; a file may be called so."""
    if any(isinstance(each, str) and re.search("[\ud800-\udfff]", each) for each in vars(given).values()):
        raise Refused("What stands behind the command isn't all text in UTF-8. Nothing was done.")


def _in_a_sentence(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """How a command ends that nobody foresaw: where and of what kind, never in its words, which may quote anybody's."""
    if issubclass(kind, KeyboardInterrupt):
        return
    from traceback import extract_tb

    last = (extract_tb(trace) or [None])[-1]
    place = f"{Path(last.filename).name}:{last.lineno} {last.name}" if last else "no known place"
    sys.stderr.write(f"Something went wrong, and that is our fault: {kind.__name__} at {place}. Please tell us so.\n")


def _run(given: argparse.Namespace) -> None:
    from sqlalchemy.exc import DBAPIError  # this and the settings are slow to load: what needs none does without

    from audit.retention.restored import Silent
    from bot import logs, reaching
    from bot.settings import BadSetting, Basics, Settings, Stored, Upgrading, load, load_or_none
    from sheets.errors import SheetsError
    from storage.keys import KeysRefused

    try:
        if given.words in PROCESSES:
            settings = load(Settings)
            logs.set_up(settings.log_level)
            logs.keep_crashes()
            given.run(settings, given)
        else:
            logs.silence()
            needed = {"migrate": Upgrading, "clock": Basics}
            kind = needed.get(given.words, Stored)
            given.run(load_or_none(kind) if given.words in EITHER_WAY else load(kind), given)
    except SheetsError as refusal:
        sys.exit(refusal.sentence)
    except (BadSetting, KeysRefused, Silent) as wrong:
        sys.exit(str(wrong))
    except DBAPIError as error:
        sys.exit(reaching.why(error))
