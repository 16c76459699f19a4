"""Long texts in a modal, split into pages."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from views.parts import REFRESH_HOME, Block, View, actions, button, escape, header, modal, section, shorten

_PAGE_BLOCKS = 90
_PAGE_BYTES = 180_000

BLOCK_BYTES = _PAGE_BYTES // _PAGE_BLOCKS


@dataclass(frozen=True)
class LaterBlocks:
    """`count` blocks, each at most BLOCK_BYTES of JSON, that are rendered only when their page is shown."""

    count: int
    draw: Callable[[], list[Block]]


Unit = tuple[str, list[Block] | LaterBlocks]
"""Blocks to keep together, and the heading to repeat if they begin a page ("" if they have one of their own)."""


@dataclass(frozen=True)
class Pages:
    """A sequence of pages, each rendered only when it is read."""

    parts: list[list[list[Block] | LaterBlocks]]

    def __len__(self) -> int:
        """Count the pages."""
        return len(self.parts)

    def __iter__(self) -> Iterator[list[Block]]:
        """Render every page in order."""
        return (self[page] for page in range(len(self)))

    def __getitem__(self, page: int) -> list[Block]:
        """Render one page, counted from 0. Raises IndexError after the last."""
        drawn = (each.draw() if isinstance(each, LaterBlocks) else each for each in self.parts[page])
        return [block for blocks in drawn for block in blocks]

    def nearest(self, page: int) -> "Page":
        """Render one page, counted from 0; out of range, the nearest one."""
        number = min(max(page, 0), len(self) - 1)
        return Page(number, len(self), self[number])


@dataclass(frozen=True)
class Page:
    """One page of several: its number, counted from 0, how many there are, and its blocks."""

    number: int
    count: int
    blocks: list[Block]

    @property
    def where(self) -> str:
        """The page's position, for its first line; "" if there is only one page."""
        return where(self.number, self.count)

    def turning(self, verb: str) -> list[Block]:
        """The buttons for the previous and next page; `verb` is their action id."""
        return turning(verb, self.number, self.count)


def pages(units: Iterable[Unit]) -> Pages:
    """Split the units into pages, in order, each within Slack's limits for a view."""
    made: list[list[list[Block] | LaterBlocks]] = [[]]
    count = size = 0
    for heading, blocks in units:
        later = isinstance(blocks, LaterBlocks)
        more = blocks.count if isinstance(blocks, LaterBlocks) else len(blocks)
        weight = more * BLOCK_BYTES if later else len(json.dumps(blocks))
        if made[-1] and (count + more > _PAGE_BLOCKS or size + weight > _PAGE_BYTES):
            made.append([[header(f"{shorten(heading, 130)} (continued)")]] if heading else [])
            count, size = len(made[-1]), 0
        made[-1].append(blocks)
        count, size = count + more, size + weight
    return Pages(made)


def turning(verb: str, page: int, count: int) -> list[Block]:
    """The buttons for the previous and next page; `verb` is their action id, the page's number their value."""
    return [
        actions(name, button(label, verb, str(to), about=f"page {to + 1}"))
        for name, label, to in (("previous", "Previous page", page - 1), ("next", "Next page", page + 1))
        if 0 <= to < count
    ]


def where(page: int, count: int) -> str:
    """The page's position, for its first line; "" if there is only one page."""
    return f" · page {page + 1} of {count}" if count > 1 else ""


def list_modal(title: str, blocks: list[Block], *, record_id: str, notice: str) -> View:
    """A list's modal. `notice`: confirms at its top what was just changed, and makes closing it close all; or ""."""
    if not notice:
        return modal(title, blocks, record_id=record_id)
    return closes_all(modal(title, [section(f"✅ {escape(notice)}"), *blocks], record_id=record_id))


def closes_all(view: View) -> View:
    """Make closing a list that has changed also close the views under it, and refresh Home."""
    return view | {"callback_id": REFRESH_HOME, "notify_on_close": True, "clear_on_close": True}
