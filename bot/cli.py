"""Commands that set Roundtable up, run it, check it, and move data in and out.

`commands` says where each is done; only what a command needs is loaded for it.
"""

import argparse
import gc
import json
import os
import re
import signal
import sys
from collections.abc import Sequence
from errno import EDQUOT, EFBIG, EIO, ENOSPC, EPIPE
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from audit.errors import Refused
from bot import ending
from bot.commands import ARGUMENTS, BARE, COMMANDS, EITHER_WAY, KEYLESS, PROCESSES, about, function_of
from storage import private_files

_UNWRITTEN = (EDQUOT, EFBIG, EIO, ENOSPC, EPIPE)
"""Errors that mean that a command's output can't be written."""
if TYPE_CHECKING:
    from bot.settings import Basics, Upgrading


def migrate(settings: "Upgrading", _: argparse.Namespace) -> None:
    """Bring the database up to date; the first time, make it."""
    from sqlalchemy import make_url

    from jobs import engine_tables  # the only command that needs dbos
    from storage import migrations, schema

    url = settings.database_url.get_secret_value()
    try:
        migrations.upgrade(url, settings.vault)
    except schema.NotOurs as wrong:
        raise Refused(str(wrong)) from None
    except OSError as error:
        raise Refused(
            f"The database can't be made: {error.strerror}. Check who may write in its folder, and whether its disk is"
            " read-only or full."
        ) from None
    engine_tables.migrate(make_url(url))
    print("The database is up to date.")


def clock(settings: "Basics", given: argparse.Namespace) -> None:
    """Print what date and time it is for Roundtable, or change it (in a sandbox)."""
    from audit.calendar import in_london, stamp

    if given.to is not None:
        try:
            settings.clock.move_to(given.to if given.to.tzinfo else in_london(given.to))
        except (OverflowError, ValueError) as error:
            raise Refused(f"{error}.") from None
    now = in_london(settings.clock.now())
    print(json.dumps({"now": now.isoformat()}) if given.json else f"{stamp(now)} in London")


def key(given: argparse.Namespace) -> None:
    """Print a new encryption key for ENCRYPTION_KEYS."""
    from storage.crypto import new_key

    print(f"{given.name}:{new_key()}")


def _parser(said: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of the command in `said`, or of all commands if there is none."""
    meant = [words for words in COMMANDS if [*said[: words.count(" ") + 1]] == words.split()]
    parser = argparse.ArgumentParser(prog="roundtable", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--version", action="store_true", help="print which version of Roundtable this is")
    levels = {"": parser.add_subparsers(required=True, metavar="command")}
    for words in meant or COMMANDS:
        noun, _, verb = words.rpartition(" ")
        if noun not in levels:
            verbs = ", ".join(each.removeprefix(f"{noun} ") for each in COMMANDS if each.startswith(f"{noun} "))
            levels[noun] = levels[""].add_parser(noun, help=verbs).add_subparsers(required=True, metavar="verb")
        command = levels[noun].add_parser(verb, help=about(words), description=about(words))
        command.set_defaults(words=words)
        for argument in COMMANDS[words][1] if meant else ():  # the parser of all commands runs none
            command.add_argument(argument, **_argument(argument))
    return parser


def _argument(name: str) -> dict[str, Any]:
    given = ARGUMENTS[name]
    return given | {"help": given["help"]()} if callable(given["help"]) else given


def main(words: Sequence[str] | None = None) -> None:
    """Run one command, by default this process's. A refusal is printed as a sentence, with exit status 1."""
    private_files.keep_private()
    if sys.stdout is None:  # closed: the next file opened would get its descriptor
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # open as long as the process
    if words is None:
        words = sys.argv[1:]
        ending.heed(_end, signal.SIGTERM, signal.SIGHUP)
        gc.disable()  # until everything is loaded (commands.function_of), as collections find no garbage till then
        gc.set_threshold(10_000, 20, 50)
    try:
        try:
            _do(words)
        finally:
            sys.stdout.flush()
    except OSError as error:
        _end_unwritable(error)


def _do(words: Sequence[str]) -> None:
    if [*words[:1]] == ["--version"]:
        from importlib.metadata import version  # slow to load; the version is in pyproject.toml only

        print(f"roundtable {version('roundtable')}")
        return
    given = _parser(words).parse_args(words)
    if given.words not in PROCESSES:
        sys.excepthook = _print_bug
    try:
        _require_text(given)
        if given.words in BARE:
            function_of(given.words)(given)
        else:
            _run(given)
    except Refused as refusal:
        sys.exit(refusal.sentence)


def _end(number: int, _: FrameType | None) -> NoReturn:
    """End the command as for any other error, so that its unfinished files are removed."""
    sys.exit(128 + number)


def _end_unwritable(error: OSError) -> NoReturn:
    """End a command whose output can't be written: silently if its reader has gone, as `head` does; else in words."""
    if error.errno not in _UNWRITTEN or error.filename is not None:
        raise error
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # for output that Python still buffers
    if isinstance(error.__context__, SystemExit):
        raise error.__context__
    if error.errno == EPIPE:
        sys.exit(128 + signal.SIGPIPE)
    sys.exit(f"The output can't be written: {error.strerror}. What was done before that is not undone.")


def _require_text(given: argparse.Namespace) -> None:
    """Refused if an argument isn't valid text, as from a terminal in another encoding; file names may be."""
    if any(isinstance(each, str) and re.search("[\ud800-\udfff]", each) for each in vars(given).values()):
        raise Refused("The command's arguments aren't all UTF-8 text. Nothing was done.")


def _print_bug(kind: type[BaseException], _: BaseException, trace: TracebackType | None) -> None:
    """Print an unforeseen error by its class and place, never its message, which may quote what people wrote."""
    if issubclass(kind, KeyboardInterrupt):
        return
    from traceback import extract_tb

    last = (extract_tb(trace) or [None])[-1]
    place = f"{Path(last.filename).name}:{last.lineno} {last.name}" if last else "no known place"
    sys.stderr.write(f"Something went wrong, and that is our fault: {kind.__name__} at {place}. Please tell us.\n")


def _run(given: argparse.Namespace) -> None:
    from sqlalchemy.exc import DBAPIError  # slow to load, as are the settings; not every command needs them

    from audit.retention.restored import Silent
    from bot import database_refusals, logs, settings
    from bot.settings import BadSetting, Settings, load, load_or_none
    from sheets.errors import SheetsError
    from storage.keys import KeysRefused

    try:
        if given.words in PROCESSES:
            loaded = load(Settings)
            logs.set_up(loaded.log_level)
            logs.keep_crashes()
            function_of(given.words)(loaded, given)
        else:
            logs.silence()
            kind: type[Basics] = getattr(settings, KEYLESS.get(given.words, "Stored"))
            function_of(given.words)(load_or_none(kind) if given.words in EITHER_WAY else load(kind), given)
    except SheetsError as refusal:
        sys.exit(refusal.sentence)
    except (BadSetting, KeysRefused, Silent) as wrong:
        sys.exit(str(wrong))
    except DBAPIError as error:
        sys.exit(database_refusals.why(error))
