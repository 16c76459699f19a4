"""Numbers that identify a person (NHS number, pupil number, telephone), however their digits are grouped.

Every search goes once through the groups of digits and looks at most fifteen digits ahead of each: its time grows with
the text's length only.
"""

import re
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import NamedTuple

from stdnum.gb import nhs, upn

_DATE = re.compile(
    r"(?<![\d./-])(?:\d{4}([./-])\d{2}\1\d{2}"
    r"|(?:0?[1-9]|[12]\d|3[01])(?:([./-])(?:0?[1-9]|1[0-2])\2(?:(?:19|20)\d\d|\d\d)| (?:0?[1-9]|1[0-2]) (?:19|20)\d\d))"
    r"(?!\d|[./-]\d)"
)
_GROUP = re.compile(r"\d+")
_ENOUGH = re.compile(r"[\dOoIl|](?:[\W_]{0,4}[\dOoIl|]){9}")
"""Ten digits (or letters for them) near each other: hardly any text has them, and else nothing is looked for."""
_APART = re.compile(r"[^\W_]|[+=%\u00a3$\u20ac]")
"""Characters between digits that belong to two numbers: letters, signs of sums and shares, money."""
_MONEY = frozenset("\u00a3$\u20ac")
_LISTED = frozenset(",:;/")
"""Characters between the entries of a list."""
_WIDEST_GAP = 4
_TEN, _ELEVEN, _TWELVE = 10, 11, 12
_MOST_BESIDE = 8
"""The most groups in a number that has other groups beside it. A number with more must be all of its run."""


class _Window(NamedTuple):
    """Some neighbouring groups of digits: `sizes` of the groups; `whole`: no others stand beside them."""

    text: str
    start: int
    end: int
    digits: str
    sizes: tuple[int, ...]
    whole: bool

    def before(self, count: int) -> str:
        """The `count` characters in front of it, in capitals."""
        return self.text[max(0, self.start - count) : self.start].upper()


class _Run(NamedTuple):
    """Groups of digits that stand so near to each other that they may be one number.

    `starts` and `sizes` of the groups; `offsets`: how many digits stand before each, and at last in all.
    """

    text: str
    digits: str
    starts: list[int]
    sizes: list[int]
    offsets: list[int]


def enough(text: str) -> bool:
    """Whether so many digits, or letters that look like them, stand near each other that they may be a number."""
    return _ENOUGH.search(text) is not None


def kinds(text: str) -> Iterator[str]:
    """The kinds of numbers in `text` (as legible.plain makes it) that identify a person; of one number, the first."""
    runs = list(_runs(_DATE.sub(lambda date: "#" * len(date.group()), text)))
    taken = set[int]()
    for kind, totals, holds in _KINDS:
        places = [range(each.start, each.end) for each in _windows(runs, totals) if holds(each)]
        if any(map(taken.isdisjoint, places)):
            yield kind
        taken.update(*places)


def _runs(text: str) -> Iterator[_Run]:
    """Every run of at least ten digits."""
    starts: list[int] = []
    sizes: list[int] = []
    end = 0
    for found in _GROUP.finditer(text):
        start = found.start()
        if starts and (start - end > _WIDEST_GAP or _APART.search(text, end, start)):
            yield from _run(text, starts, sizes)
            starts, sizes = [], []
        end = found.end()
        starts.append(start)
        sizes.append(end - start)
    yield from _run(text, starts, sizes)


def _run(text: str, starts: list[int], sizes: list[int]) -> Iterator[_Run]:
    offsets = [0, *accumulate(sizes)]
    if offsets[-1] >= _TEN:
        digits = "".join(text[start : start + size] for start, size in zip(starts, sizes, strict=True))
        yield _Run(text, digits, starts, sizes, offsets)


def _windows(runs: list[_Run], totals: Callable[[str, str], tuple[int, ...]]) -> Iterator[_Window]:
    """Every row of neighbouring groups that has one of the numbers of digits that `totals` allows.

    `totals` is asked with the three characters in front and the first four digits.
    """
    for text, digits, starts, sizes, offsets in runs:
        place_of = dict(zip(offsets, range(len(offsets)), strict=True))
        for first, start in enumerate(starts):
            offset = offsets[first]
            for total in totals(text[max(0, start - 3) : start], digits[offset : offset + 4]):
                last, fills_run = place_of.get(offset + total), total == len(digits)
                if last is not None and (fills_run or last - first <= _MOST_BESIDE):
                    number, end = digits[offset : offset + total], starts[last - 1] + sizes[last - 1]
                    yield _Window(text, start, end, number, tuple(sizes[first:last]), fills_run)


_NHS_GROUPS = {(10,), (3, 3, 4), (4, 3, 3), (5, 5), (3, 7), (3, 4, 3)}
_SPELLED, _MOST_GROUPS = 6, 5
_NHS_NAMED = re.compile(r"NHS\W{0,3}(?:N(?:O|UM|UMBER)?\b\W{0,3})?(?:(?:IS|WAS)\b)?\W{0,4}$")


def _is_nhs(found: _Window) -> bool:
    """Whether it is an NHS number: its check digit is right and its grouping usual, or "NHS number" is before it."""
    if found.text[found.start - 1 : found.start] in _MONEY:
        return False
    if found.sizes in {(10,), (3, 3, 4)} and _NHS_NAMED.search(found.before(24)):
        return True
    grouped = _spelled(found, _SPELLED) or found.sizes in _NHS_GROUPS or _evenly(found) or "NHS" in found.before(30)
    return grouped and nhs.is_valid(found.digits)


def _spelled(found: _Window, least: int) -> bool:
    """Whether it is a whole run, with at least `least` digits standing alone, and no list (of scores, say)."""
    between = _GROUP.split(found.text[found.start : found.end])[1:-1]
    listed = all(_LISTED.intersection(each) for each in between)
    return found.whole and found.sizes.count(1) >= least and not listed


def _evenly(found: _Window) -> bool:
    """Whether it is a whole run of two to five groups with the same single character between them, as no list has."""
    if not found.whole or not 1 < len(found.sizes) <= _MOST_GROUPS:
        return False
    between = _GROUP.sub("", found.text[found.start : found.end])
    return len(between) == len(found.sizes) - 1 and len(set(between)) == 1 and between[0] not in _LISTED


_LETTER = re.compile(r"(?:^|[^A-Z]|UPN|NUMBER|PUPIL|NO|ID|REF)([A-Z])[^A-Z0-9]{0,2}$")
_SERIES = re.compile(r"[^A-Za-z0-9]?([A-HJ-NP-RT-Za-hj-np-rt-z])(?![A-Za-z0-9])")


def _is_upn(found: _Window) -> bool:
    """Whether it is a pupil number: a check letter, then twelve digits or (a temporary one) eleven and a letter.

    stdnum's list of authorities is old, so it isn't asked about the authority. After "UPN" the letter needn't be right.
    """
    letter = _LETTER.search(found.before(16))
    if letter is None:
        return False
    number = found.digits
    if len(number) == _ELEVEN and (series := _SERIES.match(found.text, found.end)):
        number += series.group(1).upper()
    if len(number) != _TWELVE:
        return False
    return "UPN" in found.before(20) or bool(letter.group(1) == upn.calc_check_digit(number))


_NATIONAL = re.compile(r"0(?:[1-35789]\d{9}|1\d{8}|800\d{6}|845\d{6}|500\d{6})")
_CALLED = re.compile(
    r"\b(?:TEL|TELEPHONE|PHONE|PHONED|MOB|MOBILE|CELL|CALL|CALLED|RING|RANG|TEXT|TEXTED|T|M)\b\W{0,12}"
)
_PAIR, _CODE = 2, 3
_TIMES_OF_DAY = re.compile(r"(?:[01]\d|2[0-3])[0-5]\d(?:[01]\d|2[0-3])[0-5]\d")


def _is_phone(found: _Window) -> bool:
    """Whether it is a phone number: British with 0, +44, 0044 or 44 (or called so, from 7 on), or any after a +."""
    digits, before = found.digits, found.text[max(0, found.start - 2) : found.start]
    plus = before.endswith("+") or before == "+ "
    if digits.startswith("7") and not plus:
        return len(digits) == _TEN and digits[1] != "0" and _CALLED.search(found.before(20)) is not None
    grouped = plus or max(found.sizes) >= _CODE  # as hours, minutes and decimals aren't
    for prefix, said in (("0044", grouped), ("44", plus or (digits[2:3] == "7" and _abroad(found)))):
        if said and digits.startswith(prefix):
            after_prefix = digits.removeprefix(prefix)
            return _NATIONAL.fullmatch(after_prefix if after_prefix.startswith("0") else f"0{after_prefix}") is not None
    if before.endswith("+") and not digits.startswith("0"):
        return _possible(digits)
    return _NATIONAL.fullmatch(digits) is not None and _dialled(found)


def _possible(digits: str) -> bool:
    """Whether a country has numbers that begin so and are so long."""
    import phonenumbers  # slow to load, and hardly any text holds such a number

    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(f"+{digits}", None)))
    except phonenumbers.NumberParseException:
        return False


def _abroad(found: _Window) -> bool:
    """Whether a 44 without a + is the country's code: it doesn't stand by itself before small numbers."""
    return found.sizes[0] > _PAIR or found.sizes[1] > _CODE


def _dialled(found: _Window) -> bool:
    """Whether digits that could be a British number are grouped as one, not as times or a list."""
    first, *rest = found.sizes
    if len(found.digits) == _TEN:
        return first in {5, 10} or (first == len("0800") and not found.digits.startswith("01"))
    if first == 1:
        return _spelled(found, (len(found.sizes) + 1) // 2) or rest[0] >= _CODE
    if first == _PAIR:
        return rest[0] >= _CODE or (found.whole and found.digits.startswith("07"))
    return not (found.sizes[:2] == (4, 4) and _TIMES_OF_DAY.match(found.digits))


def _phone_totals(before: str, digits: str) -> tuple[int, ...]:
    """How many digits a telephone number may have that begins so."""
    if before.endswith(("+", "+ ")):
        return tuple(range(_TEN, 16))
    if digits == "0044":
        return (13, 14, 15)
    if digits.startswith("44"):
        return (12, 13)
    if digits.startswith("0"):
        return () if digits[1:2] in {"0", "4", "6"} else (_TEN, _ELEVEN)  # no area's or service's number begins so
    return (_TEN,) if digits.startswith("7") else ()


def _upn_totals(before: str, _: str) -> tuple[int, ...]:
    """Twelve digits, or eleven and a letter, where a letter stands shortly before."""
    return (_ELEVEN, _TWELVE) if any(map(str.isalpha, before)) else ()


_KINDS = (
    ("an NHS number", lambda *_: (_TEN,), _is_nhs),
    ("a unique pupil number", _upn_totals, _is_upn),
    ("a phone number", _phone_totals, _is_phone),
)
"""Kind, how many digits it may have, and what tells it from what only looks so."""
