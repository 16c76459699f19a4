"""Classifies Google's refusals: those that pass by themselves, those that need a person, and unknown outcomes."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from requests import Response

from sheets.errors import OutcomeUnknown, OutOfStep, SheetsError, SheetsGone, SheetsRefused, SheetsUnavailable

_TOO_MANY = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED", "dailyLimitExceeded"}
_PASSING = {
    HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.PRECONDITION_FAILED, HTTPStatus.LOCKED,
    HTTPStatus.TOO_EARLY, 499,
}  # fmt: skip
"""Statuses below 500 that pass by themselves: somebody else was faster, or Google gave up waiting."""
KEY = "Google no longer accepts Roundtable's key: make a new key file."
_CURES = (
    (
        {"accessNotConfigured", "SERVICE_DISABLED"},
        "The Google Sheets and Drive APIs aren't both switched on in the key's project.",
    ),
    (
        {"storageQuotaExceeded", "quotaExceeded"},
        "The Google Drive of the sheet's owner is full: its owner makes room, or gets more.",
    ),
    (
        {"CONSUMER_INVALID", "CONSUMER_SUSPENDED", "GCP_SUSPENDED", "USER_PROJECT_DENIED", "BILLING_DISABLED"},
        "Google has closed the key's project in Google Cloud: whoever runs Roundtable has it opened again there.",
    ),
    (
        {"domainPolicy", "SECURITY_POLICY_VIOLATED", "ORG_RESTRICTION_VIOLATION", "USER_BLOCKED_BY_ADMIN"},
        "The organisation's policy keeps Roundtable out: its Google administrator can allow it.",
    ),
)
"""Reasons for a 403 -> what a person has to do."""
_PLACE = re.compile(r"requests\[(\d+)\]\.(\w+)")


def unreachable(error: Exception, *, reading: bool) -> SheetsUnavailable:
    """The error for a request without an answer; for a write it is unknown whether it was applied."""
    slow = isinstance(error, requests.Timeout)
    sentence = "Google Sheets doesn't answer in time." if slow else "Google Sheets can't be reached."
    return SheetsUnavailable(sentence) if reading else OutcomeUnknown(sentence)


def of(response: Response, address: str, *, reading: bool) -> SheetsError:
    """The error for an answer other than success. `address`: the account to share the spreadsheet with."""
    status, (reasons, message) = response.status_code, _said(response)
    after = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
    if status == HTTPStatus.TOO_MANY_REQUESTS or reasons & _TOO_MANY:
        return SheetsUnavailable("Google Sheets asks for a pause: too many requests in this minute.", after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        sentence = f"Google Sheets has a problem of its own ({status})."
        return SheetsUnavailable(sentence, after) if reading else OutcomeUnknown(sentence, after)
    for named, sentence in _CURES:
        if reasons & named:
            return SheetsRefused(sentence, common=True)
    if status == HTTPStatus.UNAUTHORIZED:
        return SheetsRefused(KEY, common=True)
    standing = {
        HTTPStatus.FORBIDDEN: f"Roundtable may not edit the spreadsheet: share it with {address} as Editor.",
        HTTPStatus.NOT_FOUND: f"The spreadsheet is gone, or isn't shared with {address}: restore it or bind another.",
    }
    if status in standing:
        kind = SheetsGone if status == HTTPStatus.NOT_FOUND else SheetsRefused
        return kind(standing[HTTPStatus(status)])
    return _bad_request(status, message, address)


def _bad_request(status: int, message: str, address: str) -> SheetsError:
    """The error for any other refusal.

    Google's message may quote cells, so only the request's place is taken from it.
    """
    match = _PLACE.search(message)
    place = int(match[1]) if match else None
    if "protected" in message:
        return SheetsRefused(f"Somebody has locked cells that Roundtable fills in: let {address} edit them.", place)
    if "10000000 cells" in message:
        return SheetsRefused("It has Google's 10 million cells: delete tabs or rows of your own.", place)
    if "not supported for this document" in message:
        return SheetsRefused("That file isn't a Google Sheet: open it in Sheets and choose Save as Google Sheets.")
    return OutOfStep(f"Google Sheets refused a request ({status}{f', {match[2]}' if match else ''}).", place)


def _said(response: Response) -> tuple[set[str], str]:
    """(reasons, message) of Google's error body, which has two shapes; empty if it isn't JSON."""
    try:
        body = response.json()
    except requests.JSONDecodeError:
        return set(), ""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return set(), ""
    parts = [one for name in ("errors", "details") for one in error.get(name) or [] if isinstance(one, dict)]
    return {str(one["reason"]) for one in parts if "reason" in one}, str(error.get("message", ""))


def retry_after(header: str | None, now: datetime) -> float | None:
    """The seconds of a Retry-After header, given as a number or as a time; None if it is neither."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max((when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds(), 0.0)
