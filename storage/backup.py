"""A backup: every row of our tables in one sealed file, with checksums that show whether everything was restored.

The first line describes the backup, in JSON that anybody can read. Pieces follow, each a length of 4 bytes and a text
sealed with the newest key. A piece is bound to the first line, to its position and to whether it is the last, so none
can be changed, left out, moved or cut off unnoticed. A piece consists of lines of JSON, one per row; the very last line
gives each table's number of rows and the sum of their hashes. The engine's own tables aren't included: the work still
to be done is recorded in ours.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from io import BufferedReader
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BindParameter,
    Column,
    Date,
    Insert,
    LargeBinary,
    Table,
    Update,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from storage import private_files, tables  # noqa: F401  # so that every table is there
from storage.crypto import Vault, WrongKey, vault_of
from storage.keys import KeyProbe
from storage.trail import TrailEntry
from storage.types import Base, UtcDateTime

_PIECE = 200_000
"""Number of characters after which a piece is sealed."""
ROWS = 500
_MADE = "roundtable backup of"
"""The key in the first line by which a file is recognised as a backup."""
_TIME = r"([2-9]\d{3}-[-\d:.T]+\+00:00)"
_LINE = re.compile(rf'{{"{_MADE}": "{_TIME}", "expires_at": "{_TIME}", "schema": "(\w{{1,32}})"}}\n?', re.ASCII)
"""The format of the first line. Nothing else in it is believed, or repeated, before a piece has been opened."""

Sums = dict[str, list[int | str]]
"""Table -> its number of rows, and the sum of their SHA-256 hashes in hexadecimal digits."""


class Unusable(Exception):
    """The file can't be restored; the message says why, in words."""


@dataclass(frozen=True)
class BackupHead:
    """The first line of a backup: the database's schema, when the backup was made and until when it may be restored."""

    schema: str
    made_at: datetime
    expires_at: datetime

    def line(self) -> str:
        """The first line as it is written to the file: JSON."""
        days = {_MADE: self.made_at.isoformat(), "expires_at": self.expires_at.isoformat()}
        return json.dumps({**days, "schema": self.schema})


def write(session: Session, path: Path, head: BackupHead) -> int:
    """Write every row that this transaction sees to a new file, and return how many. OSError, FileExistsError.

    The file has its name only once it is complete.
    """
    sums = Sums()
    with private_files.new(path) as file, closing(lines(session, sums)) as rows:
        file.write(head.line().encode() + b"\n")
        for sealed in _sealed(vault_of(session), head, rows):
            file.write(len(sealed).to_bytes(4) + sealed)
    return sum(int(count) for count, _ in sums.values())


def head_of(path: Path) -> BackupHead:
    """A backup's first line; Unusable if the file isn't a backup, or can't be read twice (a pipe, say)."""
    if path.exists() and not path.is_file():
        raise Unusable(f"{path} is no file: a backup is read more than once, so write it to a disk first.")
    try:
        with path.open("rb") as file:
            match = _LINE.fullmatch(file.readline(1_000).decode())
        if match is not None:
            return BackupHead(match[3], datetime.fromisoformat(match[1]), datetime.fromisoformat(match[2]))
    except OSError:
        raise Unusable(f"{path} can't be read. Is it there?") from None
    except ValueError:  # not text, or not a time
        pass
    raise Unusable(f"{path} is no backup of Roundtable's.")


def restore(session: Session, path: Path, head: BackupHead) -> int:
    """Put every row of a backup into an empty database, and return how many. Unusable if any row differs.

    Afterwards the rows are read back from the database and compared with the backup's checksums.
    """
    filled = [table.name for table in _tables() if table is not KeyProbe.__table__ and _any(session, table)]
    if filled:
        raise Unusable(f"There is something in this database already ({filled[0]}): choose an empty one.")
    session.execute(delete(KeyProbe))
    try:
        written = _put(session, path, head)
    except OSError as error:
        raise Unusable(f"{path} can't be read any more ({type(error).__name__}).") from None
    _go_on_counting(session)
    sums = Sums()
    for _ in lines(session, sums):
        pass
    wrong = next((name for name in written | sums if written.get(name) != sums.get(name)), None)
    if wrong is not None:
        raise Unusable(f"The table {wrong} isn't in the database as it was when the backup was made.")
    return sum(int(count) for count, _ in sums.values())


def _put(session: Session, path: Path, head: BackupHead) -> Sums:
    """Insert every row into its table; returns the checksums at the end of the file."""
    rows, of = list[dict[str, Any]](), ""
    for name, row in _rows(vault_of(session), path, head):
        if rows and (name != of or len(rows) >= ROWS):
            _keep(session, of, rows)
            rows = []
        if name == "":
            return row
        if name not in Base.metadata.tables:
            raise Unusable(f"{path} has a table {name}, which this version doesn't know.")
        of = name
        rows.append(_read(Base.metadata.tables[name], row))
    raise Unusable(f"{path} was cut off.")


def _keep(session: Session, name: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one table. The database refuses sealed trail entries: they are sealed after they are inserted."""
    if name != TrailEntry.__tablename__:
        session.execute(_insert(name), rows)
        return
    session.execute(_insert(name), [row | {"place": None, "link": None} for row in rows])
    sealed = [{f"of_{key}": row[key] for key in ("number", "place", "link")} for row in rows if row["link"]]
    if sealed:
        session.connection().execute(_seal(), sealed)


def _seal() -> Update:
    chained: dict[str, BindParameter[Any]] = {name: bindparam(f"of_{name}") for name in ("place", "link")}
    return update(TrailEntry).where(TrailEntry.number == bindparam("of_number")).values(chained)


def _insert(name: str) -> Insert:
    table = Base.metadata.tables[name]
    empty: dict[str, BindParameter[Any]] = {  # None in a JSON column is SQL's NULL, not JSON's null
        column.name: bindparam(column.name, type_=JSON(none_as_null=True))
        for column in table.columns
        if isinstance(column.type, JSON)
    }
    return insert(table).values(empty) if empty else insert(table)


def _tables() -> Iterable[Table]:
    return Base.metadata.sorted_tables


def _any(session: Session, table: Table) -> bool:
    return session.execute(select(table).limit(1)).first() is not None


def lines(session: Session, sums: Sums) -> Generator[str, None, None]:
    """Every row as a line of JSON, and last a line with the checksums, which are also put into `sums`."""
    for table in _tables():
        count, total = 0, 0
        ordered = select(table).order_by(*table.primary_key.columns)
        with session.execute(ordered.execution_options(yield_per=ROWS)) as rows:
            for row in rows.mappings():
                line = json.dumps([table.name, {column.name: _written(row[column]) for column in table.columns}])
                count, total = count + 1, (total + int(hashlib.sha256(line.encode()).hexdigest(), 16)) % 2**256
                yield line
        sums[table.name] = [count, f"{total:064x}"]
    yield json.dumps(["", sums])


def _written(value: Any) -> Any:  # noqa: ANN401  # whatever a column holds
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _read(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if value is None else _kind(table.columns[name], value) for name, value in row.items()}


def _kind(column: Column[Any], value: Any) -> Any:  # noqa: ANN401  # as above
    if isinstance(column.type, LargeBinary):
        return base64.b64decode(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


def _sealed(vault: Vault, head: BackupHead, lines: Iterable[str]) -> Iterator[bytes]:
    """The lines joined into sealed pieces, in order."""
    held, size, number = list[str](), 0, 0
    for line in lines:
        if size > _PIECE:
            yield vault.seal("\n".join(held), _place(head, number, last=False))
            held, size, number = [], 0, number + 1
        held.append(line)
        size += len(line)
    yield vault.seal("\n".join(held), _place(head, number, last=True))


def _rows(vault: Vault, path: Path, head: BackupHead) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of the file as (its table's name, the row); last, under the name "", the checksums."""
    with path.open("rb") as file:
        file.readline(1_000)
        number, sealed = 0, piece(file)
        while sealed:
            following = piece(file)
            try:
                opened = vault.open(sealed, _place(head, number, last=not following))
            except WrongKey as wrong:
                raise Unusable(f"{path} can't be opened: its piece {number + 1} {wrong.why}.") from None
            for line in opened.split("\n"):
                name, row = json.loads(line)
                yield name, row
            number, sealed = number + 1, following


def piece(file: BufferedReader) -> bytes:
    """The next sealed piece of a file; empty at its end."""
    length = int.from_bytes(file.read(4))
    return file.read(min(length, os.fstat(file.fileno()).st_size))  # a forged length would exhaust the memory


def _place(head: BackupHead, number: int, *, last: bool) -> str:
    return f"{head.line()}:{number}:{'last' if last else 'more'}"


def _go_on_counting(session: Session) -> None:
    """Let PostgreSQL's counters continue after the last number; SQLite's do by themselves."""
    if session.connection().dialect.name != "postgresql":
        return
    for table in _tables():
        column = table.autoincrement_column
        if column is not None:
            last = session.execute(select(func.max(column))).scalar()
            parameters = {"of": table.name, "column": column.name, "last": last or 1, "there": last is not None}
            session.execute(text("SELECT setval(pg_get_serial_sequence(:of, :column), :last, :there)"), parameters)
