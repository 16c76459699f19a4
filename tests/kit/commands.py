"""docs/commands.md, made from the command line itself: `python -m tests.kit.commands > docs/commands.md`."""

import sys

from bot.commands import ARGUMENTS, BARE, COMMANDS, PROCESSES, about

HEAD = """\
# Commands

Made from the command line itself, and checked by a test. `roundtable COMMAND --help` says the same. A command ends with
status 0, or with a sentence and status 1; with 2 if its arguments are wrong; and silently with 141 if whatever was
reading its output has gone. The last column says which [settings](settings.md) it needs: *none* (`doctor` says which
are missing); *database*: `DATABASE_URL` and, except for `migrate` and `clock`, `ENCRYPTION_KEYS`; *all*.

| command | what it does | settings |
| --- | --- | --- |
"""


def said() -> str:
    """The whole page, with a line per command, in the order of the command line."""
    return HEAD + "".join(f"| {_words(words)} | {_does(words)} | {_settings(words)} |\n" for words in COMMANDS)


def _words(words: str) -> str:
    """The command with its arguments; optional ones are in brackets."""
    shown = " ".join(_argument(each) for each in COMMANDS[words][1])
    return f"`roundtable {words}{f' {shown}' if shown else ''}`"


def _argument(name: str) -> str:
    given = ARGUMENTS[name]
    value = str(given.get("metavar") or "\\|".join(given.get("choices", ())) or name.lstrip("-"))
    value = value.upper() if value.isidentifier() else value
    if not name.startswith("--"):
        return value
    whole = name if given.get("action") == "store_true" else f"{name} {value}"
    return whole if given.get("required") else f"[{whole}]"


def _does(words: str) -> str:
    """What the command does, and what its options are for."""
    sentences = " ".join(about(words).split())
    options = [f"`{each}`: {_help(each)}." for each in COMMANDS[words][1] if each.startswith("--")]
    return " ".join([sentences, *options]).replace("|", "\\|")


def _help(name: str) -> str:
    text = ARGUMENTS[name]["help"]
    return str(text() if callable(text) else text)


def _settings(words: str) -> str:
    return "none" if words in BARE else "all" if words in PROCESSES else "database"


if __name__ == "__main__":
    sys.stdout.write(said())
