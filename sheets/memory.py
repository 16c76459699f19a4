"""A memory of a spreadsheet after the last turn known to be right, so that only what changed need be read.

It shows what may have changed, never where to write: places are always read again. It has digests only, no contents.
"""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sheets import seals
from sheets.tab_positions import TabPositions
from sheets.tabs import HEADER, Row, Tab

_DIGEST = 8


@dataclass(frozen=True)
class RememberedTab:
    """One tab as it was. `rows`: digest of a row's key -> (row number, digest of its contents)."""

    sheet_id: int
    header: int
    columns: dict[str, int]
    rows: dict[str, tuple[int, str]]

    def place(self, row: Row) -> int:
        """The number that a row had."""
        return self.rows[seals.key_digest(row.key)][0]

    def shows(self, row: Row) -> bool:
        """Whether a row was there with its current contents."""
        return self.rows.get(seals.key_digest(row.key), (0, ""))[1] == digest(row)


@dataclass(frozen=True)
class Memory:
    """A spreadsheet after `turn` (the turn's text): tab's key -> tab."""

    turn: str
    tabs: dict[str, RememberedTab]

    @classmethod
    def of(cls, turn: str, standing: Iterable[TabPositions]) -> Self:
        """The memory of tabs from their positions."""
        return cls(turn, {one.tab.key: _remembered(one) for one in standing})

    def then(self, turn: str, standing: Iterable[TabPositions]) -> "Memory":
        """The memory after one more turn, which changed these tabs."""
        return Memory(turn, self.tabs | Memory.of(turn, standing).tabs)

    def changed(self, tabs: Sequence[Tab]) -> dict[str, list[Row]] | None:
        """Tab's key -> rows whose contents differ from what is drawn; None if whole tabs, rows or columns come or go.

        It includes the volatile rows, which are written as soon as any other row is.
        """
        if {tab.key for tab in tabs} != set(self.tabs):
            return None
        changed: dict[str, list[Row]] = {}
        for tab in tabs:
            known = self.tabs[tab.key]
            rows = {seals.key_digest(row.key): row for row in (tab.header, *tab.rows)}
            if rows.keys() != known.rows.keys() or set(tab.column_keys) != set(known.columns):
                return None
            differ = [row for key, row in rows.items() if not row.volatile and known.rows[key][1] != digest(row)]
            changed |= {tab.key: differ} if differ else {}
        if changed:
            for tab in tabs:
                along = [row for row in tab.rows if row.volatile]
                changed |= {tab.key: [*changed.get(tab.key, []), *along]} if along else {}
        return changed

    def pack(self) -> str:
        """The memory as text for storing."""
        text = json.dumps(vars(self), default=vars, separators=(",", ":"))
        return base64.b64encode(zlib.compress(text.encode(), level=1)).decode()

    @classmethod
    def unpack(cls, packed: str | None) -> "Memory | None":
        """A stored memory; None if there is none, or another version stored it."""
        try:
            kept = json.loads(zlib.decompress(base64.b64decode(packed or "")))
            tabs = {key: _unpacked(tab) for key, tab in kept["tabs"].items()}
            return cls(kept["turn"], tabs)
        except (zlib.error, ValueError, KeyError, TypeError):
            return None


def _unpacked(tab: dict[str, Any]) -> RememberedTab:
    rows = {key: (int(at), str(shown)) for key, (at, shown) in tab["rows"].items()}
    return RememberedTab(tab["sheet_id"], tab["header"], tab["columns"], rows)


def _remembered(standing: TabPositions) -> RememberedTab:
    rows = {row.key: row for row in (standing.tab.header, *standing.tab.rows)}
    places = {seals.key_digest(key): (at, digest(rows[key])) for key, at in standing.rows.items() if key in rows}
    return RememberedTab(standing.sheet_id, standing.rows[HEADER], standing.columns, places)


def digest(row: Row) -> str:
    """A digest of a row's contents."""
    return seals.digest("\n".join(map(repr, (row.key, *row.values))), _DIGEST)
