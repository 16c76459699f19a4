"""Commands that print what the database holds and who may do what, for the person responsible for data protection."""

import argparse
from itertools import groupby

from audit.governance import elsewhere
from storage.holds import Exports, Holding, Holds, Kept, holdings
from views.governance.permissions import page

HEAD = """# What is kept

`roundtable data` prints this from the tables themselves, so nothing is left out; a test checks that it is current.

- **Sealed**: encrypted, bound to its row and column ([SECURITY.md](../SECURITY.md)). Where a column isn't sealed and no
  reason is given, what it holds is the reason.
- **Seen by**: who the product shows it to. Anybody who can open the sheet sees what the sheet shows; whoever runs the
  servers can read what isn't sealed.
- **Export**: whether it goes into the export about a case, that of an audit's own texts (about none of its cases), or
  the one about a person. What names a person goes into theirs.
- **Kept**: which of these rules applies. The partnership decides how long that is ([guide](guides/keeping.md)).
"""
RULES = {
    Kept.TEXT: "what people wrote about a case or an audit: until `KEEP_TEXTS_DAYS` after the audit is over.",
    Kept.FACTS: "grades, states, days and references, which numbers are counted from. Nothing deletes them.",
    Kept.DRAFT: "what was typed and not sent: until it is sent or discarded, or `KEEP_DRAFTS_DAYS` after that ended.",
    Kept.PEOPLE: "who takes part, and in what role: until `KEEP_PEOPLE_DAYS` after the last thing they took part in.",
    Kept.SETUP: "agencies, areas, themes, tools, channels, names to keep out: as long as somebody uses them.",
    Kept.WORK: "what must still be done in Slack and in the sheet, and what is there: `KEEP_POSTS_DAYS`.",
    Kept.TRAIL: "who did and read what, and when: who and what, `KEEP_TRAIL_DAYS`; when and what kind, for good.",
    Kept.KEYS: "what shows that a key is wrong: as long as a backup may need the key.",
}
ENGINE = """
## The engine's tables

The workflows that post messages and update sheets are kept by DBOS in tables of its own. They hold opaque keys only: a
workflow's name, ids of rows and of channels, numbers, times, and the kind of an error. No name, reference or text
(`tests/storage/test_holds.py`).
"""


def data(_: argparse.Namespace) -> None:
    """Print what each column of the database holds, whether it is sealed, how long it is kept, and who may see it."""
    print(what_is_kept(), end="")


def access(_: argparse.Namespace) -> None:
    """Print what each role may read and do."""
    print(page(), end="")


def what_is_kept() -> str:
    """The page docs/data.md, in Markdown."""
    rules = "".join(f"  - {kept}: {RULES[kept]}\n" for kept in Kept)
    tables = [_table(name, list(columns)) for name, columns in groupby(holdings(), lambda each: each.table)]
    return f"{HEAD}{rules}{''.join(tables)}{ENGINE}"


def _table(name: str, columns: list[Holding]) -> str:
    """A table's columns in Markdown; columns with equal cells share a line."""
    [about] = {each.about for each in columns}
    alike: dict[str, list[str]] = {}
    for each in columns:
        alike.setdefault(_cells(each), []).append(f"`{each.column}`")
    lines = "".join(f"| {', '.join(names)} | {cells} |\n" for cells, names in alike.items())
    head = "| column | holds | sealed | kept | seen by | export |\n| --- | --- | --- | --- | --- | --- |\n"
    return f"\n## {name}\n\n{about}\n\n{head}{lines}"


def _cells(each: Holding) -> str:
    sealed = "yes" if each.holds is Holds.SEALED else f"no: {each.why}" if each.why else "no"
    about = {"case": Exports.CASE in each.exports, "audit": elsewhere.of_the_whole(each)}
    exports = ", ".join(word for word, is_in in {**about, "person": Exports.PERSON in each.exports}.items() if is_in)
    return f"{each.holds} | {sealed} | {each.kept} | {each.seen} | {exports}"
