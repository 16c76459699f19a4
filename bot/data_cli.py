"""The command line's part about what the database holds: a list for whoever answers for data protection."""

import argparse
from itertools import groupby

from storage.holds import Exports, Holding, Holds, Kept, holdings
from views.governance.permissions import page

HEAD = """# What is kept

`roundtable data` prints this from the tables themselves, so nothing is left out; a test holds that it is current.

- **Sealed**: encrypted, bound to its row and column ([SECURITY.md](../SECURITY.md)). Where no reason stands, what
  a column holds is the reason.
- **Seen by**: to whom the product shows it. What the sheet shows, whoever can open the sheet may see; whoever runs the
  servers can read what isn't sealed.
- **Export**: in which it belongs, about a case or about a person. Whatever names a person belongs to theirs.
- **Kept**: by which of these rules. How long that is, a partnership decides ([guide](guides/keeping.md)).
"""
RULES = {
    Kept.TEXT: "what people wrote about a case or an audit: until `KEEP_TEXTS_DAYS` after the audit is over.",
    Kept.FACTS: "grades, states, days and references, which numbers are counted from. Nothing deletes them.",
    Kept.DRAFT: "what was typed and not sent: until it is sent or thrown away, or `KEEP_DRAFTS_DAYS` after that ended.",
    Kept.PEOPLE: "who takes part, and in what role: until `KEEP_PEOPLE_DAYS` after the last that they were in.",
    Kept.SETUP: "agencies, areas, themes, tools, channels, names to keep out: as long as somebody uses them.",
    Kept.WORK: "what must still be done in Slack and in the sheet, and what stands there: `KEEP_POSTS_DAYS`.",
    Kept.TRAIL: "who did and read what, and when: who and what, `KEEP_TRAIL_DAYS`; when and of what kind, for ever.",
    Kept.KEYS: "by which a wrong key is known. As long as a backup may need the key.",
}
ENGINE = """
## The engine's tables

The workflows that post and draw are kept by DBOS in tables of its own. They hold opaque keys only: a workflow's name,
ids of rows and of channels, numbers, times, and the kind of an error. No name, reference or text
(`tests/storage/test_holds.py`).
"""
_EXPORTS = {Exports.CASE: "case", Exports.PERSON: "person"}


def data(_: argparse.Namespace) -> None:
    """Print what each column of the database holds, if it is sealed, by which rule it is kept, and who may see it."""
    print(what_is_kept(), end="")


def access(_: argparse.Namespace) -> None:
    """Print who may read and do what, in which role."""
    print(page(), end="")


def what_is_kept() -> str:
    """What is kept, as a page of Markdown."""
    rules = "".join(f"  - {kept}: {RULES[kept]}\n" for kept in Kept)
    tables = [_table(name, list(columns)) for name, columns in groupby(holdings(), lambda each: each.table)]
    return f"{HEAD}{rules}{''.join(tables)}{ENGINE}"


def _table(name: str, columns: list[Holding]) -> str:
    """A table's columns as Markdown; those with the same to be said of them share a line."""
    [about] = {each.about for each in columns}
    alike: dict[str, list[str]] = {}
    for each in columns:
        alike.setdefault(_cells(each), []).append(f"`{each.column}`")
    lines = "".join(f"| {', '.join(names)} | {cells} |\n" for cells, names in alike.items())
    head = "| column | holds | sealed | kept | seen by | export |\n| --- | --- | --- | --- | --- | --- |\n"
    return f"\n## {name}\n\n{about}\n\n{head}{lines}"


def _cells(each: Holding) -> str:
    sealed = "yes" if each.holds is Holds.SEALED else f"no: {each.why}" if each.why else "no"
    exports = ", ".join(word for export, word in _EXPORTS.items() if export in each.exports)
    return f"{each.holds} | {sealed} | {each.kept} | {each.seen} | {exports}"
