"""The earlier texts of a finding or recommendation, shown below the form that changes it."""

import json

from audit.findings.earlier_text import Rewordings
from views.parts import Block, context, count_of, divider, escape, section, verbatim
from views.words import stamp

_ROOM = 60_000
"""The most bytes for earlier texts, of the 250 KB that a view may have; the form says how many others are stored."""


def earlier(rewordings: Rewordings | None) -> list[Block]:
    """The earlier wordings, newest first, each with its author and time; empty if there is none."""
    if rewordings is None or not rewordings.earlier:
        return []
    blocks: list[Block] = []
    shown = 0
    for each in rewordings.earlier:
        wording = [context(f"{escape(each.by)}, {stamp(each.at, rewordings.now)}"), *verbatim(each.text)]
        if shown and len(json.dumps([*blocks, *wording])) > _ROOM:
            break
        blocks += wording
        shown += 1
    left = rewordings.kept - shown
    more = [context(f"and {count_of(left, 'earlier one is', 'earlier ones are')} kept.")] if left else []
    return [divider(), section("*What it said before, the newest first*"), *blocks, *more]
