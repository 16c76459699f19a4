"""A spreadsheet's file according to Google Drive: who can open it, and what prevents drawing in it."""

from collections.abc import Sequence
from typing import TypedDict

from audit.sheet.sheet_conditions import ANYONE, DOMAIN, Reader, SpreadsheetFile
from sheets.errors import SheetsRefused

FIELDS = "version,trashed,driveId,capabilities(canEdit,canShare),permissions(type,role,emailAddress,displayName,domain)"
"""The `fields` mask for reading a file. Drive lists permissions only for those who may share the file."""
LISTED = "nextPageToken,permissions(type,role,emailAddress,displayName,domain)"
"""The `fields` mask for listing a file's permissions."""
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
    """Drive's Permission, masked."""

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
    """The capabilities of Drive's File, masked."""

    canEdit: bool
    canShare: bool


class FileJson(TypedDict, total=False):
    """Drive's File, masked.

    `driveId`: the id of its shared drive, if it is in one; `permissions` is then always missing.
    """

    version: str
    trashed: bool
    driveId: str
    capabilities: CapabilitiesJson
    permissions: list[PermissionJson]


def reader(permission: PermissionJson) -> Reader:
    """The reader to whom a permission gives access."""
    kind = permission.get("type", "")
    names = {ANYONE: "Anyone with the link", DOMAIN: f"Everyone at {permission.get('domain', 'the organisation')}"}
    name = names.get(kind) or permission.get("emailAddress") or permission.get("displayName") or "Somebody unnamed"
    given = permission.get("role", "")
    return Reader(name, _ROLES.get(given, given), kind if kind in names else "")


def file(answer: FileJson, permissions: Sequence[PermissionJson] | None) -> SpreadsheetFile:
    """The file from Drive's answer; `permissions` is None if Google doesn't say who can open it."""
    readers = None if permissions is None else tuple(sorted(map(reader, permissions), key=str))
    can = answer.get("capabilities", {})
    return SpreadsheetFile(answer.get("version", ""), answer.get("trashed", False), can.get("canEdit", False), readers)


def require_editable(found: SpreadsheetFile, address: str) -> None:
    """Raise SheetsRefused if the app can only view the file. `address`: the account to share the spreadsheet with."""
    if not found.can_edit:
        raise SheetsRefused(f"Roundtable can only view that spreadsheet: share it with {address} as Editor.")


def require_bindable(found: SpreadsheetFile, address: str) -> None:
    """Raise SheetsRefused if no sheet may be drawn in the file from now on."""
    if found.in_bin:
        raise SheetsRefused(_BINNED)
    require_editable(found, address)
    if found.readers is None:
        raise SheetsRefused(UNSEEN)
    if found.anyone:
        raise SheetsRefused(LINKED)
