"""Identifiers must not enter: what is refused in free text, and what is asked about.

Refused is what has a check or a firm shape; asked about is what only looks so. Names can't be found reliably; no such
claim is made.
"""

from collections.abc import Iterator, Mapping, Sequence

from audit.errors import Refused
from audit.identifiers import id_numbers, legible, patterns, possible


def find(text: str) -> str | None:
    """The kind of an identifier found in `text` that is refused ("an NHS number"), or None."""
    return next(kinds(legible.plain(text)), None)


def kinds(plain: str) -> Iterator[str]:
    """The kinds of identifiers that are refused, in what legible.plain made of a text; some more than once."""
    plain = legible.dotted(plain)
    yield from patterns.kinds(plain)
    if id_numbers.enough(plain):
        for each in dict.fromkeys((plain, legible.as_digits(plain))):
            yield from id_numbers.kinds(each)
    spelled = legible.spelled(plain)
    said = legible.spoken(spelled) or spelled
    if said != plain:
        yield from patterns.kinds(said)
        yield from patterns.spelled(said)
        if id_numbers.enough(said):
            yield from id_numbers.kinds(said)


def asks(text: str) -> list[tuple[str, str]]:
    """What may be an identifier in `text`: the kind of each ("a street address"), and how it reads."""
    return asks_in(legible.plain(text))


def asks_in(plain: str) -> list[tuple[str, str]]:
    """As `asks`, in what legible.plain made of a text."""
    plain = legible.dotted(plain)
    said = legible.spoken(plain)
    return list(dict.fromkeys([*possible.find(plain), *(possible.find_said(said) if said else ())]))


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
