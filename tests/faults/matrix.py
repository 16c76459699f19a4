"""The faults that the product withstands, by number; a test for one has its number in its name: `test_fault_07_...`."""

import re
import sys
from collections import defaultdict
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parents[1]
BOTH: Final = ("sqlite", "postgresql")

FAULTS: Final = {
    1: ("A forged, missing or garbled signature or timestamp", "401, nothing done, no 5xx"),
    2: ("An old timestamp; a replay inside its five minutes", "401; the same answer and no second effect"),
    3: ("Oversize, deep, half-sent, nonsensical", "4xx, no effect, nobody else waits"),
    4: ("Slack's retries, double clicks, 50 copies at once", "one return, one effect"),
    5: ("Two leads at one return", "no lost update; the second sees so and keeps their text"),
    6: ("A form that has gone stale", "refused in words, the text kept"),
    7: ("No role; a tampered value or record", "denied and recorded"),
    8: ("Not registered, no longer, or of another workspace", "denied by every listener"),
    9: ("One agency reads another", "never before the release"),
    10: ("Archived, not in the channel, refused, gone", "set aside, told once, the return stands"),
    11: ("Slack's 429, 5xx, resets, hangs, HTML", "waits as asked; the order kept; once"),
    12: ("Slack away until the summaries are due", "delivers once, in order"),
    13: ("Google's trouble; what people do to the sheet", "each row once in the end"),
    14: ("A time-out after it was done", "no second message, no second row"),
    15: ("The database locked, restarted, full", "“not saved” in time, nothing saved later"),
    16: ("Kill -9 anywhere", "nothing acknowledged is lost, nothing is doubled"),
    17: ("SIGTERM, a deploy", "ends within 30 seconds, what is under way is done"),
    18: ("The clock: summer time, 29 February, leaps", "each reminder once, in working hours"),
    19: ("Formulas in what people write", "text"),
    20: ("Mentions and links in what people write", "inert"),
    21: ("Emoji, right-to-left, NUL, surrogates", "comes back as typed, or cleaned at the door"),
    22: ("The largest form", "within Slack's limits"),
    23: ("Identifiers in free text", "named and refused, or asked about"),
    24: ("Content in logs", "none, at DEBUG"),
    25: ("Missing, malformed or rotated secrets", "no start, in words; a rotation loses nothing"),
    26: ("A backup put back", "the same rows, silent until a person speaks"),
    27: ("A purge; a legal hold", "found nowhere; held back"),
    28: ("An older database", "upgraded, also after an interruption"),
    29: ("SQL, paths, XML", "inert or refused"),
    30: ("A wrong key; sealed text that was swapped or changed", "refused and named"),
    31: ("A dependency with a known hole", "the check fails"),
}
"""Number -> the fault, and what must be seen then."""


def numbers(test: str) -> tuple[int, ...]:
    """The numbers of the faults in a test's name: `test_fault_02_04_copies` -> (2, 4)."""
    found = re.match(r"test_fault((?:_\d\d)+)_", test)
    return tuple(int(each) for each in found[1].strip("_").split("_")) if found else ()


def proofs() -> dict[int, list[str]]:
    """Number of a fault -> its tests' node ids."""
    found: dict[int, list[str]] = defaultdict(list)
    for path in sorted(TESTS.rglob("test_*.py")):
        for name in re.findall(r"^def (test_fault_\w+)", path.read_text(), re.MULTILINE):
            for number in numbers(name):
                found[number].append(f"{path.relative_to(TESTS.parent)}::{name}")
    return found


def table() -> str:
    """The faults and their tests as a Markdown table; printed by `python -m tests.faults.matrix`."""
    lines = ["| # | fault | then | proved by |", "| --- | --- | --- | --- |"]
    tests = proofs()
    for number, (fault, then) in FAULTS.items():
        named = "<br>".join(f"`{each.removeprefix('tests/')}`" for each in tests[number])
        lines.append(f"| {number} | {fault} | {then} | {named} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
