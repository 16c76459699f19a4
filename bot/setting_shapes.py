"""Validators of settings: each returns its value, or raises a ValueError that says what is wrong."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from audit.identifiers.masks import local
from storage.crypto import Vault


def bare(value: object) -> object:
    """The value; ValueError if it includes a settings file's quotation marks or line end."""
    if isinstance(value, str) and value[-1:] in ("\r", "\n"):
        raise ValueError("it ends with a line break: save the settings file with Unix line endings (LF)")
    if isinstance(value, str) and len(value) > 1 and value[0] in "\"'" and value[0] == value[-1]:
        raise ValueError("its quotation marks are read as part of it: leave them out")
    return value


def known_database(url: SecretStr) -> SecretStr:
    """The address of a database of a supported kind; an SQLite database must be a file in a folder that exists."""
    if url.get_secret_value().startswith("postgres://"):  # as platforms write it that set it themselves
        url = SecretStr(url.get_secret_value().replace("postgres", "postgresql", 1))
    if url.get_secret_value().partition(":")[0].partition("+")[0] not in ("sqlite", "postgresql"):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    try:
        parsed = make_url(url.get_secret_value())
    except (ArgumentError, ValueError):  # their messages quote the password
        raise ValueError("can't be read: write @ : / % in the name or the password as %40 %3A %2F %25") from None
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise ValueError("must be a file: a database in memory would be lost")
    if parsed.get_backend_name() == "sqlite" and parsed.query:  # options may put it in memory, or make it read-only
        raise ValueError("must be sqlite:/// and a file, without options after a ?")
    folder = Path(parsed.database or "").parent
    if parsed.get_backend_name() == "sqlite" and not os.path.isdir(folder):  # noqa: PTH112  # Path.is_dir raises if it may not look
        raise ValueError(
            f"the folder {folder} doesn't exist or can't be opened: make it, for the user who runs Roundtable"
        )
    return url


def openable(keys: SecretStr) -> SecretStr:
    """Encryption keys that make a vault."""
    Vault.from_text(keys.get_secret_value())
    return keys


def address(url: str) -> str:
    """An HTTP or HTTPS address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must begin with https:// (or http:// for a stand-in) and name a host")
    return url


def somebody(text: str) -> str:
    """A workspace's id and a person's id, with a slash between."""
    if not re.fullmatch(r"[TE][A-Z0-9]{1,31}/[UW][A-Z0-9]{1,31}", text):
        raise ValueError("must be a workspace's and a person's id with a slash between, such as T0123ABCD/U0456EFGH")
    return text


def masks(text: str) -> str:
    """Patterns of local reference numbers."""
    local(text)
    return text
