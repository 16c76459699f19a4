"""Who may read and do what, as a page of Markdown."""

from collections.abc import Iterable, Iterator

from audit.governance.permissions import DOES, READS, Permission, Who

_HEAD = """# Who may read and do what

`roundtable access` prints this page from the rules themselves. Tests use every button, form and command in every role,
on records of every kind (`tests/access/test_access.py`), and check that this page says the same.

Roles are as seen from one return of one case. They come from the database at every click, so access ends with the first
click after a role has ended. Nobody gets anything who isn't registered, or was deactivated. A person is known by the
id of their workspace together with their own, so nobody of another workspace passes for one of this.
A refusal is recorded under the name in the last column, and a reading where it says “recorded”.
"""
_BESIDE = """
## What no role decides

- **A channel**: everybody in it reads what is posted there. Summaries and tallies go to private channels only, and to
  one that is shared with another organisation only if a coordinator has allowed that.
- **The Google Sheet**: everybody it is shared with reads all of it. One that anybody with the link can open is refused.
  Its *Read me* and `roundtable doctor` say who can.
- **Direct messages** go only to people whom this table allows to read what they say.
- **The command line**: anybody who can run it, with the keys, reads everything. Writing a report, an export or the
  trail there is recorded.
- **Nobody, in Slack**: the trail, legal holds, the names to keep out ([data.md](data.md), “seen by”).
"""


def page() -> str:
    """Every reading and every action, with the roles that may do it: Markdown."""
    return f"{_HEAD}{_table('Reading', READS)}{_table('Doing', DOES)}{_BESIDE}"


def _table(name: str, rows: Iterable[Permission]) -> str:
    heads = " | ".join(who for who in Who)
    lines = "\n".join(f"| {each.what} | {' | '.join(_marks(each))} | `{each.verb}` |" for each in rows)
    return f"\n## {name}\n\n| | {heads} | refused as |\n|{' --- |' * (len(Who) + 2)}\n{lines}\n"


def _marks(of: Permission) -> Iterator[str]:
    yield from ("yes" if who in of.who else "" for who in Who)
