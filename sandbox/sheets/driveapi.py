"""The Drive v3 methods for spreadsheets: list, create, get, update, delete, copy, share, export."""

import csv
import io
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from sandbox.sheets.drive import RANKS, Drive, File, permission
from sandbox.sheets.entering import enter
from sandbox.sheets.errors import DriveRefused, full
from sandbox.sheets.looks import Look
from sandbox.sheets.masks import parse, select
from sandbox.sheets.wire import Obj

SPREADSHEET = "application/vnd.google-apps.spreadsheet"
_TERM = re.compile(r"""\s*(\S+)\s*(!=|=|contains|in)\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+))\s*""")
_BRIEF = ("kind", "id", "name", "mimeType")
_BRIEF_PERMISSION = ("kind", "id", "type", "role")


@dataclass
class Call:
    """A request to the Drive API; `data`: the raw body of an upload."""

    drive: Drive
    user: str
    query: dict[str, str]
    body: Obj
    data: bytes = b""

    def file(self, file_id: str, rank: str = "reader") -> File:
        """The file, if the user's role is at least `rank`. Raises DriveRefused: 404 without any access, else 403."""
        file = self.drive.files.get(file_id)
        role = file.role(self.user) if file else None
        if file is None or role is None:
            raise DriveRefused(f"File not found: {file_id}.", 404, "notFound", location="fileId")
        if RANKS[role] < RANKS[rank]:
            message = "The user does not have sufficient permissions for this file."
            raise DriveRefused(message, 403, "insufficientFilePermissions")
        return file

    def chosen(self, whole: Obj, brief: tuple[str, ...]) -> Obj:
        """The part of `whole` that `fields` selects; without it the `brief` names, which Drive returns by default."""
        text = self.query.get("fields")
        if not text:
            return {name: whole[name] for name in brief if name in whole}
        try:
            answer = select(whole, parse(text))
        except ValueError:
            raise DriveRefused(f"Invalid field selection {text}", 400, "invalidParameter", location="fields") from None
        return answer if isinstance(answer, dict) else {}


def stamp(moment: float) -> str:
    """A time as Drive writes it."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def resource(file: File, user: str) -> Obj:
    """A Drive File; permissions are included only for users who may share it, as in Drive."""
    edits, shares = RANKS[file.role(user) or "reader"] >= RANKS["writer"], file.may_share(user)
    owner = {"kind": "drive#user", "emailAddress": file.owner, "displayName": file.owner, "me": user == file.owner}
    return {
        "kind": "drive#file",
        "id": file.book.id,
        "name": file.book.title,
        "mimeType": SPREADSHEET,
        "trashed": file.trashed,
        "version": str(file.version),
        "createdTime": stamp(file.created),
        "modifiedTime": stamp(file.modified),
        "parents": file.parents,
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{file.book.id}/edit?usp=drivesdk",
        "owners": [owner],
        "shared": len(file.permissions) > 1,
        "ownedByMe": user == file.owner,
        "writersCanShare": file.editors_share,
        **({"permissions": file.permissions} if shares else {}),
        "capabilities": {"canEdit": edits, "canShare": shares},
    }


def list_files(call: Call) -> Obj:
    """files.list."""
    matches = [_term(part) for part in re.split(r"\s+and\s+", call.query.get("q", "")) if part.strip()]
    known = [file for file in call.drive.files.values() if _listed(file, call.user)]
    found = [file for file in known if all(_meets(file, *term) for term in matches)]
    found.sort(key=lambda file: -file.modified)
    start, size = int(call.query.get("pageToken") or 0), int(call.query.get("pageSize") or 100)
    page = found[start : start + size]
    whole: Obj = {"kind": "drive#fileList", "incompleteSearch": False}
    if start + size < len(found):
        whole["nextPageToken"] = str(start + size)
    files = [resource(file, call.user) for file in page]
    if not call.query.get("fields"):
        files = [{name: one[name] for name in _BRIEF} for one in files]
    return call.chosen(whole | {"files": files}, ("kind", "incompleteSearch", "nextPageToken", "files"))


def _listed(file: File, user: str) -> bool:
    return (
        any(one["type"] != "anyone" for one in file.permissions)
        and File(file.book, [one for one in file.permissions if one["type"] != "anyone"], 0, 0).role(user) is not None
    )


def _term(text: str) -> tuple[str, str, str]:
    match = _TERM.fullmatch(text)
    if match is None:
        raise DriveRefused("Invalid Value", 400, "invalid", location="q")
    left, operator, double, single, bare = match.groups()
    right = next(one for one in (double, single, bare, "") if one is not None)
    return left, operator, re.sub(r"\\(.)", r"\1", right)


def _meets(file: File, left: str, operator: str, right: str) -> bool:
    if operator == "in":
        return right.strip("'\"") in file.parents or left.strip("'\"") in file.parents
    held = {"name": file.book.title, "mimeType": SPREADSHEET, "trashed": str(file.trashed).lower()}.get(left)
    if held is None:
        raise DriveRefused("Invalid Value", 400, "invalid", location="q")
    if operator == "contains":
        return right.casefold() in held.casefold()
    return (held == right) == (operator == "=")


def _may_create(call: Call) -> None:
    if call.user.endswith(".gserviceaccount.com") and not call.drive.service_accounts_may_create:
        raise full()


def create(call: Call) -> Obj:
    """files.create, for spreadsheets only."""
    _may_create(call)
    if call.body.get("mimeType") != SPREADSHEET:
        raise DriveRefused("The stand-in keeps spreadsheets only.", 400, "badRequest")
    name = call.body.get("name") or "Untitled"
    key = call.drive.create_spreadsheet(name, call.user, locale="en_US", zone="Etc/GMT")
    file = call.drive.files[key]
    file.parents = list(call.body.get("parents", []))
    call.drive.save()
    return call.chosen(resource(file, call.user), _BRIEF)


def get(call: Call, file_id: str) -> Obj:
    """files.get."""
    return call.chosen(resource(call.file(file_id), call.user), _BRIEF)


def change(call: Call, file_id: str) -> Obj:
    """files.update: name, trashed and parents."""
    file = call.file(file_id, "owner" if "trashed" in call.body else "writer")
    book = file.book.snapshot()
    if "name" in call.body:
        book.properties = book.properties | {"title": call.body["name"]}
    file.trashed = bool(call.body.get("trashed", file.trashed))
    parents = [one for one in file.parents if one not in call.query.get("removeParents", "").split(",")]
    file.parents = parents + [one for one in call.query.get("addParents", "").split(",") if one]
    call.drive.commit(file, book)
    return call.chosen(resource(file, call.user), _BRIEF)


def delete(call: Call, file_id: str) -> None:
    """files.delete, for the owner only."""
    call.file(file_id, "owner")
    call.drive.delete(file_id)


def copy(call: Call, file_id: str) -> Obj:
    """files.copy."""
    source = call.file(file_id)
    _may_create(call)
    book = source.book.deep_copy("1" + secrets.token_urlsafe(32)[:43])
    book.properties = book.properties | {"title": call.body.get("name") or f"Copy of {source.book.title}"}
    file = call.drive.add(book, call.user)
    file.parents = list(call.body.get("parents", []))
    call.drive.save()
    return call.chosen(resource(file, call.user), _BRIEF)


def permissions(call: Call, file_id: str) -> Obj:
    """permissions.list."""
    file = call.file(file_id, "writer")
    if not file.may_share(call.user):
        message = "The user does not have sufficient permissions for this file."
        raise DriveRefused(message, 403, "insufficientFilePermissions")
    held = file.permissions
    if not call.query.get("fields"):
        held = [{name: one[name] for name in _BRIEF_PERMISSION} for one in held]
    return call.chosen({"kind": "drive#permissionList", "permissions": held}, ("kind", "permissions"))


def share(call: Call, file_id: str) -> Obj:
    """permissions.create."""
    call.file(file_id, "writer")
    kind, role = call.body.get("type"), call.body.get("role")
    if kind not in ("user", "group", "domain", "anyone") or role not in RANKS:
        raise DriveRefused("The permission type field is required.", 400, "required", location="permission.type")
    whom = call.body.get("domain" if kind == "domain" else "emailAddress") or ""
    if kind != "anyone" and not whom:
        message = "The specified emailAddress is invalid or not applicable for the given permission type."
        raise DriveRefused(message, 400, "invalidSharingRequest")
    made = call.drive.share(file_id, whom, role, kind) if role != "owner" else permission(kind, role, whom)
    return call.chosen(made, _BRIEF_PERMISSION)


def unshare(call: Call, file_id: str, permission_id: str) -> None:
    """permissions.delete."""
    file = call.file(file_id)
    kept = [one for one in file.permissions if one["id"] != permission_id]
    if len(kept) == len(file.permissions):
        message = f"Permission not found: {permission_id}."
        raise DriveRefused(message, 404, "notFound", location="permissionId")
    call.file(file_id, "writer")
    file.permissions = kept
    call.drive.touched(file)


def export(call: Call, file_id: str) -> tuple[str, bytes]:
    """files.export: content type and content of the first tab as CSV or TSV."""
    file = call.file(file_id)
    kind = call.query.get("mimeType", "")
    if kind not in ("text/csv", "text/tab-separated-values"):
        raise DriveRefused("The requested conversion is not supported.", 400, "badRequest")
    look = Look(file.book)
    out = io.StringIO()
    csv.writer(out, delimiter="," if kind == "text/csv" else "\t").writerows(look.grid(look.titles[0]))
    return kind, out.getvalue().removesuffix("\r\n").encode()


def import_csv(call: Call, file_id: str) -> Obj:
    """The v2 upload of gspread's import_csv, which replaces all tabs by one with a CSV's cells."""
    file = call.file(file_id, "writer")
    book = file.book.snapshot()
    rows = list(csv.reader(io.StringIO(call.data.decode())))
    sheet = book.sheets[0].snapshot()
    sheet.cells = {}
    sheet.lists = {name: [] for name in sheet.lists}
    grid = {"rowCount": max(len(rows), 1), "columnCount": max([len(row) for row in rows] + [1])}
    sheet.properties = sheet.properties | {"gridProperties": grid, "index": 0}
    book.sheets, book.metadata, book.named_ranges = [sheet], {}, []
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            sheet.put(down, across, enter({}, value, str(book.properties["locale"])))
    call.drive.commit(file, book)
    return {"kind": "drive#file", "id": file_id, "title": book.title, "mimeType": SPREADSHEET}
