"""Identifiers must not enter: what is refused in free text, and what is asked about.

Refused is what has a check or a firm shape; asked about is what only looks so. Names can't be found reliably; no such
claim is made.
"""

from collections.abc import Iterator, Mapping, Sequence

from audit.errors import Refused
from audit.identifiers import id_numbers, legible, patterns, possible
from audit.identifiers.legible import Legible


def find(text: str) -> str | None:
    """The kind of an identifier found in `text` that is refused ("an NHS number"), or None."""
    return next(kinds(legible.read(text)), None)


def kinds(text: Legible) -> Iterator[str]:
    """The kinds of identifiers that are refused; some more than once."""
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
    """What may be an identifier in `text`: the kind of each ("a street address"), and how it reads."""
    return asks_in(legible.read(text))


def asks_in(text: Legible) -> list[tuple[str, str]]:
    """As `asks`, in a text that was read."""
    found = possible.find(legible.dotted(text.plain))
    return list(dict.fromkeys([*found, *(possible.find_said(text.said) if text.said is not None else ())]))


def in_words(kinds: Sequence[str]) -> str:
    """One or more kinds, as a sentence names them: "an NHS number, a postcode and a phone number"."""
    *most, last = kinds
    return f"{', '.join(most)} and {last}" if most else last


def refuse(found: Mapping[str, str]) -> None:
    """Refuse fields (field -> the kinds of identifiers in it, in words); nothing if there are none."""
    fields = {
        field: f"This seems to contain {kind}. Please take it out: nothing that identifies a person is kept here."
        for field, kind in found.items()
    }
    if fields:
        raise Refused(next(iter(fields.values())), fields=fields)
