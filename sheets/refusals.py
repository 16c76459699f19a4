"""Google's refusals, told apart: what passes, what somebody must do something about, and what nobody knows."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from requests import Response

from sheets.errors import OutcomeUnknown, OutOfStep, SheetsError, SheetsGone, SheetsRefused, SheetsUnavailable

_TOO_MANY = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_SWITCHED_OFF = {"accessNotConfigured", "SERVICE_DISABLED"}
_PLACE = re.compile(r"requests\[(\d+)\]\.(\w+)")


def unreachable(error: Exception, *, reading: bool) -> SheetsUnavailable:
    """No answer came: of a write nobody knows whether it was applied."""
    slow = isinstance(error, requests.Timeout)
    sentence = "Google Sheets doesn't answer in time." if slow else "Google Sheets can't be reached."
    return SheetsUnavailable(sentence) if reading else OutcomeUnknown(sentence)


def of(response: Response, address: str, *, reading: bool) -> SheetsError:
    """What an answer other than success means. `address`: whom the spreadsheet has to be shared with."""
    status, (reasons, message) = response.status_code, _said(response)
    after = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
    if status == HTTPStatus.TOO_MANY_REQUESTS or reasons & _TOO_MANY:
        return SheetsUnavailable("Google Sheets asks for a pause: too many requests in this minute.", after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT:
        sentence = f"Google Sheets has a fault of its own ({status})."
        return SheetsUnavailable(sentence, after) if reading else OutcomeUnknown(sentence, after)
    if reasons & _SWITCHED_OFF:
        return SheetsRefused("The Google Sheets and Drive APIs aren't both switched on in the key's project.")
    standing = {
        HTTPStatus.UNAUTHORIZED: "Google no longer accepts Roundtable's key: make a new key file.",
        HTTPStatus.FORBIDDEN: f"Roundtable may not edit the spreadsheet: share it with {address} as Editor.",
        HTTPStatus.NOT_FOUND: f"The spreadsheet is gone, or isn't shared with {address}: restore it or bind another.",
    }
    if status == HTTPStatus.NOT_FOUND:
        return SheetsGone(standing[HTTPStatus.NOT_FOUND])
    if status in standing:
        return SheetsRefused(standing[HTTPStatus(status)])
    return _bad_request(status, message, address, reading=reading)


def _bad_request(status: int, message: str, address: str, *, reading: bool) -> SheetsError:
    """Google's own words may quote cells, so of them only the place is passed on."""
    if "protected" in message:
        return SheetsRefused(f"Somebody has locked cells that Roundtable draws: let {address} edit them.")
    if "not supported for this document" in message:
        return SheetsRefused("That file isn't a Google Sheet: open it in Sheets and choose Save as Google Sheets.")
    place = _PLACE.search(message)
    sentence = f"Google Sheets refused a request ({status}{f', {place[2]}' if place else ''})."
    return SheetsRefused(sentence) if reading else OutOfStep(sentence)


def _said(response: Response) -> tuple[set[str], str]:
    """The reasons and the message in Google's error body, of which there are two shapes; empty if it is no JSON."""
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
    """The seconds that a Retry-After header asks for, counted or as a time; None if it says neither."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        when = parsedate_to_datetime(header)
    except ValueError:
        return None
    return max((when.replace(tzinfo=when.tzinfo or UTC) - now).total_seconds(), 0.0)
