"""Identifiers must not enter: what is refused in free text, and what is asked about.

Refused is what has a check or a firm shape; asked about is what only looks so. Names can't be found reliably; no such
claim is made.
"""

from collections.abc import Mapping

from audit.errors import Refused
from audit.identifiers import id_numbers, legible, patterns, possible


def find(text: str) -> str | None:
    """The kind of an identifier found in `text` that is refused ("an NHS number"), or None."""
    plain = legible.plain(text)
    readings = dict.fromkeys((plain, legible.as_digits(plain), legible.spoken(plain) or plain))
    return patterns.find(plain) or next((kind for each in readings if (kind := id_numbers.find(each))), None)


def asks(text: str) -> list[tuple[str, str]]:
    """What may be an identifier in `text`: the kind of each ("a street address"), and how it reads."""
    return list(possible.find(legible.plain(text)))


def screen(answers: Mapping[str, str]) -> None:
    """Refuse answers (field -> text) in which an identifier is found, naming field and kind, never the identifier."""
    refuse({field: kind for field, text in answers.items() if (kind := find(text))})


def refuse(found: Mapping[str, str]) -> None:
    """Refuse fields (field -> the kind of identifier in it) in words; nothing if there are none."""
    fields = {
        field: f"This seems to contain {kind}. Please take it out: nothing that identifies a person is kept here."
        for field, kind in found.items()
    }
    if fields:
        raise Refused(next(iter(fields.values())), fields=fields)
