"""A spreadsheet's file as Google Drive tells of it: who can open it, and what keeps a cycle from being drawn in it."""

from collections.abc import Sequence
from typing import TypedDict

from audit.sheet.sheet_conditions import ANYONE, DOMAIN, Reader, SpreadsheetFile
from sheets.errors import SheetsRefused

FIELDS = "version,trashed,driveId,capabilities(canEdit,canShare),permissions(type,role,emailAddress,displayName,domain)"
"""All that is asked of a file at a look. Drive names who can open it only to those who may share it."""
LISTED = "nextPageToken,permissions(type,role,emailAddress,displayName,domain)"
_ROLES = {"owner": "owner", "writer": "editor", "commenter": "commenter", "reader": "viewer"}

LINKED = (
    "Anyone who has its link can open that spreadsheet. Under Share, set General access to Restricted, "
    "then bind it again."
)
_BINNED = "That spreadsheet is in Google Drive's bin: restore it first."
UNSEEN = (
    "Google doesn't say who can open that spreadsheet: under Share, in the settings, its owner lets editors change "
    "permissions and share."
)


class PermissionJson(TypedDict, total=False):
    """The masked Permission of Drive."""

    type: str
    role: str
    emailAddress: str
    displayName: str
    domain: str


class PermissionsJson(TypedDict, total=False):
    """A page of a file's permissions."""

    permissions: list[PermissionJson]
    nextPageToken: str


class CapabilitiesJson(TypedDict, total=False):
    """The masked capabilities of a File."""

    canEdit: bool
    canShare: bool


class FileJson(TypedDict, total=False):
    """The masked File of Drive. `driveId`: of the shared drive that it is in; there `permissions` is never given."""

    version: str
    trashed: bool
    driveId: str
    capabilities: CapabilitiesJson
    permissions: list[PermissionJson]


def reader(permission: PermissionJson) -> Reader:
    """Who can open the file by one permission."""
    kind = permission.get("type", "")
    names = {ANYONE: "Anyone with the link", DOMAIN: f"Everyone at {permission.get('domain', 'the organisation')}"}
    name = names.get(kind) or permission.get("emailAddress") or permission.get("displayName") or "Somebody unnamed"
    given = permission.get("role", "")
    return Reader(name, _ROLES.get(given, given), kind if kind in names else "")


def file(answer: FileJson, permissions: Sequence[PermissionJson] | None) -> SpreadsheetFile:
    """The file, out of Drive's answer; `permissions`: None where Google doesn't say who can open it."""
    readers = None if permissions is None else tuple(sorted(map(reader, permissions), key=str))
    can = answer.get("capabilities", {})
    return SpreadsheetFile(answer.get("version", ""), answer.get("trashed", False), can.get("canEdit", False), readers)


def require_editable(found: SpreadsheetFile, address: str) -> None:
    """Refuse a file that we can only look at. `address`: the account that the spreadsheet has to be shared with."""
    if not found.can_edit:
        raise SheetsRefused(f"Roundtable can only view that spreadsheet: share it with {address} as Editor.")


def require_bindable(found: SpreadsheetFile, address: str) -> None:
    """Refuse a file in which nothing is to be drawn from now on."""
    if found.in_bin:
        raise SheetsRefused(_BINNED)
    require_editable(found, address)
    if found.readers is None:
        raise SheetsRefused(UNSEEN)
    if found.anyone:
        raise SheetsRefused(LINKED)
