"""Long texts in a modal, page by page."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from views.parts import DONE, Block, View, actions, button, header, shorten

_PAGE_BLOCKS = 90
_PAGE_BYTES = 180_000

BLOCK_BYTES = _PAGE_BYTES // _PAGE_BLOCKS


@dataclass(frozen=True)
class LaterBlocks:
    """So many blocks, of BLOCK_BYTES of JSON each at the most, that are drawn only where their page is shown."""

    count: int
    draw: Callable[[], list[Block]]


Unit = tuple[str, list[Block] | LaterBlocks]
"""Blocks that stay together, and the heading to repeat when they begin a page ("" if they bring their own)."""


@dataclass(frozen=True)
class Pages:
    """Pages, each of which is drawn where it is asked for."""

    parts: list[list[list[Block] | LaterBlocks]]

    def __len__(self) -> int:
        """How many there are."""
        return len(self.parts)

    def __iter__(self) -> Iterator[list[Block]]:
        """All of them."""
        return (self[page] for page in range(len(self)))

    def __getitem__(self, page: int) -> list[Block]:
        """The blocks of one, counted from 0; IndexError after the last."""
        drawn = (each.draw() if isinstance(each, LaterBlocks) else each for each in self.parts[page])
        return [block for blocks in drawn for block in blocks]


def pages(units: Iterable[Unit]) -> Pages:
    """The units in order, each page within Slack's limits for a view."""
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
    """The buttons that turn to the neighbours of `page`, of `count` pages; `verb` listens for them."""
    return [
        actions(name, button(label, verb, str(to), about=f"page {to + 1}"))
        for name, label, to in (("previous", "Previous page", page - 1), ("next", "Next page", page + 1))
        if 0 <= to < count
    ]


def where(page: int, count: int) -> str:
    """Which page this is, for its first line; "" if there is only one."""
    return f" · page {page + 1} of {count}" if count > 1 else ""


def changed(view: View) -> View:
    """A list in which something was changed: closing it closes those under it too, and brings Home up to date."""
    return view | {"callback_id": DONE, "notify_on_close": True, "clear_on_close": True}
