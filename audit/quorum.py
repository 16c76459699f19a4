"""Quorums: how many of the agencies that sent a return must take a position for a judgement to be theirs."""

import re

ALL, DEFAULT = "all", "50%"
_NUMBER, _SHARE = re.compile(r"[1-9][0-9]?"), re.compile(r"([1-9][0-9]?|100)%")


def rule(text: str) -> str:
    """A rule as it is stored: "all", a number, or a share such as "50%". ValueError for anything else, 0 included."""
    kept = "".join(text.split()).casefold()
    if kept == ALL or _NUMBER.fullmatch(kept) or _SHARE.fullmatch(kept):
        return kept
    raise ValueError("a quorum is “all”, a number from 1 to 99, or a share from 1% to 100%")


def needed(kept: str, contributing: int) -> int:
    """How many of the contributing agencies make the quorum; at least 1, since nobody is no quorum."""
    if kept == ALL:
        return max(contributing, 1)
    if kept.endswith("%"):
        return max(-(-contributing * int(kept[:-1]) // 100), 1)
    return int(kept)


def in_words(kept: str) -> str:
    """The rule in words: "all of the agencies that sent a return"."""
    amount = {ALL: "all"}.get(kept) or (f"at least {kept}")
    return f"{amount} of the agencies that sent a return"
