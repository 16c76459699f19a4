"""Text as a cell can hold it: cleaned of what no cell takes, and shortened where it is too long."""

import re

CELL_LIMIT = 50_000
"""How many characters Google lets a cell hold; counted here as UTF-16 units, the strictest reading."""

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` with plain line ends, no control characters, lone surrogates replaced, no spaces at the end.

    What Google would change by itself is changed here first, so that reading back gives what was written.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return _SURROGATES.sub("\ufffd", _UNFIT.sub("", text)).rstrip()


def fit(text: str, whole: str) -> str:
    """`text` cleaned and, if no cell holds all of it, cut with a pointer to the `whole` of it."""
    text = clean(text)
    if _units(text) <= CELL_LIMIT:
        return text
    pointer = f"\n[shortened: {whole}]"
    room = (CELL_LIMIT - _units(pointer)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + pointer


def parts(text: str) -> list[str]:
    """`text` cleaned, in as many pieces as it takes for each to fit in a cell; at least one."""
    encoded = clean(text).encode("utf-16-le")
    pieces: list[str] = []
    at = 0
    while at < len(encoded) or not pieces:
        piece = encoded[at : at + CELL_LIMIT * 2].decode("utf-16-le", errors="ignore")
        pieces.append(piece)
        at += max(len(piece.encode("utf-16-le")), 2)
    return pieces


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
