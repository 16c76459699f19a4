"""Drawing a stratified random sample, so that anybody can draw it again.

Within an area, references are put in the order of SHA-256("seed:reference"), and the first ones are taken; so neither
the order of the list nor this software decides (docs/sampling.md).
"""

import hashlib
import secrets
from collections.abc import Iterable, Mapping, Sequence

from audit.pasted import Bad, Unreadable, cells, numbered, plain
from audit.setup.case_list import HEADINGS, NameableAgencies, once, reference_and_area
from storage.people import WHOLE

_LETTERS = "abcdefghjkmnpqrstuvwxyz"


def fresh_seed() -> str:
    """Twelve letters of chance; no digits, so that no identifier can come of it."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))


def draw(references: Iterable[str], seed: str, count: int) -> tuple[str, ...]:
    """`count` of the references (all, if there are fewer), in the order in which they are drawn."""
    return tuple(sorted(references, key=lambda reference: (_rank(seed, reference), reference))[:count])


def _rank(seed: str, reference: str) -> str:
    return hashlib.sha256(f"{seed}:{reference}".encode()).hexdigest()


def list_hash(listed: Mapping[str, Iterable[str]]) -> str:
    """SHA-256 of a list (area -> references), whatever the order of its lines: each “reference,area”, sorted.

    Where there are no areas, a line is the reference alone.
    """
    lines = sorted(f"{each},{area}" if area else each for area, references in listed.items() for each in references)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def read(texts: Sequence[str], known: NameableAgencies) -> tuple[dict[str, list[str]], list[Bad]]:
    """Area (as `known` has it) -> references of a list, and the lines that hold none, counted through all boxes."""
    listed: dict[str, list[str]] = {}
    bad: list[Bad] = []
    first: dict[str, int] = {}
    for place, (number, line) in enumerate(numbered("\n".join(texts))):
        try:
            found = cells(line)
            if place == 0 and plain(found[0]) in HEADINGS:
                continue
            reference, area = _line(found, known)
            once(reference, number, first)
        except Unreadable as why:
            bad.append(Bad(number, str(why)))
        else:
            listed.setdefault(area, []).append(reference)
    return listed, bad


def _line(found: Sequence[str], known: NameableAgencies) -> tuple[str, str]:
    alone = WHOLE in known.areas
    if any(found[1 if alone else 2 :]):
        more = "a reference" if alone else "a reference and an area"
        raise Unreadable(f"it has more than {more}: please leave everything else out")
    return reference_and_area(found, known)
