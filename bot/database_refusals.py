"""Why a database can't be used, in a sentence that says what to do: at a start, for a command and in the doctor.

The driver's message is only searched and never shown: it may quote a password or a row.
"""

import re

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from audit.errors import Refused
from storage import schema
from storage.engine import NOT_THERE, NOT_UTF8

_UNMADE = "some of Roundtable's tables are missing or out of date. Run `roundtable migrate`."
_SAID = {
    "password authentication failed": "it doesn't accept the user's password. Correct DATABASE_URL.",
    "no password supplied": "it needs a password. Add it to DATABASE_URL.",
    "permission denied": "its user may not do that. Make that user the database's owner: ALTER DATABASE … OWNER TO …",
    NOT_UTF8.lower(): (
        "its text isn't in UTF-8. Make another database with ENCODING 'UTF8', and correct DATABASE_URL."
    ),
    "connection refused": "nothing is listening there. Start PostgreSQL, or correct the host and port in DATABASE_URL.",
    NOT_THERE: "it doesn't exist. Run `roundtable migrate`, which makes it, or correct DATABASE_URL.",
    "no such file": "nothing is listening there. Start PostgreSQL, or correct the host and port in DATABASE_URL.",
    "resolve": "its host can't be found. Correct the host in DATABASE_URL.",
    "translate host name": "its host can't be found. Correct the host in DATABASE_URL.",
    "file is not a database": "it isn't an SQLite file. Correct DATABASE_URL.",
    "unable to open": (
        "the file can't be opened. Check who may read and write it and its folder, and whether its disk is read-only."
    ),
    "readonly": "the file can't be written to. Check who may write to it and its folder.",
    "read-only transaction": "it is a read-only copy of another database. Correct DATABASE_URL.",
    "disk is full": "its disk is full. Free some space.",
    "no space left": "its disk is full. Free some space.",
    "disk i/o error": "its disk can't be read or written. Check whether it is full or broken.",
    "malformed": "the file is damaged. Restore the last backup.",
    "no such table": _UNMADE,
    "no such column": _UNMADE,
}
"""Part of a driver's message -> its meaning."""
_MISSING = {
    "role": "it has no such user. Correct DATABASE_URL.",
    "database": "there is no database of that name. Make it, or correct DATABASE_URL.",
    "relation": _UNMADE,
    "column": _UNMADE,
}
"""Kind of object that doesn't exist -> its meaning."""
_NAMED = re.compile(rf'({"|".join(_MISSING)}) ("[^"]*"|\S+) does not exist', re.IGNORECASE)
_TAKEN = re.compile(r"(table|relation) \S+ already exists")
"""A driver's message about a table to be created that exists already."""
_SILENT = {
    ("lock timeout", "statement timeout", "is locked"): (
        "Something else kept the database busy for too long. Try again. If this happens again, find out what else uses"
        " it."
    ),
    ("timeout", "timed out", "unreachable", "no route"): (
        "The database can't be reached. Is the host in DATABASE_URL right? Is a firewall in the way?"
    ),
    ("negotiation",): "What answers isn't PostgreSQL. Is the host in DATABASE_URL right? Is a proxy in the way?",
}
"""Parts of a driver's message when no database answered, or not in time -> a sentence."""


def require_current(url: str) -> None:
    """Refused if the database can't be used, or hasn't the schema that this code expects."""
    from storage import migrations  # it loads every table, which only a start needs

    try:
        with migrations.connected(url) as connection:
            require_schema(connection)
    except DBAPIError as error:
        raise Refused(why(error)) from None


def require_schema(connection: Connection) -> None:
    """Refused, saying what to do, if the database hasn't the schema that this code expects."""
    try:
        current = schema.is_current(connection)
    except schema.NotOurs as wrong:
        raise Refused(str(wrong)) from None
    if not current:
        raise Refused("The database isn't up to date: run `roundtable migrate` first.")


def why(error: DBAPIError) -> str:
    """Why the database can't be used, in a sentence."""
    known = _known(error)
    if known is not None:
        return f"The database can't be used: {known}"
    quiet = _quiet(error)
    return quiet or f"The database can't be used ({type(error.orig).__name__}). Its own log says why."


def silent(error: DBAPIError) -> bool:
    """Whether nobody answered, or not in time, or something that is no database did: that may pass by itself."""
    return _known(error) is None and _quiet(error) is not None


def _known(error: DBAPIError) -> str | None:
    message = str(error.orig).lower()
    if missing := _NAMED.search(message):
        return _MISSING[missing[1]]
    if _TAKEN.search(message):
        return (
            "it already has tables of the same names that Roundtable didn't make. Set DATABASE_URL to a database of its"
            " own."
        )
    return next((meaning for words, meaning in _SAID.items() if words in message), None)


def _quiet(error: DBAPIError) -> str | None:
    message = str(error.orig).lower()
    return next((sentence for words, sentence in _SILENT.items() if any(each in message for each in words)), None)
