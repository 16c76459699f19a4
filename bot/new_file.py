"""A file that a command writes: complete or not at all, readable for its user alone, and never over an existing one."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedWriter
from pathlib import Path

from audit.errors import Refused
from storage import private_files

XLSX = ".xlsx"


@contextmanager
def new(path: Path, ending: str = "") -> Iterator[BufferedWriter]:
    """A file to be written, whose name must end in `ending`; Refused if it can't be written, or exists already."""
    if not path.name.lower().endswith(ending):
        raise Refused(f"{path} must end in {ending}, since it is a workbook.")
    try:
        with private_files.new(path) as file:
            yield file
    except FileExistsError as there:
        raise Refused(f"{there.filename} already exists: choose another name. Nothing was written.") from None
    except OSError as error:
        raise Refused(f"{path} can't be written: {error.strerror}.") from None
