"""The Drive: every spreadsheet with its owner and permissions, and the file in which all of it is kept."""

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock

from sandbox import atomic
from sandbox.faults import Faults
from sandbox.sheets.accounts import PROJECT, Accounts
from sandbox.sheets.batch import engine
from sandbox.sheets.defaults import new_spreadsheet
from sandbox.sheets.errors import full, no_permission, not_found
from sandbox.sheets.logbook import Logbook, Quota
from sandbox.sheets.looks import Look
from sandbox.sheets.meanwhile import Meanwhile
from sandbox.sheets.model import Spreadsheet
from sandbox.sheets.schema import read
from sandbox.sheets.wire import Obj

BOT = f"roundtable-bot@{PROJECT}.iam.gserviceaccount.com"
OWNER = "coordinator@example.org"
RANKS = {"reader": 1, "commenter": 2, "writer": 3, "fileOrganizer": 3, "organizer": 4, "owner": 5}


@dataclass
class File:
    """A spreadsheet as Drive knows it; times are seconds since 1970. `version` rises with each change.

    `editors_share`: whether editors may share the file and change its permissions, which the owner can switch off.
    """

    book: Spreadsheet
    permissions: list[Obj]
    created: float
    modified: float
    trashed: bool = False
    parents: list[str] = field(default_factory=list)
    version: int = 1
    editors_share: bool = True

    @property
    def owner(self) -> str:
        """The owner's e-mail address."""
        return next((str(one["emailAddress"]) for one in self.permissions if one["role"] == "owner"), "")

    def role(self, user: str) -> str | None:
        """The user's highest role for this file; None if they can't even open it."""
        roles = [one["role"] for one in self.permissions if _is_for(one, user)]
        return max(roles, key=lambda role: RANKS[role], default=None)

    def may_share(self, user: str) -> bool:
        """Whether the user may share the file, and so may see who can open it."""
        role = RANKS[self.role(user) or "reader"]
        return role >= RANKS["organizer"] or (self.editors_share and role >= RANKS["writer"])


def _is_for(permission: Obj, user: str) -> bool:
    if permission["type"] == "anyone":
        return True
    if permission["type"] == "domain":
        return user.endswith("@" + str(permission["domain"]))
    return str(permission["emailAddress"]).casefold() == user.casefold()


def permission(kind: str, role: str, whom: str) -> Obj:
    """A Drive permission; `kind`: user, group, domain or anyone."""
    made: Obj = {"kind": "drive#permission", "id": _permission_id(kind, whom), "type": kind, "role": role}
    if kind in ("user", "group"):
        name = whom.split("@", maxsplit=1)[0]
        made |= {"emailAddress": whom, "displayName": name, "deleted": False, "pendingOwner": False}
    elif kind == "domain":
        made |= {"domain": whom, "displayName": whom, "allowFileDiscovery": False}
    else:
        made |= {"allowFileDiscovery": False}
    return made


def _permission_id(kind: str, whom: str) -> str:
    if kind == "anyone":
        return "anyoneWithLink"
    number = int.from_bytes(whom.casefold().encode(), "big") % 10**20
    return f"{number:020}" + ("k" if kind == "domain" else "")


class Drive:
    """All spreadsheets of the stand-in; safe to use from several threads.

    `state`: a file that is written after each change and loaded at the start. `clock` returns seconds since 1970.
    Switches: `service_accounts_may_create`, `quota.enforced`.
    """

    def __init__(self, state: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.lock = RLock()
        self.clock = clock
        self.accounts = Accounts(clock)
        self.files: dict[str, File] = {}
        self.deleted: dict[str, File] = {}
        self.log = Logbook()
        self.faults = Faults()
        self.meanwhile = Meanwhile()
        self.quota = Quota(clock)
        self.service_accounts_may_create = False
        self.full: set[str] = set()  # owners whose Drive is full, so that their files can't be changed
        self._state = state
        if state is not None and state.exists():
            self._load(json.loads(state.read_text()))

    @property
    def enforce_rates(self) -> bool:
        """Whether more than 60 reads or 60 writes of a user in a minute are refused with 429."""
        return self.quota.enforced

    @enforce_rates.setter
    def enforce_rates(self, on: bool) -> None:
        self.quota.enforced = on

    def service_account(self, base_url: str, email: str = BOT) -> Obj:
        """The JSON key file of a service account that this Drive accepts."""
        with self.lock:
            credentials = self.accounts.credentials(email, base_url)
            self.save()
            return credentials

    def counts(self) -> dict[str, int]:
        """The numbers of requests by kind, and of bytes: `Logbook.counts`."""
        return self.log.counts()

    def create_spreadsheet(
        self,
        title: str,
        owner: str = OWNER,
        share_with: tuple[str, ...] = (),
        *,
        locale: str = "en_GB",
        zone: str = "Europe/London",
    ) -> str:
        """Create a person's spreadsheet, shared for editing with these addresses, and return its id."""
        with self.lock:
            key = "1" + secrets.token_urlsafe(32)[:43]
            book = new_spreadsheet(key, title, locale, zone)
            self.add(book, owner)
            for email in share_with:
                self.share(key, email)
            return key

    def add(self, book: Spreadsheet, owner: str) -> File:
        """Keep a new spreadsheet for its owner."""
        with self.lock:
            now = self.clock()
            self.files[book.id] = File(book, [permission("user", "owner", owner)], now, now)
            self.save()
            return self.files[book.id]

    def file(self, spreadsheet_id: str, user: str, rank: str = "reader") -> File:
        """The file, if the user's role is `rank` or higher. Raises Refused: 404 or 403."""
        if spreadsheet_id not in self.files:
            raise not_found()
        file = self.files[spreadsheet_id]
        role = file.role(user)
        if role is None or RANKS[role] < RANKS[rank]:
            raise no_permission()
        if rank == "writer" and file.owner in self.full:
            raise full()
        return file

    def commit(self, file: File, book: Spreadsheet) -> None:
        """Make `book` the file's content."""
        with self.lock:
            file.book = book
            file.modified = self.clock()
            self.touched(file)

    def touched(self, file: File) -> None:
        """Record a change of the file: save, and raise its version by more than one, as Drive does."""
        file.version += 2
        self.save()

    def spreadsheet(self, spreadsheet_id: str) -> Look:
        """A spreadsheet's present state, to read. Raises KeyError if there is none."""
        with self.lock:
            return Look(self.files[spreadsheet_id].book.snapshot())

    def batch_update(self, spreadsheet_id: str, requests: list[Obj], user: str) -> list[Obj]:
        """Carry out a user's batchUpdate and return the replies. Raises Refused, after which nothing has changed."""
        with self.lock:
            body = read("BatchUpdateSpreadsheetRequest", {"requests": requests})
            file = self.file(spreadsheet_id, user, "writer")
            book, replies = engine.run(file.book, body["requests"], user, owner=user == file.owner)
            self.commit(file, book)
            return replies

    def share(self, spreadsheet_id: str, email: str, role: str = "writer", kind: str = "user") -> Obj:
        """Let a user open the file, or by `kind` a domain or anyone with the link; returns the permission."""
        with self.lock:
            file = self.files[spreadsheet_id]
            made = permission(kind, role, email)
            file.permissions = [one for one in file.permissions if one["id"] != made["id"]] + [made]
            self.touched(file)
            return made

    def revoke(self, spreadsheet_id: str, email: str = BOT) -> None:
        """Remove a user's access."""
        with self.lock:
            file = self.files[spreadsheet_id]
            file.permissions = [one for one in file.permissions if not _named(one, email)]
            self.touched(file)

    def restrict(self, spreadsheet_id: str) -> None:
        """Remove the access of anyone with the link and of domains."""
        with self.lock:
            file = self.files[spreadsheet_id]
            file.permissions = [one for one in file.permissions if one["type"] not in ("anyone", "domain")]
            self.touched(file)

    def let_editors_share(self, spreadsheet_id: str, *, on: bool) -> None:
        """Switch "Editors can change permissions and share" on or off."""
        with self.lock:
            self.files[spreadsheet_id].editors_share = on
            self.touched(self.files[spreadsheet_id])

    def trash(self, spreadsheet_id: str) -> None:
        """Move the file to the bin, where it can still be opened."""
        with self.lock:
            self.files[spreadsheet_id].trashed = True
            self.touched(self.files[spreadsheet_id])

    def delete(self, spreadsheet_id: str) -> None:
        """Delete the file: requests get 404 unless it is restored."""
        with self.lock:
            self.deleted[spreadsheet_id] = self.files.pop(spreadsheet_id)
            self.save()

    def restore(self, spreadsheet_id: str) -> None:
        """Undo trash or delete."""
        with self.lock:
            if spreadsheet_id in self.deleted:
                self.files[spreadsheet_id] = self.deleted.pop(spreadsheet_id)
            self.files[spreadsheet_id].trashed = False
            self.touched(self.files[spreadsheet_id])

    def save(self) -> None:
        """Replace the state file, if there is one."""
        if self._state is None:
            return
        whole = {
            "keys": self.accounts.keys,
            "tokens": self.accounts.tokens,
            "audiences": sorted(self.accounts.audiences),
            "files": [_file_state(file) for file in self.files.values()],
            "deleted": [_file_state(file) for file in self.deleted.values()],
        }
        atomic.write(self._state, json.dumps(whole))

    def _load(self, whole: Obj) -> None:
        self.accounts.keys = {email: (pair[0], pair[1]) for email, pair in whole["keys"].items()}
        self.accounts.tokens = {token: (one[0], one[1], one[2]) for token, one in whole["tokens"].items()}
        self.accounts.audiences = set(whole["audiences"])
        self.files = {one["book"]["id"]: _file(one) for one in whole["files"]}
        self.deleted = {one["book"]["id"]: _file(one) for one in whole["deleted"]}


def _named(permission_: Obj, email: str) -> bool:
    return str(permission_.get("emailAddress", "")).casefold() == email.casefold()


def _file_state(file: File) -> Obj:
    kept = {
        name: getattr(file, name)
        for name in ("permissions", "created", "modified", "trashed", "parents", "version", "editors_share")
    }
    return kept | {"book": file.book.to_state()}


def _file(state: Obj) -> File:
    book = Spreadsheet.from_state(state["book"])
    return File(book, **{name: value for name, value in state.items() if name != "book"})
