"""Text as a cell can hold it: without characters that no cell accepts, and shortened if it is too long."""

import re

CELL_LIMIT = 50_000
"""Google's maximum number of characters in a cell; counted here as UTF-16 units, the strictest reading."""

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATES = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """`text` with plain line ends, without control characters and trailing space, lone surrogates replaced.

    What Google would change by itself is changed here first, so that reading back gives what was written.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").replace("\x0c", "\n")
    return _SURROGATES.sub("\ufffd", _UNFIT.sub("", text)).rstrip()


def fit(text: str, whole: str) -> str:
    """`text`, cleaned and, if it exceeds a cell's limit, cut; `whole` says where to read all of it."""
    text = clean(text)
    if _units(text) <= CELL_LIMIT:
        return text
    pointer = f"\n[shortened: {whole}]"
    room = (CELL_LIMIT - _units(pointer)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + pointer


def parts(text: str) -> list[str]:
    """`text`, cleaned and split into as few pieces as fit into cells; at least one."""
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
