"""Google Sheets and Drive through gspread: addresses, timeouts, retries, and errors in words."""

import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, cast

import requests
import stamina
from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2 import service_account
from gspread.http_client import FileType, HTTPClient, ParamsType
from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_URL
from requests import Response

from audit.sheet.sheet_conditions import Reader, SpreadsheetFile
from audit.sheet.spreadsheet_address import id_in
from sheets import drive, google_refusals
from sheets.drive import FileJson, PermissionJson, PermissionsJson
from sheets.errors import OutcomeUnknown, SheetsGone, SheetsRefused, SheetsUnavailable
from sheets.found_sheet import SHEET_MARK
from sheets.google_answer import (
    COLUMNS,
    MASK,
    WRITTEN,
    ColumnsJson,
    DeveloperMark,
    RangeJson,
    SpreadsheetJson,
    WrittenJson,
)
from storage import observed

_TIMEOUT = 30.0  # seconds for one attempt
ATTEMPTS, WITHIN = 3, 20.0  # number of attempts, and seconds after which no further one is begun
SCOPES = (
    "https://www.googleapis.com/auth/spreadsheets",
    "https://www.googleapis.com/auth/drive.metadata.readonly",
)
_JSON = {"Content-Type": "application/json"}
_HOSTS = ("https://sheets.googleapis.com", "https://www.googleapis.com")


class _Signed(service_account.Credentials):
    """A service account without google-auth's look-up of a regional boundary, which uses another host and a thread."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


class _Http(HTTPClient):
    """gspread's transport with our host, timeout, retries and errors. `address`: the service account's e-mail."""

    def __init__(self, auth: Credentials, api_url: str | None, address: str) -> None:
        self.account, self.signing = auth, partial(Request(), timeout=_TIMEOUT)
        session = AuthorizedSession(auth, auth_request=self.signing)  # type: ignore[no-untyped-call]  # google-auth's
        super().__init__(auth, session)
        session.headers["User-Agent"] = "Roundtable (gzip)"  # Google compresses its answers only if this says gzip
        self.timeout = _TIMEOUT
        self.api_url = api_url
        self.address = address

    def request(  # noqa: PLR0917  # as gspread calls it
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> Response:
        reading = method.lower() == "get" or endpoint.lower().endswith("getbydatafilter")
        send = partial(
            self.session.request,
            method=method,
            url=self._here(endpoint),
            params=params,
            data=data,
            json=json,
            files=files,
            headers=headers,
            timeout=self.timeout,
        )
        for attempt in stamina.retry_context(_again, attempts=ATTEMPTS, timeout=WITHIN, wait_initial=0.5, wait_max=8.0):
            with attempt:
                return self._once(send, reading=reading)
        raise AssertionError  # pragma: no cover  # the last attempt returned or raised

    def sign_in(self) -> None:
        """Ask Google for a token."""
        with _answering(reading=True):
            self.account.refresh(self.signing)  # type: ignore[no-untyped-call]  # google-auth's

    def _here(self, endpoint: str) -> str:
        if self.api_url is None:
            return endpoint
        for host in _HOSTS:
            endpoint = endpoint.replace(host, self.api_url.rstrip("/"), 1) if endpoint.startswith(host) else endpoint
        return endpoint

    def _once(self, send: Callable[[], Response], *, reading: bool) -> Response:
        with observed.ending("google", _how):
            with _answering(reading=reading):
                response = send()
            if not response.ok:
                raise google_refusals.of(response, self.address, reading=reading)
            return response


def _how(error: Exception) -> str:
    if isinstance(error, SheetsRefused):
        return "refused"
    return "later" if isinstance(error, SheetsUnavailable) else "bug"


@contextmanager
def _answering(*, reading: bool) -> Iterator[None]:
    """Turn errors in getting an answer into SheetsUnavailable, or SheetsRefused if Google refuses the key."""
    try:
        yield
    except RefreshError as error:
        if error.retryable or not isinstance(error.args[-1], Mapping):  # without one, a proxy answered, not Google
            raise SheetsUnavailable("Google doesn't sign Roundtable in at the moment.") from error
        raise SheetsRefused(google_refusals.KEY, common=True) from error
    except TypeError as error:  # google-auth raises this if it gets an HTML page instead of a token
        raise SheetsUnavailable("Google doesn't sign Roundtable in at the moment.") from error
    except (requests.RequestException, GoogleAuthError) as error:
        raise google_refusals.unreachable(error, reading=reading) from error


def _again(error: Exception) -> bool | float:
    """Whether to try the same request again, or after how many seconds, if Google says that.

    A write whose outcome is unknown is never simply sent again: shifts and deletions must not happen twice.
    """
    if not isinstance(error, SheetsUnavailable) or isinstance(error, OutcomeUnknown):
        return False
    if error.retry_after is None:
        return True
    return error.retry_after if error.retry_after < WITHIN else False


class GoogleClient:
    """One service account's access to Google. All methods raise SheetsUnavailable or SheetsRefused, with a sentence."""

    def __init__(self, credentials: Credentials, address: str, api_url: str | None) -> None:
        self.address = address
        self._http = _Http(credentials, api_url, address)

    def sign_in(self) -> None:
        """Get a token for the service account's key, to see whether Google accepts it."""
        self._http.sign_in()

    def read(self, spreadsheet_id: str) -> SpreadsheetJson:
        """The spreadsheet with everything that a pass needs, in one masked read."""
        return cast("SpreadsheetJson", self._get(SPREADSHEET_URL % spreadsheet_id, fields=MASK))

    def read_parts(self, spreadsheet_id: str, ranges: Sequence[RangeJson], fields: str) -> SpreadsheetJson:
        """These ranges and the properties of their tabs, in one masked read."""
        body = json.dumps({"dataFilters": [{"gridRange": one} for one in ranges]}).encode()
        url = f"{SPREADSHEET_URL % spreadsheet_id}:getByDataFilter"
        response = self._http.request("post", url, params={"prettyPrint": "false", "fields": fields}, data=body,
                                      headers=_JSON)  # fmt: skip
        return cast("SpreadsheetJson", _json(response))

    def read_columns(self, spreadsheet_id: str, columns: Sequence[RangeJson]) -> dict[int, list[object]]:
        """The values of these columns, one per tab, by sheetId. Values alone are a quarter of the size of cells."""
        asked = {"dataFilters": [{"gridRange": one} for one in columns], "majorDimension": "COLUMNS"}
        url = f"{SPREADSHEET_URL % spreadsheet_id}/values:batchGetByDataFilter"
        response = self._http.request("post", url, params={"prettyPrint": "false", "fields": COLUMNS},
                                      data=json.dumps(asked | {"valueRenderOption": "FORMULA"}).encode(),
                                      headers=_JSON)  # fmt: skip
        matched = cast("ColumnsJson", _json(response)).get("valueRanges", [])
        return {
            of["gridRange"]["sheetId"]: next(iter(one.get("valueRange", {}).get("values", [])), [])
            for one in matched
            for of in one.get("dataFilters", [])
        }

    def write(self, spreadsheet_id: str, body: bytes) -> SpreadsheetJson:
        """Send one atomic batchUpdate with this JSON body, and return the parts of the spreadsheet that it asks for.

        OutcomeUnknown: it may have been applied, also if what came back isn't an answer of Sheets. OutOfStep: it
        wasn't.
        """
        url = SPREADSHEET_BATCH_UPDATE_URL % spreadsheet_id
        response = self._http.request("post", url, params={"prettyPrint": "false", "fields": WRITTEN}, data=body,
                                      headers=_JSON)  # fmt: skip
        try:
            answer = cast("WrittenJson", _json(response))
        except SheetsUnavailable as garbled:
            raise OutcomeUnknown(garbled.sentence) from None
        if "spreadsheetId" not in answer:
            raise OutcomeUnknown("Google's answer was garbled.")
        return answer.get("updatedSpreadsheet", SpreadsheetJson())

    def version(self, spreadsheet_id: str) -> str:
        """Drive's version of the file, which rises with every change by anybody."""
        return str(self._of_file(spreadsheet_id, "version").get("version", ""))

    def file(self, spreadsheet_id: str) -> SpreadsheetFile:
        """The file's facts from Drive, in one call, or two if it is in a shared drive.

        Drive reports a file as gone if it isn't shared with the service account; a call to Sheets tells the two apart.
        """
        try:
            answer = cast("FileJson", self._of_file(spreadsheet_id, drive.FIELDS))
        except SheetsGone:
            self._get(SPREADSHEET_URL % spreadsheet_id, fields="spreadsheetId")
            raise
        listed = answer.get("permissions")
        if listed is None and (answer.get("driveId") or answer.get("capabilities", {}).get("canShare")):
            with suppress(SheetsRefused):
                listed = self._permissions(spreadsheet_id)
        return drive.file(answer, listed)

    def _of_file(self, spreadsheet_id: str, fields: str) -> dict[str, Any]:
        return self._get(f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}", fields=fields, supportsAllDrives="true")

    def _permissions(self, spreadsheet_id: str) -> list[PermissionJson]:
        permissions: list[PermissionJson] = []
        page = ""
        while True:
            answer = self._get(
                f"{DRIVE_FILES_API_V3_URL}/{spreadsheet_id}/permissions",
                fields=drive.LISTED,
                supportsAllDrives="true",
                **({"pageToken": page} if page else {}),
            )
            listed = cast("PermissionsJson", answer)
            permissions += listed.get("permissions", [])
            page = listed.get("nextPageToken", "")
            if not page:
                return permissions

    def check_bindable(self, spreadsheet_id: str, sheet_id: str) -> tuple[str, tuple[Reader, ...]]:
        """(title, readers) of a spreadsheet; SheetsRefused if the sheet mustn't be drawn in it."""
        fields = "properties(title),developerMetadata(metadataKey,metadataValue)"
        answer = self._get(SPREADSHEET_URL % spreadsheet_id, fields=fields)
        marks = cast("list[DeveloperMark]", answer.get("developerMetadata", []))
        refuse_other([one.get("metadataValue", "") for one in marks if one["metadataKey"] == SHEET_MARK], sheet_id)
        file = self.file(spreadsheet_id)
        drive.require_bindable(file, self.address)
        return str(answer.get("properties", {}).get("title", "")), file.readers or ()

    def _get(self, url: str, **params: str) -> dict[str, Any]:
        return _json(self._http.request("get", url, params={"prettyPrint": "false", **params}))


def _json(response: Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except requests.JSONDecodeError:
        raise SheetsUnavailable("Google's answer was garbled.") from None
    if not isinstance(answer, dict):
        raise SheetsUnavailable("Google's answer was garbled.")
    return answer


def refuse_other(bound: Sequence[str], sheet_id: str) -> None:
    """Raise SheetsRefused if a spreadsheet shows another sheet: another audit, or another part of it."""
    if any(one != sheet_id for one in bound):
        raise SheetsRefused(
            "That spreadsheet already shows another audit, or what somebody else sees of one. Each needs a"
            " spreadsheet of its own."
        )


def connect(credentials: Mapping[str, Any], api_url: str | None = None) -> GoogleClient:
    """A client for a service account, from the JSON of its key file; SheetsRefused if that is malformed.

    `api_url` replaces both of Google's hosts (for the sandbox); the address for tokens is in the key file.
    """
    try:
        signed = _Signed.from_service_account_info(  # type: ignore[no-untyped-call]  # google-auth's
            dict(credentials), scopes=SCOPES
        )
    except (ValueError, GoogleAuthError, AttributeError, TypeError):
        raise SheetsRefused(
            "The key file isn't that of a Google service account: download it again as JSON from Google Cloud."
        ) from None
    return GoogleClient(signed, str(credentials["client_email"]), api_url)


def parse_url(url_or_id: str) -> str:
    """The id in a spreadsheet's address, or the id itself; SheetsRefused if there is none."""
    spreadsheet_id = id_in(url_or_id)
    if spreadsheet_id is None:
        raise SheetsRefused(
            "That isn't the address of a Google Sheet: copy it from the browser while the sheet is open."
        )
    return spreadsheet_id
