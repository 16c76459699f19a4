"""What may identify a person and may not, so that it is asked about: a date of birth, an address, a name."""

import re
from collections.abc import Iterator

from audit.identifiers.given_names import GIVEN, NOT_SURNAMES

BIRTH, ADDRESS, NAME = "a full date of birth", "a street address", "a person's name"

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_ORDINAL = (
    r"(?:(?:twenty|thirty)[ -])?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth"
    r"|thirteenth|fourteenth|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth)"
)
_DAY = rf"(?:\d{{1,2}}\s?(?:st|nd|rd|th)?|{_ORDINAL})"
_YEAR_SAID = rf"(?:{_YEAR}|(?:two thousand|nineteen|twenty)(?: and)?(?:[ -][a-z]{{3,9}}){{1,2}})"
_BETWEEN = r"[\s,./-]{1,3}"
_DATE = (
    rf"(?:\d{{1,2}}\s?([.,/|-]|\s)\s?\d{{1,2}}\s?\1\s?{_YEAR}|(?:19|20)\d\d([./-])\d{{1,2}}\2\d{{1,2}}"
    rf"|{_DAY}(?:\s?of)?[\s,./-]{{0,3}}{_MONTH}[\s,./-]{{0,3}}{_YEAR_SAID}"
    rf"|{_MONTH}{_BETWEEN}(?:the\s)?{_DAY}{_BETWEEN}{_YEAR_SAID}"
    rf"|{_DAY}\s(?:of\s)?(?:the\s)?(?:\d{{1,2}}(?:st|nd|rd|th)|{_ORDINAL}){_BETWEEN}{_YEAR_SAID}|\d{{4}}(?:19|20)\d\d"
    r"|(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d\d)(?!\d)"
)
_FULL_DATE = re.compile(rf"(?<!\d)(?<!\d[./-]){_DATE}", re.IGNORECASE)
_CALLED = (
    r"(?:\bborn\b|\bd\W{0,2}o\W{0,2}b\b|\bdates?[\s-]{0,2}of[\s-]{0,2}births?\b|\bbirth\s?-?dates?\b"
    r"|\bbirthda(?:y|te)s?\b|\(b\.?\s?(?=\d|$))"
)
_SAID = re.compile(r"born|birth|\(b|d\W{0,2}o\W{0,2}b")
"""In lower case, every text that gives a date of birth contains one of these. Testing that first saves time."""
_CALLED_BEFORE = re.compile(rf"{_CALLED}([^\d;!?]{{0,40}})$", re.IGNORECASE)
_CALLED_AFTER = re.compile(
    rf"[\s(,=:-]{{1,4}}(?:(?:is|was|the|her|his|their|being|as|child's)\s){{0,3}}{_CALLED}", re.IGNORECASE
)
_BORN_AFTER = re.compile(
    r"[\s,]{1,2}(?:when\s)?(?:he|she|they|the (?:child|baby|boy|girl))\s(?:was|were)\sborn", re.IGNORECASE
)
_ELSEWHERE = re.compile(
    r"\b(?:check|review|updat|correct|amend|form|meet|refer|missing|unknown|letter|e-?mail|call|visit|chang|request"
    r"|sent|receiv|arriv|mov|came|plac|assess|conference|plan|strategy|discuss|differ|not|no)|\.\s+[A-Z]|\n\s*\w",
    re.IGNORECASE,
)
"""Words that show that a date beside "born" is the date of something else."""
_LONGEST_GAP = 60

_FIRM = r"Road|Rd|Street|Avenue|Ave|Lane|Crescent|Cres|Terrace|Mews|Cul-de-sac|Boulevard|Gardens|Gdns"
_SOFT = (
    r"St|Ln|Drive|Dr|Close|Cl|Court|Ct|Place|Pl|Way|Grove|Square|Sq|Row|Hill|Park|View|Rise|Walk|Green|Fold|Brow|Bank"
    r"|Parade|Mount|Croft|Meadows?|Villas?|Quay|Wharf|Gate|Cottages?|Lodge|Heights|House|Parkway|Approach|Drove|Buildings"
)
_HOUSE = r"\d(?<![\w.:/\u00a3-].)(?:\d{0,3}\s?[A-Za-z]?(?:\s?[-/]\s?\d{1,4}[A-Za-z]?)?)"
_ADDRESS = re.compile(
    rf"{_HOUSE},?\s{{1,2}}((?:[A-Za-z][\w'.]{{0,20}}[\s-]{{1,2}}){{1,3}})"
    rf"(?:((?i:{_FIRM}))|({_SOFT}))\b(?!\s(?:School|Surgery|Clinic|Nursery|Primary|Academy|Centre|Health|Police|Medical))"
)
_THE = rf"The\s(?:{_FIRM}|{_SOFT})\b"
_OF_THE = re.compile(_THE), re.compile(rf"{_HOUSE},?\s{{1,2}}{_THE}")
"""A street's name alone, which is a fast search, and the name with a house number."""
_FLAT = re.compile(
    rf"[FfAaBb](?<!\w.)(?i:(?<=f)lat|(?<=a)(?:partment|pt)|(?<=b)edsit)\.?\s{{1,2}}(?:\d{{1,4}}\s?[A-Za-z]?|[A-Z])\b,?\s(?:[A-Z][\w'.]{{0,20}}\s){{1,3}}"
    rf"(?:{_FIRM}|{_SOFT})\b"
)
_COUNTED = re.compile(
    r"\b(?:year|years|stage|section|ward|band|team|level|phase|case|tier|table|version|page|chapter|para|part|room|figure"
    r"|grade|group|week|weeks|day|step|item|class|form|question|january|february|march|april|may|june|july|august"
    r"|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|aged?|of|\d{1,2})\W{0,2}$",
    re.IGNORECASE,
)
_UP_TO_TEN = re.compile(r"(?:\d|10)\b")
_HOUSE_CALLED = re.compile(r"\b(?:at|number|no\.?|address(?: is|:)?|flat \w{1,4},)\s$", re.IGNORECASE)
_NO_STREETS = frozenset(
    (  # noqa: SIM905  # a list of words reads best as words
        "a am an and appeal are as at away by care child children civil county criminal crown days different down "
        "each early family first five for foster four from further had has he head health hour hours in into is it "
        "its magistrates main metres mile miles min mins minute minutes months nights nursery of off on one or other "
        "out over people per places pm police primary residential safe school schools second secure separate sessions "
        "she six some staff supported ten that them they third this three times to two up visits was way week weeks "
        "were when which with workers yards year years young youth "
    ).split()
)

_SURNAME = r"((?:[A-Z]['\u2019]?[A-Za-z][a-z]{1,19}|[A-Z]['\u2019]?[A-Z]{2,19})(?:-[A-Z][A-Za-z]{1,19})?)\b"
_PARTICLES = r"(?:(?:d[aeiu]|dos|del|la|van|von|der|den|ten|al|el|bin|ibn)[\s-]){0,2}"
_PAIR = re.compile(
    r"([A-Z](?<![\w@.-].)(?:[a-z]{1,15}(?:-[A-Z][a-z]{1,15})?|[A-Z]{2,15}))\s{1,2}(?:[A-Z]\.?\s{1,2})?"
    + _PARTICLES
    + _SURNAME
)
_SAINT = re.compile(r"\bSt\.?\s$")
_TITLED = re.compile(
    r"[DMP](?<!\w.)(?:(?<=D)r|(?<=P)rof|(?<=M)(?:rs?|s|iss|aster|RS?))\.?\s{1,2}(?:[A-Z][a-z]{0,15}\.?\s){0,2}"
    + _PARTICLES
    + _SURNAME
)


def find(text: str) -> Iterator[tuple[str, str]]:
    """(kind, text as found) of all that may identify a person in `text`, which is as legible.plain returns it."""
    yield from ((BIRTH, found) for found in _births(text))
    yield from ((ADDRESS, found.group()) for found in _addresses(text))
    yield from ((NAME, found) for found in _names(text))


def find_said(said: str) -> Iterator[tuple[str, str]]:
    """The same for dates and addresses whose numbers were words. `said` is as legible.spoken_as_digits returns it.

    A number up to ten must be introduced as a house number, since "one High Street shop" is no address.
    """
    yield from ((BIRTH, found) for found in _births(said))
    for found in _addresses(said):
        if not _UP_TO_TEN.match(found.group()) or _HOUSE_CALLED.search(said, max(0, found.start() - 20), found.start()):
            yield ADDRESS, found.group()


def _births(text: str) -> Iterator[str]:
    for found in _FULL_DATE.finditer(text) if _SAID.search(text.lower()) else ():
        before = _CALLED_BEFORE.search(text, max(0, found.start() - _LONGEST_GAP), found.start())
        if (
            (before is not None and not _ELSEWHERE.search(before.group(1)))
            or _CALLED_AFTER.match(text, found.end())
            or _BORN_AFTER.match(text, found.end())
        ):
            yield found.group()


def _addresses(text: str) -> Iterator[re.Match[str]]:
    for match in _ADDRESS.finditer(text):
        words, firm, _ = match.groups()
        names = words.replace("-", " ").split()
        number = re.match(r"\d+", match.group())
        if _NO_STREETS.intersection(name.lower() for name in names) or not names:
            continue
        if match.group().endswith("High Court") or not (firm or all(name[0].isupper() for name in names)):
            continue
        if _COUNTED.search(text[max(0, match.start() - 12) : match.start()]) and text[match.start() - 2] != ",":
            continue
        if number and len(number.group()) == 4 and number.group()[:2] in {"19", "20"}:  # noqa: PLR2004  # a year
            continue
        yield match
    name, of_the_address = _OF_THE
    for pattern in (of_the_address, _FLAT) if name.search(text) else (_FLAT,):
        yield from pattern.finditer(text)


def _names(text: str) -> Iterator[str]:
    place = 0
    while found := _PAIR.search(text, place):
        given, surname = found.groups()
        saint = _SAINT.search(text, max(0, found.start() - 4), found.start())
        if given.split("-")[0].lower() in GIVEN and _is_surname(surname) and not saint:
            yield found.group()
        place = found.start(2)  # the surname may be the given name of another pair
    for found in _TITLED.finditer(text):
        if _is_surname(found.group(1)):
            yield found.group()


def _is_surname(word: str) -> bool:
    return word.lower() not in NOT_SURNAMES
