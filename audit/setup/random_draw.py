"""Drawing a stratified random sample that anybody can reproduce.

Within an area, references are sorted by SHA-256("seed:reference") and the first ones are drawn, so neither the order of
the list nor this software influences the draw (docs/sampling.md).
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence

from audit.pasted import Bad, Unreadable, cells, comparable_name, numbered
from audit.setup.case_list import HEADINGS, NameableAgencies, reference_and_area, require_once
from storage.people import WHOLE

_LETTERS = "abcdefghjkmnpqrstuvwxyz"


def fresh_seed() -> str:
    """Twelve random letters; no digits, so that they can't be mistaken for an identifier."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def draw(references: Iterable[str], seed: str, count: int) -> tuple[str, ...]:
    """`count` of the references (all, if there are fewer), in the order in which they are drawn."""
    return tuple(sorted(references, key=lambda reference: (_rank(seed, reference), reference))[:count])


def _rank(seed: str, reference: str) -> str:
    return hashlib.sha256(f"{seed}:{reference}".encode()).hexdigest()


def list_hash(listed: Mapping[str, Iterable[str]]) -> str:
    """SHA-256 of a list (area -> references), whatever the order of its lines: of “reference,area” lines, sorted.

    In a cycle without areas, a line is just the reference.
    """
    lines = sorted(f"{each},{area}" if area else each for area, references in listed.items() for each in references)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read(texts: Sequence[str], known: NameableAgencies) -> tuple[dict[str, list[str]], list[Bad]]:
    """Area (as `known` has it) -> references in a list, and the bad lines, numbered through all of its `texts`."""
    listed: dict[str, list[str]] = {}
    faulty: list[Bad] = []
    first: dict[str, int] = {}
    for place, (number, line) in enumerate(numbered("\n".join(texts))):
        try:
            parts = cells(line)
            if place == 0 and comparable_name(parts[0]) in HEADINGS:
                continue
            reference, area = _line(parts, known)
            require_once(reference, number, first)
        except Unreadable as why:
            faulty.append(Bad(number, str(why)))
        else:
            listed.setdefault(area, []).append(reference)
    return listed, faulty


def _line(found: Sequence[str], known: NameableAgencies) -> tuple[str, str]:
    alone = WHOLE in known.areas
    if any(found[1 if alone else 2 :]):
        more = "a reference" if alone else "a reference and an area"
        raise Unreadable(f"it has more than {more}: please leave everything else out")
    return reference_and_area(found, known)
