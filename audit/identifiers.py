"""Identifiers must not enter: find NHS numbers, UPNs, phone numbers, e-mail addresses and postcodes in free text.

Names can't be found reliably; no such claim is made.
"""

import re
from collections.abc import Mapping

import phonenumbers
from stdnum.gb import nhs, upn

from audit.errors import Refused

EMAIL = re.compile(r"[\w.+'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+")
POSTCODE = re.compile(
    r"\b(?:GIR ?0AA|(?:[A-PR-UWYZ](?:\d[\dA-HJKPSTUW]?|[A-HK-Y]\d[\dABEHMNPRV-Y]?))\s{0,2}\d[ABD-HJLNP-UW-Z]{2})\b",
    re.IGNORECASE,
)
TEN_DIGITS = re.compile(r"(?<![\d+])\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
UPN = re.compile(r"\b[A-HJ-NP-RT-Z]\d{11}[\dA-HJ-NP-RT-Z]\b", re.IGNORECASE)
# Every British number that people write out: +44 or 0, then 9 or 10 digits in any grouping.
PHONE = re.compile(r"(?<![\w.])(?:(?:\+|00)\s?44[\s().-]*(?:0[\s().-]*)?|\(?0)(?:\d[\s().-]*){8,9}\d(?!\w)")


def find(text: str) -> str | None:
    """The kind of the first identifier found in `text` ("an NHS number"), or None."""
    if EMAIL.search(text):
        return "an e-mail address"
    if any(nhs.is_valid(match.group()) for match in TEN_DIGITS.finditer(text)):
        return "an NHS number"
    if any(_is_upn(match.group()) for match in UPN.finditer(text)):
        return "a unique pupil number"
    if any(_is_phone(match.group()) for match in PHONE.finditer(text)):
        return "a phone number"
    if POSTCODE.search(text):
        return "a postcode"
    return None


def screen(answers: Mapping[str, str]) -> None:
    """Refuse answers (field -> text) in which an identifier is found, naming field and kind, never the identifier."""
    found = {field: kind for field, text in answers.items() if (kind := find(text))}
    if found:
        fields = {
            field: f"This seems to contain {kind}. Please take it out: nothing that identifies a person is kept here."
            for field, kind in found.items()
        }
        raise Refused(next(iter(fields.values())), fields=fields)


def _is_upn(text: str) -> bool:
    """A check letter that fits. stdnum's list of authorities is old, so it isn't asked about the authority."""
    number = text.upper()
    return bool(number[0] == upn.calc_check_digit(number[1:]))


def _is_phone(text: str) -> bool:
    number = phonenumbers.parse(text, "GB")
    return phonenumbers.is_possible_number(number)
