"""A board's own reference numbers, described by masks."""

import re

MASK = re.compile(r"[A-Za-z9? ./-]{5,30}")
_FEWEST_DIGITS = 4


def local(masks: str) -> tuple[re.Pattern[str], ...]:
    """Patterns for a board's own reference numbers, from masks separated by commas. ValueError says what is wrong.

    In a mask, 9 is any digit and ? any letter; other letters stand for themselves, in either case. Spaces, dots,
    slashes and hyphens don't matter: between any two characters, one that is no letter or digit may stand.
    """
    return tuple(_pattern(mask.strip()) for mask in masks.split(",") if mask.strip())


def _pattern(mask: str) -> re.Pattern[str]:
    if not MASK.fullmatch(mask) or mask.count("9") < _FEWEST_DIGITS:
        raise ValueError(
            "each pattern has 5 to 30 characters: 9 for a digit (at least four), ? for a letter, other letters for"
            " themselves, and space . / - between them, such as LCS999999"
        )
    each = {"9": r"\d", "?": "[A-Za-z]", " ": r"[\W_]?", ".": r"[\W_]?", "/": r"[\W_]?", "-": r"[\W_]?"}
    body = r"[\W_]?".join(each.get(character, character) for character in mask if character not in " ./-")
    return re.compile(rf"(?<![A-Za-z0-9]){body}(?![A-Za-z0-9])", re.IGNORECASE)
