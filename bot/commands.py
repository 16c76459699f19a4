"""The commands and the functions that run them. A command's module is loaded only to run it, not to list it."""

import argparse
import ast
import gc
from collections.abc import Callable
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any


def _published() -> str:
    from audit.past.published_figures import EXAMPLE

    return f"figures as published: {EXAMPLE}"


def _scales() -> str:
    from audit.scales import SCALES

    return f"{', '.join(SCALES)}, or a JSON file with a scale"


def _number(least: int, most: int) -> Callable[[str], int]:
    """A parser for whole numbers from `least` to `most`."""

    def read(text: str) -> int:
        if not (text.isdecimal() and len(text) <= len(str(most)) and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text[:20]} isn't a whole number from {least} to {most}")
        return int(text)

    return read


_CYCLE = _number(1, 9_999)


def _audit(text: str) -> int | str:
    """A cycle's number, or the name of an imported one."""
    return _CYCLE(text) if text.isdecimal() else text


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]} isn't a date and time such as 2026-03-12T09:30") from None


_SHOWN = "have Slack check one of every kind of view and message, N a minute: 1 to 9,999, by default 50"
_WAITS = "how long to wait for one answer: 1 to 600, by default 10"
_EARLIER = "an earlier version, instead of how things stand now"
_CASE = "the case's reference, as the case list has it; without it, the texts are those of the audit as a whole"
_TEXT = "a text's reference, from the file of `roundtable export case` or `export audit`; repeat it for more texts"
_AUDIT = "which audit; needed if several have a case with that reference, or if no case is named"
_BECAUSE = (
    "the reason: somebody objects, it should never have been written, nobody needs it any more, or a court or law"
    " demands it; this is recorded"
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "file": {"type": Path, "help": "a cycle file (sandbox/cycles/ has one)"},
    "cycle": {"type": _CYCLE, "metavar": "cycle", "help": "the cycle's number, 1 to 9,999"},
    "xlsx": {"type": Path, "metavar": "FILE.xlsx", "help": "an audit tool as an XLSForm workbook"},
    "tool": {"help": "the audit tool's key, as `roundtable tool list` prints it"},
    "audit": {"type": _audit, "metavar": "cycle", "help": "the cycle's number, or the name of one that was imported"},
    "results": {"type": Path, "metavar": "FILE", "help": "the results, as CSV or as a workbook (.xlsx)"},
    "figures": {"type": Path, "metavar": "FILE.json", "help": _published},
    "jsonl": {"type": Path, "metavar": "FILE.jsonl", "help": "the file to write"},
    "--head": {"action": "append", "default": [], "metavar": "HEAD", "help": "a head from a sheet or a report"},
    "percent": {"metavar": "PERCENT", "help": "as it was printed: 88, or 87.5"},
    "--of": {"type": _number(1, 10**9), "metavar": "N", "help": "of how many cases"},
    "url": {"help": "the spreadsheet's address"},
    "--for": {"dest": "whose", "metavar": "WHOM", "help": "the agency or area whose sheet it is"},
    "--to": {"type": _moment, "help": "a date and time; in London, unless a zone is given"},
    "--sheet": {"metavar": "URL", "help": "an empty spreadsheet, lent for a trial with a made-up audit"},
    "--blocks": {"type": _number(1, 9_999), "nargs": "?", "const": 50, "metavar": "N", "help": _SHOWN},
    "--name": {"default": "k1", "help": "the key's name"},
    "--patience": {"type": _number(1, 600), "default": 10, "metavar": "SECONDS", "help": _WAITS},
    "--json": {"action": "store_true", "help": "as JSON"},
    "--dry-run": {"action": "store_true", "help": "only say what would be imported"},
    "--scale": {"help": _scales},
    "--cycle": {
        "default": "",
        "dest": "cycle_named",
        "help": "the audit's number or name, if the whole file is about one",
    },
    "--title": {"default": "", "help": "that audit's title"},
    "--out": {"type": Path, "required": True, "metavar": "DIR", "help": "the folder to write into"},
    "--public": {"action": "store_true", "help": "the public edition instead of the full one"},
    "--unsigned": {
        "default": "",
        "metavar": "WHY",
        "help": "why the public edition goes out before everybody has signed",
    },
    "--version": {"type": _number(1, 99_999), "metavar": "N", "help": _EARLIER},
    "partnership": {"metavar": "NAME", "help": "the partnership's name, in quotes"},
    "picture": {"type": Path, "metavar": "FILE.png", "help": "the logo, as PNG or JPEG"},
    "docx": {"type": Path, "metavar": "FILE.docx", "help": "the Word template"},
    "part": {"choices": ("logo", "template"), "help": "what to remove: logo or template"},
    "case": {"metavar": "reference", "nargs": "?", "help": _CASE},
    "reference": {"help": "the case's reference, as the case list has it"},
    "who": {"help": "the person's name in Slack, or their ids: T0123ABCD/U0456EFGH"},
    "out": {"type": Path, "metavar": "FILE.xlsx", "help": "the workbook to write"},
    "--by": {"required": True, "metavar": "ROLE", "help": "who asks for it, as a role; this is recorded"},
    "--audit": {"type": _audit, "metavar": "cycle", "help": _AUDIT},
    "backup": {"type": Path, "metavar": "FILE", "help": "the backup"},
    "--the-other-has-stopped": {"action": "store_true", "required": True, "help": "confirms that it has, for good"},
    "--for-good": {"action": "store_true", "help": "really remove it; this can't be undone"},
    "--why": {"required": True, "metavar": "REASON", "help": "the reason, without anybody's name"},
    "--text": {"action": "append", "default": [], "metavar": "TEXT", "help": _TEXT},
    "--all-texts": {"action": "store_true", "help": "all texts about the case"},
    "--because": {"required": True, "choices": ("objection", "mistake", "unneeded", "law"), "help": _BECAUSE},
    "--follow": {"action": "store_true", "help": "keep running, with a new line whenever it changes"},
    "--answered": {"action": "store_true", "help": "include the returns and judgements in the file"},
}
COMMANDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "migrate": ("cli.migrate", ()),
    "web": ("web.main", ()),
    "worker": ("worker.main", ()),
    "cycle load": ("cycle_cli.load", ("file", "--answered")),
    "cycle open": ("cycle_cli.open_it", ("cycle",)),
    "sheet bind": ("sheet_cli.bind", ("cycle", "url", "--for")),
    "sheet status": ("sheet_cli.status", ("cycle", "--json")),
    "sheet diff": ("sheet_cli.diff", ("cycle", "--for")),
    "sheet rebuild": ("sheet_cli.rebuild", ("cycle", "--for")),
    "sheet export": ("sheet_cli.export", ("cycle", "out")),
    "tool check": ("tool_cli.check", ("xlsx",)),
    "tool load": ("tool_cli.load", ("xlsx",)),
    "tool list": ("tool_cli.list_tools", ()),
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
    "export audit": ("export_cli.audit", ("cycle", "out", "--by")),
    "export person": ("export_cli.person", ("who", "out", "--by")),
    "export readings": ("export_cli.readings", ("out", "--by")),
    "governance": ("governance_cli.drafts", ("--out",)),
    "backup": ("backup_cli.make", ("backup",)),
    "restore": ("backup_cli.put_back", ("backup",)),
    "resume": ("backup_cli.resume", ("--the-other-has-stopped",)),
    "purge": ("retention_cli.remove", ("--for-good",)),
    "erase": (
        "erase_cli.remove",
        ("case", "--text", "--all-texts", "--by", "--because", "--audit", "--for-good"),
    ),
    "hold set": ("retention_cli.put", ("cycle", "--why")),
    "hold lift": ("retention_cli.lift", ("cycle",)),
    "hold list": ("retention_cli.list_holds", ()),
}
"""Command -> (its function in bot/, its arguments)."""

BARE = ("access", "key", "check-figures", "data", "doctor", "fits", "letterhead write", "tool check")
"""Commands that need no settings; the doctor itself reports which are missing."""
KEYLESS = {"migrate": "Upgrading", "clock": "Basics"}
"""Commands that read no sealed text and so need no key (except for an upgrade that seals existing text) -> the class of
bot.settings with what they need, instead of Stored."""
EITHER_WAY = ("tool export",)
"""Commands that also work without settings: they get None if settings are missing."""
PROCESSES = ("web", "worker")
"""Commands that run until stopped: they need Slack, and log. All others answer the person who runs them."""


def function_of(words: str) -> Callable[..., None]:
    """A command's function, loaded with everything it needs; the loaded objects are exempt from garbage collection."""
    module, _, name = COMMANDS[words][0].partition(".")
    function: Callable[..., None] = getattr(import_module(f"bot.{module}"), name)
    if not gc.isenabled():  # cli.main has disabled it: this process runs one command
        gc.freeze()
        gc.enable()
    return function


def about(words: str) -> str:
    """The docstring of a command's function, read from its source file, since importing it would be slow."""
    module, _, name = COMMANDS[words][0].partition(".")
    return _docstrings(module)[name]


@cache
def _docstrings(module: str) -> dict[str, str]:
    """Function -> its docstring, for the functions of a module in bot/."""
    tree = ast.parse(Path(__file__).with_name(f"{module}.py").read_text(encoding="utf-8"))
    return {each.name: ast.get_docstring(each) or "" for each in tree.body if isinstance(each, ast.FunctionDef)}
