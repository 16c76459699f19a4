"""Files that only the user who runs the product may read: the database, the files beside it, and files written out."""

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
"""The ending of an incomplete file's name, where it needs a name; the file remains if its process is killed."""
BESIDE = ("-wal", "-shm", "-journal", ".turn.lock", ".worker-0.lock")
"""The endings of files that SQLite and the locks put beside a database. SQLite gives its own the database's mode."""


def keep_private() -> None:
    """Make files that this process creates readable for its own user alone, whatever umask it was started with.

    If it crashes, no core file is written: the keys and what people wrote would be in it.
    """
    os.umask(OTHERS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def make(database: str) -> None:
    """Create an SQLite database's file, for its own user alone, unless it exists already; OSError."""
    with suppress(FileExistsError):
        os.close(os.open(database, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, MODE))


def narrow(database: str) -> None:
    """Take away other users' rights to an SQLite file and the files beside it.

    This is called only once SQLite has read the file, as the name may be that of some other file or folder. A file that
    belongs to another user can't be narrowed and is named in the log. The file is never opened here: closing it would
    release every lock that this process has on it.
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
    """Write a file or replace one: afterwards it is complete, or as it was before. OSError if it can't be written."""
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
    """Write a file that doesn't exist yet; it has its name only once it is complete.

    Until then it has none, so nothing remains of it if the process is killed. Only where the system doesn't support
    unnamed files is it called `.part` meanwhile. FileExistsError names in its `filename` what is in the way: neither an
    existing file nor an existing `.part` is overwritten, whatever it is or links to. OSError.
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
    finally:  # on a full disk, say: the next attempt would find it in the way
        if part is not None:
            part.unlink(missing_ok=True)


def _begun(path: Path) -> tuple[int, Path | None]:
    """A file to write to, and its `.part` path if the system or the disk doesn't support unnamed files.

    Linux names an unnamed file through /proc.
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
    """Give a complete file its name; FileExistsError if that is taken."""
    try:
        if part is None:
            os.link(f"/proc/self/fd/{number}", path, src_dir_fd=number)  # makes Python follow the symlink in /proc
        else:
            os.link(part, path)
    except FileExistsError:
        raise _in_the_way(path) from None
    except OSError:
        if part is None:
            raise
        part.rename(path)  # on file systems without hard links


def _in_the_way(path: Path) -> FileExistsError:
    return FileExistsError(errno.EEXIST, "is there already", str(path))
