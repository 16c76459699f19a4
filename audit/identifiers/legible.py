"""Text as a person reads it, however its characters are written, so that identifiers can be searched for in it."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_ALIKE = str.maketrans(
    "\u0410\u0412\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0421\u0422\u0425\u0423\u0405\u0408"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
    "\u0130"
    "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u3002",
    "ABEHIKMOPCTXYSJaeopcyxijABEZHIKMNOPTYXoI-------.",
)
"""Cyrillic and Greek letters that look like Latin ones, a dotted I, all dashes, and the East Asian full stop."""
_UNSEEN = {"Cf", "Mn", "Me"}
"""Unicode categories of characters that are invisible, or that combine with other characters."""

_SPACES = re.compile(r"[^\S\n](?:[^\S\n]+|(?<! ))")
_LETTER_DIGITS = str.maketrans("OoIl|", "00111")
_BRACKETED = re.compile(r"\([Oo]\)")
"""The zero that is left out after a country's dialling code."""
_MIXED = re.compile(r"[0-9OoIl|]{2,}")
_BESIDE = re.compile(r"\d[OoIl|]{0,3}[\W_]{1,3}$"), re.compile(r"[\W_]{1,3}[OoIl|]{0,3}\d")
"""A digit shortly before, and one shortly after."""
_SHORTEST = 3

_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_TEENS = "ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
_VALUES = {
    **dict.fromkeys(("zero", "nought", "naught", "oh", "o"), 0),
    **{word: value for value, word in enumerate(f"{_UNITS}|{_TEENS}".split("|"), 1)},
    **{word: value * 10 for value, word in enumerate(_TENS.split("|"), 2)},
}
_WORD = rf"zero|nought|naught|oh|(?:(?:{_TENS})(?:[ -](?:{_UNITS})\b)?|{_TEENS}|{_UNITS})(?: hundred)?"
_SPOKEN = re.compile(
    rf"\b(?=[dtznosef\d])(?:(double|treble|triple)[\s-]{{1,2}})?({_WORD}|o(?=[\s,-]{{1,2}}(?:{_WORD}|o|double|treble|triple)\b)"
    rf"|(?<=(?:one|two|ree|our|ive|six|ven|ght|ine|ero)[\s,-])o"
    rf"|(?<=[Dd]ouble )\d|(?<=[Tt]riple )\d|(?<=[Tt]reble )\d)\b",
    re.IGNORECASE,
)
_NAMED = frozenset((*_VALUES, "double", "treble", "triple"))
"""Every text that names digits contains one of these. Testing for that is faster than searching for all digits."""
_WORDS = re.compile(r"[^\W\d_]+")
_BREAKS = str.maketrans({each: " " for each in map(chr, range(128)) if not each.isalpha()})
"""ASCII characters that end a word."""
_TIMES = {"": 1, "double": 2, "treble": 3, "triple": 3}
_SAID = "\0"
"""A temporary mark after each digit that was a word."""
_APART = re.compile(rf"{_SAID}[\s-](?=\d{{1,4}}{_SAID})")
_PART_OF = (
    re.compile(
        r"(?:\d[\W_]{1,3}|\b[A-Z]\w*[ -]|\b(?i:at|number|no\.?|address(?: is|:)?|flat \w{1,4},)\s)\d{1,4}$|\d\d$"
    ),
    re.compile(r"[\W_]{0,3}\d|[ -]?[A-Z]"),
)
"""What stands before and after a digit that was a word and may be part of a number: digits, capitals, a house."""
_LETTERS = (
    "alpha|alfa|bravo|charlie|delta|echo|foxtrot|golf|hotel|india|juliet|juliett|kilo|lima|mike|november|oscar|papa"
    "|quebec|romeo|sierra|tango|uniform|victor|whiskey|whisky|xray|yankee|zulu"
)
_SPELLED = re.compile(rf"\b(?:{_LETTERS}|x-ray)\b", re.IGNORECASE)
_SPELLING = frozenset((*_LETTERS.split("|"), "ray"))
"""Every text that spells letters contains one of these. It is tested as with _NAMED."""


class Legible(NamedTuple):
    """A text with variants of characters unified (`plain`), and with words turned into digits and letters (`said`).

    `said` is None if no words stand for digits or letters.
    """

    plain: str
    said: str | None


def plain(text: str) -> str:
    """`text` with variants of spaces, dashes, letters and digits unified, and without invisible characters.

    Consecutive spaces, tabs included, become one space. Line ends stay.
    """
    if not text.isascii():
        text = "".join(map(_read, text)).translate(_ALIKE)
    return _SPACES.sub(" ", text.replace("\r\n", "\n"))


def dotted(text: str) -> str:
    """`text` with the dotless i of Turkish names replaced by i."""
    return text.replace("\u0131", "i")


@lru_cache(maxsize=4096)
def _read(character: str) -> str:
    """A character as it is read: a digit of any script as that digit, a ligature as its letters, combining marks as "".

    Characters that stand for more (a fraction, an Arabic phrase) stay unchanged, so that a text hardly grows.
    """
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    normalised = unicodedata.normalize("NFKC", character)
    if len(normalised) > 1 and not (normalised.isascii() and normalised.isalpha()):
        return character
    return "".join(each for each in normalised if unicodedata.category(each) not in _UNSEEN)


def as_digits(text: str) -> str:
    """`text` with letters that look like digits (O, o, I, l, |) replaced by these where they stand among digits."""
    return _MIXED.sub(_among_digits, _BRACKETED.sub("(0)", text))


def _among_digits(found: re.Match[str]) -> str:
    mixed, text = found.group(), found.string
    digits = sum(each.isdigit() for each in mixed)
    alone = not (text[found.start() - 1 : found.start()].isalpha() or text[found.end() : found.end() + 1].isalpha())
    before, behind = _BESIDE
    if alone and not digits:
        beside = before.search(text, max(0, found.start() - 8), found.start()) or behind.match(text, found.end())
        near = beside is not None
    else:
        near = bool(digits) and (alone or (len(mixed) >= _SHORTEST and digits * 3 >= len(mixed)))
    return mixed.translate(_LETTER_DIGITS) if near else mixed


def read(text: str) -> Legible:
    """A text in the form in which identifiers are searched for."""
    as_written = plain(text)
    return Legible(as_written, spoken_as_digits(dotted(as_written)))


def spoken_as_digits(text: str) -> str | None:
    """`text` with words turned into digits and letters ("double seven" into 77, "forty-two" into 42, "Bravo" into B).

    Consecutive words become one group of digits, as if the text had been written in digits. None if there are no such
    words, or none that could be part of an identifier ("one of them, in two weeks").
    """
    words = _WORDS.findall(text.lower()) if not text.isascii() else text.lower().translate(_BREAKS).split()
    spelled = text if _SPELLING.isdisjoint(words) else _SPELLED.sub(lambda word: word.group()[0].upper(), text)
    if _NAMED.isdisjoint(words):
        return None if spelled is text else spelled
    marked = _SPOKEN.sub(_as_said, spelled)
    if spelled is text and not any(_is_part(marked, each.start()) for each in re.finditer(_SAID, marked)):
        return None
    return _APART.sub("", marked).replace(_SAID, "")


def _is_part(marked: str, at: int) -> bool:
    before, behind = _PART_OF
    return bool(behind.match(marked, at + 1) or before.search(marked, max(0, at - 30), at))


def _as_said(found: re.Match[str]) -> str:
    times, word = found.groups(default="")
    *_, last = parts = re.split("[ -]", word.lower())
    value = sum(_VALUES.get(part, 0) for part in parts)
    digits = word if word.isdigit() else f"{value}{'00' if last == 'hundred' else ''}"
    return f"{digits}{_SAID}" * _TIMES[times.lower()]
