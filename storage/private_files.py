"""Files that only the user who runs the product may read: the database, what lies beside it, what is written out."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedWriter
from pathlib import Path
from secrets import token_hex

MODE, OTHERS = 0o600, 0o077
UNFINISHED = ".part"
"""With what a file's name ends until it is whole, where it must have one; of a process that was killed it stays."""
BESIDE = ("-wal", "-shm", "-journal", ".turn.lock", ".worker-0.lock")
"""What SQLite and the locks put beside a database file. SQLite gives its own the mode of the database."""


def keep_private() -> None:
    """From now on, what this process creates is for its own user alone, whatever umask it was started with.

    If it crashes, no image of its memory is kept (a core): the keys and what people wrote would be in it.
    """
    os.umask(OTHERS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def make(database: str) -> None:
    """Begin an SQLite database: create its file, for its own user alone, unless something is there; OSError."""
    with suppress(FileExistsError):
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))


def narrow(database: str) -> None:
    """Take other users' rights to an SQLite file, and to what lies beside it.

    Only once SQLite has read it: somebody may have named a file or a folder that is something else. A file that
    belongs to another user can't be narrowed: it is named in the log. It is never opened here: closing it would end
    every lock that this process has on it.
    """
    for suffix in ("", *BESIDE):
        with suppress(FileNotFoundError):
            _narrow(Path(f"{database}{suffix}"))


def _narrow(path: Path) -> None:
    if path.stat().st_mode & OTHERS:
        try:
            path.chmod(MODE)
        except PermissionError:
            import structlog  # slow to load, and most commands log nothing

            structlog.get_logger().warning("file_open_to_others", path=str(path))


def write(path: Path, data: bytes) -> None:
    """Write a file, or replace one: whole, or as it was before; OSError if it can't be."""
    whole = path.with_name(f"{path.name}.{token_hex(4)}")
    try:
        with new(whole) as file:
            file.write(data)
        whole.replace(path)
    except BaseException:
        whole.unlink(missing_ok=True)
        raise


@contextmanager
def new(path: Path) -> Iterator[BufferedWriter]:
    """Write a file that isn't there yet; it stands under its name only once it is whole.

    Until then it has none, so of a process that is killed nothing stays; only where the system knows no such files it
    ends in `.part` meanwhile. FileExistsError says with its `filename` what is in the way: neither the file nor its
    `.part` is written over, whatever it is or leads to. OSError.
    """
    if os.path.lexists(path):
        raise _in_the_way(path)
    number, part = _begun(path)
    try:
        with os.fdopen(number, "wb") as file:
            os.fchmod(number, MODE)
            yield file
            file.flush()
            os.fsync(number)
            _name(number, part, path)
    finally:  # on a full disk it would be in the way
        if part is not None:
            part.unlink(missing_ok=True)


def _begun(path: Path) -> tuple[int, Path | None]:
    """A file to write into, and its `.part` if it must have a name: where the system, or that disk, knows none without.

    Linux gives such a file its name by /proc.
    """
    with suppress(AttributeError, OSError):
        Path("/proc/self/fd").stat()
        return os.open(path.parent, os.O_TMPFILE | os.O_WRONLY | os.O_CLOEXEC, MODE), None
    part = path.with_name(f"{path.name}{UNFINISHED}")
    try:
        return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE), part
    except FileExistsError:
        raise _in_the_way(part) from None


def _name(number: int, part: Path | None, path: Path) -> None:
    """Give a whole file its name, never another's."""
    try:
        if part is None:
            os.link(f"/proc/self/fd/{number}", path, src_dir_fd=number)  # so that Python has the link there followed
        else:
            os.link(part, path)
    except FileExistsError:
        raise _in_the_way(path) from None
    except OSError:
        if part is None:
            raise
        part.rename(path)  # where a file can't have two names


def _in_the_way(path: Path) -> FileExistsError:
    return FileExistsError(errno.EEXIST, "is there already", str(path))
