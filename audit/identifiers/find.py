"""Identifiers must not be stored: which are refused in free text, and which are asked about.

Identifiers with a check digit or a firm shape are refused; what only looks like one is asked about. Names can't be
found reliably, and there is no claim to.
"""

from collections.abc import Iterator, Mapping, Sequence

from audit.errors import Refused
from audit.identifiers import id_numbers, legible, patterns, possible
from audit.identifiers.legible import Legible


def find(text: str) -> str | None:
    """The kind of a refused identifier in `text` ("an NHS number"), or None."""
    return next(kinds(legible.read(text)), None)


def kinds(text: Legible) -> Iterator[str]:
    """The kinds of refused identifiers in a text. The same kind may occur more than once."""
    plain, said = legible.dotted(text.plain), text.said
    yield from patterns.kinds(plain)
    if id_numbers.enough(plain):
        for each in dict.fromkeys((plain, legible.as_digits(plain))):
            yield from id_numbers.kinds(each)
    if said is not None:
        yield from patterns.kinds(said)
        yield from patterns.spelled(said)
        if id_numbers.enough(said):
            yield from id_numbers.kinds(said)


def asks(text: str) -> list[tuple[str, str]]:
    """(kind, text as found) of everything in `text` that may be an identifier, for example "a street address"."""
    return asks_in(legible.read(text))


def asks_in(text: Legible) -> list[tuple[str, str]]:
    """The same as `asks`, for a text that has been read already."""
    found = possible.find(legible.dotted(text.plain))
    return list(dict.fromkeys([*found, *(possible.find_said(text.said) if text.said is not None else ())]))


def in_words(kinds: Sequence[str]) -> str:
    """One or more kinds within a sentence: "an NHS number, a postcode and a phone number"."""
    *most, last = kinds
    return f"{', '.join(most)} and {last}" if most else last


def refuse(found: Mapping[str, str]) -> None:
    """Refused at each field in `found` (field -> kinds of identifiers in it, in words); nothing if it is empty."""
    fields = {
        field: f"This seems to contain {kind}. Please take it out: nothing that identifies a person is kept here."
        for field, kind in found.items()
    }
    if fields:
        raise Refused(next(iter(fields.values())), fields=fields)
