"""Who may read and do what, as a page of Markdown."""

from collections.abc import Iterable, Iterator

from audit.governance.permissions import DOES, READS, Permission, Who

_HEAD = """# Who may read and do what

`roundtable access` prints this. It is what the rules say, proved by use: every button, form and command is used in
every role, on records of every sort (`tests/access/test_access.py`), and a test holds that this page says the same.

Roles are seen from one return of one case. They come from the database at every click, so a role that ends, ends at the
next one; whoever isn't registered, was deactivated, or comes from another workspace gets nothing. A refusal is recorded
under the name in the last column, and a reading where it says “recorded”.
"""
_BESIDE = """
## What no role decides

- **A channel**: whoever is in it reads what is posted there. Summaries and tallies go to private channels only, and to
  one that is shared with another organisation only if a coordinator allowed that.
- **The Google Sheet**: whoever it is shared with reads all of it. One that anybody with the link can open is refused.
  Its *Read me* and `roundtable doctor` say who can.
- **Direct messages** go to those whom this table lets read what they say.
- **The command line**: whoever can run it, with the keys, reads everything. Reports, exports and the trail's export
  that are written there are recorded.
- **Nobody, in Slack**: the trail, legal holds, the names to keep out ([data.md](data.md), “seen by”).
"""


def page() -> str:
    """Every reading and every doing, with the roles that may: Markdown."""
    return f"{_HEAD}{_table('Reading', READS)}{_table('Doing', DOES)}{_BESIDE}"


def _table(name: str, rows: Iterable[Permission]) -> str:
    heads = " | ".join(who for who in Who)
    lines = "\n".join(f"| {each.what} | {' | '.join(_marks(each))} | `{each.verb}` |" for each in rows)
    return f"\n## {name}\n\n| | {heads} | refused as |\n|{' --- |' * (len(Who) + 2)}\n{lines}\n"


def _marks(of: Permission) -> Iterator[str]:
    yield from ("yes" if who in of.who else "" for who in Who)
