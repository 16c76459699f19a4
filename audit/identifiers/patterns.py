"""Identifiers with a firm shape: e-mail addresses, postcodes, National Insurance numbers, a board's own references.

Every repetition is bounded and none is nested, so a search takes time linear in the text's length.
"""

import re
from collections.abc import Iterable, Iterator

_OPENS, _CLOSES = r"[(\[{<*]\s?", r"\s?[)\]}>*]"
_AT = re.compile(rf"(\s?)(@|{_OPENS}at{_CLOSES}|(?<=\s)at(?=\s))(\s?)", re.IGNORECASE)
_LOCAL = re.compile(r"[\w.+'-]")
_LABEL = r"[\w-]{1,63}"
_END = r"[^\W\d_]{2,63}"
_KNOWN_END = r"(?:com|org|net|uk|gov|nhs|police|sch|edu|eu|ie|info|io|example|wales|scot)\b"
_SIGNS = re.compile(rf"[@(\[{{<*d.](?:(?<=@)|(?<=[(\[{{<*])\s?at|(?<=d)ot|(?<=\.){_KNOWN_END})")
"""In lower case, every text with an e-mail address contains one of these. Plain "at" isn't among them: it is too
common.
"""
_DOT = rf"(?:\s?{_OPENS}dot{_CLOSES}\s?|\sdot\s)"
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,5}}?\.{_END}")
_LOOSE = re.compile(rf"{_LABEL}(?:\s?\.{_LABEL}){{0,5}}?\s?\.{_END}")
_KNOWN = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,5}}?\.{_KNOWN_END}", re.IGNORECASE)
_WORDED = re.compile(rf"{_LABEL}(?:(?:{_DOT}|\.){_LABEL}){{0,4}}?{_DOT}{_END}", re.IGNORECASE)
_WORDED_KNOWN = re.compile(rf"{_LABEL}(?:(?:{_DOT}|\.){_LABEL}){{0,4}}?{_DOT}{_KNOWN_END}", re.IGNORECASE)


_MAILBOXES = re.compile(
    r"(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|btinternet)\.(?:com|co\.uk)\b", re.IGNORECASE
)
"""Domains with people's mailboxes only, so that any word before "at" is an address."""


def _is_email(found: re.Match[str]) -> bool:
    """Whether an @ (in any form) has something before it and a domain after. Loose spacing needs a stricter domain."""
    text, (space, sign, gap) = found.string, found.groups()
    if not _LOCAL.match(text[found.start() - 1 : found.start()]):
        return False
    if sign.lower() == "at":
        *_, name = text[max(0, found.start() - 40) : found.start()].split()
        patterns = [_WORDED_KNOWN, _KNOWN if re.search(r"[._\d]", name) else _MAILBOXES]
    elif space and gap:
        patterns = [_KNOWN, _WORDED]
    else:
        patterns = [_DOMAIN if gap else _LOOSE, _WORDED]
    return any(pattern.match(text, found.end()) for pattern in patterns)


_AREAS = (
    "AB|AL|BA|BB|BD|BF|BH|BL|BN|BR|BS|BT|BX|CA|CB|CF|CH|CM|CO|CR|CT|CV|CW|DA|DD|DE|DG|DH|DL|DN|DT|DY|EC|EH|EN|EX|FK|FY"
    "|GL|GU|GY|HA|HD|HG|HP|HR|HS|HU|HX|IG|IM|IP|IV|JE|KA|KT|KW|KY|LA|LD|LE|LL|LN|LS|LU|ME|MK|ML|NE|NG|NN|NP|NR|NW|OL"
    "|OX|PA|PE|PH|PL|PO|PR|RG|RH|RM|SA|SE|SG|SK|SL|SM|SN|SO|SP|SR|SS|ST|SW|SY|TA|TD|TF|TN|TQ|TR|TS|TW|UB|WA|WC|WD|WF"
    "|WN|WR|WS|WV|YO|ZE|[BEGLMNSW]"
)
"""The letters at the beginning of real postcodes."""
_LAST = "[ABD-HJLNP-UW-Z]"
_INWARD = rf"(\d{_LAST}{{2}})(?![^\W_])"
_ONE_BY_ONE = "|".join(r"[ .-]".join(each) for each in _AREAS.split("|")[:-1])
_SINGLE = _AREAS.rpartition("|")[2]
_LOOKING_LIKE = rf"([\dOIl]{_LAST}{{2}})(?![^\W_])"
_APART = rf"(\d[ .-]{_LAST}[ .-]{_LAST})(?![^\W_])"
_OUTWARD = rf"(?:(?<![^\W_])|(?<=postcode))(?:GIR|(?:{_AREAS})\d[\dA-HJKPSTUW]?)[\W_]{{0,3}}"
_OUTWARD_ALIKE = rf"(?<![^\W_])(?:{_AREAS}) ?[\dIl][\dA-HJKPSTUW]?[\W_]{{0,3}}"
_OUTWARD_APART = (
    rf"(?<![^\W_])(?:(?:{_ONE_BY_ONE})[ .-]\d(?:[ .-][\dA-HJKPSTUW])?|{_SINGLE}[ .-]\d[ .-][\dA-HJKPSTUW])[ .-]{{1,3}}"
)
_POSTCODES = tuple(
    (re.compile(inward, flags), re.compile(f"{outward}{inward}", flags))
    for outward, inward, flags in (
        (_OUTWARD, _INWARD, re.IGNORECASE),
        (_OUTWARD_ALIKE, _LOOKING_LIKE, re.NOFLAG),
        (_OUTWARD_APART, _APART, re.NOFLAG),
    )
)
"""The end of a postcode, which is rare and fast to find, and the whole postcode, which is slow to search for."""
_ENDS = re.compile(rf"[\dOIl](?:{_LAST}{{2}}|(?<=\d)(?:(?i:{_LAST}{{2}})|[ .-]{_LAST}[ .-]{_LAST}))(?![^\W_])")
"""Any of the three ends."""
_LONGEST = 16
"""The most characters before the end of a postcode."""
_CALLED_SO = re.compile(
    rf"post ?code\W{{0,3}}(?:is|was)?\W{{0,3}}(?:[A-Z][ .-]?){{1,2}}\d[ .-]?(?:[\dA-Z][ .-]?)?[\W_]{{0,3}}"
    rf"[\dOIl][ .-]?{_LAST}[ .-]?{_LAST}(?![^\W_])",
    re.IGNORECASE,
)
"""Something that the text calls a postcode, which may be written in other ways."""
_BETWEEN = "[ .-]{0,2}"
_DISTRICT = rf"{_BETWEEN}\d{_BETWEEN}(?:[\dA-HJKPSTUW]{_BETWEEN})?"
_SPELLED_END = rf"\d{_BETWEEN}{_LAST}{_BETWEEN}{_LAST}(?![^\W_])"
_SPELLED = (
    re.compile(_SPELLED_END),
    re.compile(
        rf"(?<![^\W_])(?:(?:{_AREAS.rpartition('|')[0]}|{_ONE_BY_ONE}){_DISTRICT},?\s?|{_SINGLE}{_DISTRICT})"
        + _SPELLED_END
    ),
)
"""The end and the whole of a postcode in which digits or letters were words, with any spacing."""
_WORDS = frozenset(
    {"OLD", "OUR", "OUT", "OFF", "OPD", "OWE", "ONE", "OWN", "ODD", "ILL", "INN", "INS", "ITS", "IPS", "ITU"}
)
"""Words that begin with a letter that looks like a digit, and otherwise look like the end of a postcode."""
_UNIT = re.compile(r"1st|2nd|3rd|[04-9]th|\d(?:hr|yr|ft|lb|be|us|wt)")
"""What follows numbers in other texts: ordinals, hours, years, feet, pounds, weights; "2be", "4us"."""
_POSTAL = re.compile(r"post ?code\W{0,3}(?:is|was)?\W{0,3}$", re.IGNORECASE)

_SEP = r"[^A-Za-z0-9]"
_DIGITS = rf"\d\d{_SEP}{{0,2}}\d\d{_SEP}{{0,2}}\d\d"
_SIX = re.compile(_DIGITS)
_NINO = re.compile(
    rf"(?:(?<![A-Z0-9])|(?<=NINO)|(?<=NI))([A-Z]\s?[A-Z]){_SEP}{{0,3}}{_DIGITS}"
    rf"(?:({_SEP}{{0,3}})([A-D]))?(?![A-Z0-9])",
    re.IGNORECASE,
)
_NINO_LETTERS = re.compile(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]|QQ")
"""Letter pairs that are allocated, and the pair in the usual example."""
_NINO_SPELLED = re.compile(r"([A-Z])(?<![A-Za-z0-9].)[ .-]?([A-Z])(?:[ .-]?\d){6}[ .-]?[A-D](?![A-Za-z0-9])")
"""A National Insurance number whose digits stand alone or in groups."""
_INSURANCE = re.compile(r"\bN\.?\s?I\b|NINO|NATIONAL INSURANCE|INSURANCE N")


def kinds(text: str) -> Iterator[str]:
    """The kinds of identifiers with a firm shape in `text`, which is as audit.identifiers.legible.plain returns it."""
    if _SIGNS.search(text.lower()) and any(map(_is_email, _AT.finditer(text))):
        yield "an e-mail address"
    spelled_out = ("".join(found.groups()) for found in _NINO_SPELLED.finditer(text))
    shaped = _NINO.finditer(text) if _SIX.search(text) else ()
    if any(map(_NINO_LETTERS.fullmatch, spelled_out)) or any(map(_is_nino, shaped)):
        yield "a National Insurance number"
    if _CALLED_SO.search(text) or any(map(_is_postcode, _postcodes(text))):
        yield "a postcode"


def spelled(text: str) -> Iterator[str]:
    """The kind "a postcode" if there is one in `text`, which is as legible.spoken_as_digits returns it."""
    end, whole = _SPELLED
    if any(whole.search(text, max(0, last.start() - _LONGEST), last.end()) for last in end.finditer(text)):
        yield "a postcode"


def _postcodes(text: str) -> Iterator[re.Match[str]]:
    for end, whole in _POSTCODES if _ENDS.search(text) else ():
        for last in end.finditer(text):
            yield from whole.finditer(text, max(0, last.start() - _LONGEST), last.end())


def _is_postcode(found: re.Match[str]) -> bool:
    """Whether a match is called a postcode, or at least doesn't end like a number with a unit, or like a word."""
    called = _POSTAL.search(found.string, max(0, found.start() - 20), found.start())
    return called is not None or not (_UNIT.fullmatch(found.group(1)) or found.group(1) in _WORDS)


def _is_nino(found: re.Match[str]) -> bool:
    """Whether the letters are allocated and a suffix follows. If the text names it, the shape is enough."""
    letters, gap, suffix = found.groups()
    if _INSURANCE.search(found.string[max(0, found.start() - 30) : found.start() + 2].upper()):
        return True
    if suffix is None or _NINO_LETTERS.fullmatch("".join(letters.upper().split())) is None:
        return False
    return not gap or suffix.isupper() or letters.islower()


def matches(text: str, patterns: Iterable[re.Pattern[str]]) -> bool:
    """Whether `text` contains a reference number with one of these shapes."""
    return any(pattern.search(text) for pattern in patterns)
