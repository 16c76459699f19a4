"""A record, outside the database, of what was removed: a database restored from an older backup doesn't know it."""

import fcntl
import json
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_REMOVED = ("cycle", "kind")
_OF_CASE, _OF_AUDIT = (("case", "text", "key", "mark"), ("audit", "text", "key", "mark"))
"""The keys of the three sorts of lines: first whose data was removed or erased, then which data."""


class UnusableFile(Exception):
    """The file can't be read or written; the message names it."""


@dataclass(frozen=True)
class Remembered:
    """A file with a line for each removed kind of a cycle's data, and each erased text of a case or cycle.

    It has our ids, names of kinds, and keyed hashes of erased texts; nothing else. All methods raise UnusableFile.
    """

    file: Path

    def read(self) -> dict[str, frozenset[str]]:
        """Cycle's id -> the kinds of data that were removed."""
        return {cycle_id: frozenset(kind for (kind,) in kinds) for cycle_id, kinds in self._said(_REMOVED).items()}

    def erased(self) -> dict[str, set[tuple[str, ...]]]:
        """Case's or cycle's id -> (reference, key's name, keyed hash under that key) of each erased text."""
        return self._said(_OF_CASE) | self._said(_OF_AUDIT)

    def add(self, cycle_id: str, kind: str) -> None:
        """Record for good that this kind of a cycle's data was removed."""
        self._add(_REMOVED, cycle_id, kind)

    def add_erased(self, subject_id: str, reference: str, key: str, mark: str, *, of_case: bool) -> None:
        """Record for good that this text of a case or cycle was erased."""
        self._add(_OF_CASE if of_case else _OF_AUDIT, subject_id, reference, key, mark)

    def _said(self, wanted: tuple[str, ...]) -> dict[str, set[tuple[str, ...]]]:
        """Subject's id -> the other values of its lines of the wanted sort. An unfinished last line is ignored."""
        by_subject: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        try:
            *lines, _ = self.file.read_text(encoding="utf-8", errors="replace").split("\n")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UnusableFile(
                f"{self.file} can't be read ({type(error).__name__}), so it can't be known what was removed before."
            ) from None
        for line in lines:
            try:
                values = json.loads(line)
                sort = next((each for each in (_REMOVED, _OF_CASE) if each[0] in values), _OF_AUDIT)
                about, *of = (str(values[each]) for each in sort)
            except (ValueError, TypeError, KeyError):
                raise UnusableFile(
                    f"{self.file} isn't as Roundtable wrote it, so it can't be known what was removed before. Nothing"
                    " was changed. Put it back from a copy, or move it away if there is none."
                ) from None
            if sort == wanted:
                by_subject[about].add(tuple(of))
        return by_subject

    def _add(self, sort: tuple[str, ...], *said: str) -> None:
        """Append a line, after removing an unfinished last line. Other writers wait meanwhile."""
        try:
            handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(file.read().rfind(b"\n") + 1)
                file.truncate()
                file.write(json.dumps(dict(zip(sort, said, strict=True))).encode() + b"\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise UnusableFile(
                f"{self.file} can't be written ({type(error).__name__}), so what is removed couldn't be remembered. Put"
                " that right (PURGED_FILE), and run this again."
            ) from None
