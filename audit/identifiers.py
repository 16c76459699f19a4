"""Identifiers must not enter: find NHS numbers, UPNs, phone numbers, e-mail addresses and postcodes in free text.

Names can't be found reliably; no such claim is made.
"""

import re
import unicodedata
from collections.abc import Mapping

import phonenumbers
from stdnum.gb import nhs, upn

from audit.errors import Refused

# Every repetition is bounded: text of any kind is searched in time that grows with its length only.
EMAIL = re.compile(
    r"[\w.+'-]{1,64}\s?(?:@|[(\[]\s?at\s?[)\]])\s?[\w-]{1,63}(?:\s?\.[\w-]{1,63}){0,5}?\s?\.[^\W\d_]{2,63}",
    re.IGNORECASE,
)
POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|(?:[A-PR-UWYZ](?:\d[\dA-HJKPSTUW]?|[A-HK-Y]\d[\dABEHMNPRV-Y]?))"
    r"[\s-]{0,2}(\d[ABD-HJLNP-UW-Z]{2}))\b",
    re.IGNORECASE,
)
DIGIT = re.compile(r"\d")
ORDINAL = re.compile(r"1st|2nd|3rd|\dth")
DATE = re.compile(
    r"(?<![\d./-])(?:\d{4}-\d{2}-\d{2}|(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d|\d\d))(?![\d]|[./-]\d)"
)
# Ten digits as people group them: 943 476 5919, 9434 765 919, 94347 65919, 94 34 76 59 19.
_GAP = r"[\s.-]{0,3}"
TEN_DIGITS = re.compile(
    rf"(?<![\d+])(?:\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{4}}|\d{{4}}{_GAP}\d{{3}}{_GAP}\d{{3}}|\d{{5}}{_GAP}\d{{5}}"
    rf"|\d\d(?:{_GAP}\d\d){{4}})(?!\d)"
)
UPN = re.compile(r"\b[A-HJ-NP-RT-Z](?:[ -]?\d){11}[ -]?[\dA-HJ-NP-RT-Z]\b", re.IGNORECASE)
# Every British number that people write out: +44, 44 (a mobile's) or 0, then 9 or 10 digits in any grouping.
_SEP = r"[\s().-]{0,4}"
PHONE = re.compile(
    rf"(?<!\w)(?<!\d\.)(?:(?:\+|00)\s?44{_SEP}(?:0{_SEP})?|44{_SEP}(?=7)|\(?0{_SEP})(?:\d{_SEP}){{8,9}}\d(?!\w)"
)
DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")


def find(text: str) -> str | None:
    """The kind of the first identifier found in `text` ("an NHS number"), or None."""
    plain = _plain(text)
    if EMAIL.search(plain):
        return "an e-mail address"
    if not DIGIT.search(plain):
        return None  # all others have some
    numbers = DATE.sub("|", plain)
    return next((kind for kind, pattern, holds in NUMBERED if any(map(holds, pattern.finditer(numbers)))), None)


def _plain(text: str) -> str:
    """`text` with one kind of space, dash, letter and digit each, and nothing that can't be seen."""
    if text.isascii():
        return text  # as most is, and then it is so already
    seen = (
        each for each in unicodedata.normalize("NFKC", text).translate(DASHES) if unicodedata.category(each) != "Cf"
    )
    return "".join(str(unicodedata.decimal(each)) if each.isdecimal() else each for each in seen)


def screen(answers: Mapping[str, str]) -> None:
    """Refuse answers (field -> text) in which an identifier is found, naming field and kind, never the identifier."""
    found = {field: kind for field, text in answers.items() if (kind := find(text))}
    if found:
        fields = {
            field: f"This seems to contain {kind}. Please take it out: nothing that identifies a person is kept here."
            for field, kind in found.items()
        }
        raise Refused(next(iter(fields.values())), fields=fields)


def _is_nhs(found: re.Match[str]) -> bool:
    return bool(nhs.is_valid(re.sub(r"\D", "", found.group())))


def _is_upn(found: re.Match[str]) -> bool:
    """A check letter that fits. stdnum's list of authorities is old, so it isn't asked about the authority."""
    number = re.sub(r"[ -]", "", found.group()).upper()
    return bool(number[0] == upn.calc_check_digit(number[1:]))


def _is_phone(found: re.Match[str]) -> bool:
    text = found.group()
    abroad = text.lstrip("( ").startswith("44")
    number = phonenumbers.parse(f"+{text}" if abroad else text, "GB")
    return phonenumbers.is_possible_number(number)


def _is_postcode(found: re.Match[str]) -> bool:
    return not ORDINAL.fullmatch(found.group(1) or "")


NUMBERED = (
    ("an NHS number", TEN_DIGITS, _is_nhs),
    ("a unique pupil number", UPN, _is_upn),
    ("a phone number", PHONE, _is_phone),
    ("a postcode", POSTCODE, _is_postcode),
)
"""Kind, what it looks like, and what tells it from what only looks so."""
