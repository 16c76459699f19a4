"""What was removed is remembered outside the database: one that is put back from a backup doesn't know it."""

import fcntl
import json
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

_REMOVED = ("cycle", "kind")
_OF_CASE, _OF_AUDIT = (("case", "text", "key", "mark"), ("audit", "text", "key", "mark"))
"""What the three sorts of lines say: of what, and what of it."""


class UnusableFile(Exception):
    """The file can't be read, or written; says which, in words."""


@dataclass(frozen=True)
class Remembered:
    """A file with a line for each kind of a cycle that was removed, and each text of a case or cycle that was erased.

    In it are ids of ours, names of kinds, and keyed hashes of what was erased; nothing else.
    """

    file: Path

    def read(self) -> dict[str, frozenset[str]]:
        """Cycle's id -> the kinds that were removed."""
        return {cycle_id: frozenset(kind for (kind,) in kinds) for cycle_id, kinds in self._said(_REMOVED).items()}

    def erased(self) -> dict[str, set[tuple[str, ...]]]:
        """Case's or cycle's id -> of each text that was erased its reference, a key's name and its mark by that key."""
        return self._said(_OF_CASE) | self._said(_OF_AUDIT)

    def add(self, cycle_id: str, kind: str) -> None:
        """Remember for good that this was removed."""
        self._add(_REMOVED, cycle_id, kind)

    def add_erased(self, subject_id: str, reference: str, key: str, mark: str, *, of_case: bool) -> None:
        """Remember for good that this was erased, of a case or a cycle."""
        self._add(_OF_CASE if of_case else _OF_AUDIT, subject_id, reference, key, mark)

    def _said(self, wanted: tuple[str, ...]) -> dict[str, set[tuple[str, ...]]]:
        """What the lines of the wanted sort say. A last line that was never finished counts for nothing."""
        found: dict[str, set[tuple[str, ...]]] = defaultdict(set)
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
                said = json.loads(line)
                sort = next((each for each in (_REMOVED, _OF_CASE) if each[0] in said), _OF_AUDIT)
                about, *of = (str(said[each]) for each in sort)
            except (ValueError, TypeError, KeyError):
                raise UnusableFile(
                    f"{self.file} isn't as Roundtable wrote it, so it can't be known what was removed before. Nothing"
                    " was changed. Put it back from a copy, or move it away if there is none."
                ) from None
            if sort == wanted:
                found[about].add(tuple(of))
        return found

    def _add(self, sort: tuple[str, ...], *said: str) -> None:
        """A line that was never finished goes. Whoever adds one meanwhile waits. UnusableFile."""
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
