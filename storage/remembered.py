"""What was removed is remembered outside the database: one that is put back from a backup doesn't know it."""

import fcntl
import json
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path


class UnreadableFile(Exception):
    """The file can't be read; says which, in words."""


@dataclass(frozen=True)
class Remembered:
    """A file with a line for each kind of a cycle that was removed: ids of ours and names of kinds, nothing else."""

    file: Path

    def read(self) -> dict[str, frozenset[str]]:
        """Cycle's id -> the kinds that were removed. A last line that was never finished counts for nothing."""
        found: dict[str, set[str]] = defaultdict(set)
        try:
            *lines, _ = self.file.read_text(encoding="utf-8", errors="replace").split("\n")
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise UnreadableFile(
                f"{self.file} can't be read ({type(error).__name__}), so it can't be known what was removed before."
            ) from None
        for line in lines:
            try:
                said = json.loads(line)
                found[str(said["cycle"])].add(str(said["kind"]))
            except (ValueError, TypeError, KeyError):
                raise UnreadableFile(
                    f"{self.file} isn't as Roundtable wrote it, so it can't be known what was removed before. Nothing"
                    " was changed. Put it back from a copy, or move it away if there is none."
                ) from None
        return {cycle_id: frozenset(kinds) for cycle_id, kinds in found.items()}

    def add(self, cycle_id: str, kind: str) -> None:
        """Remember for good; a line that was never finished goes. Whoever adds one meanwhile waits."""
        handle = os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(file.read().rfind(b"\n") + 1)
            file.truncate()
            file.write(json.dumps({"cycle": cycle_id, "kind": kind}).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
