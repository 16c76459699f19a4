"""Identifiers must not enter: what is refused in free text, and what is asked about.

Refused is what has a check or a firm shape; asked about is what only looks so. Names can't be found reliably; no such
claim is made.
"""

from collections.abc import Iterator, Mapping

from audit.errors import Refused
from audit.identifiers import id_numbers, legible, patterns, possible


def find(text: str) -> str | None:
    """The kind of an identifier found in `text` that is refused ("an NHS number"), or None."""
    return find_in(legible.plain(text))


def find_in(plain: str) -> str | None:
    """As `find`, in what legible.plain made of a text."""
    plain = legible.dotted(plain)
    return patterns.find(plain) or next((kind for each in _readings(plain) if (kind := id_numbers.find(each))), None)


def _readings(plain: str) -> Iterator[str]:
    """The ways to read a text in which there may be a number."""
    if id_numbers.enough(plain):
        yield from dict.fromkeys((plain, legible.as_digits(plain)))
    said = legible.spoken(plain)
    if said and id_numbers.enough(said):
        yield said


def asks(text: str) -> list[tuple[str, str]]:
    """What may be an identifier in `text`: the kind of each ("a street address"), and how it reads."""
    return asks_in(legible.plain(text))


def asks_in(plain: str) -> list[tuple[str, str]]:
    """As `asks`, in what legible.plain made of a text."""
    return list(possible.find(legible.dotted(plain)))


def refuse(found: Mapping[str, str]) -> None:
    """Refuse fields (field -> the kind of identifier in it) in words; nothing if there are none."""
    fields = {
        field: f"This seems to contain {kind}. Please take it out: nothing that identifies a person is kept here."
        for field, kind in found.items()
    }
    if fields:
        raise Refused(next(iter(fields.values())), fields=fields)
