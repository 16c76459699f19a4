"""Long texts in a modal, page by page."""

import json
from collections.abc import Iterable

from views.parts import DONE, Block, View, actions, button, header, shorten

_PAGE_BLOCKS = 90
_PAGE_BYTES = 180_000

Unit = tuple[str, list[Block]]
"""Blocks that stay together, and the heading to repeat when they begin a page ("" if they bring their own)."""


def pages(units: Iterable[Unit]) -> list[list[Block]]:
    """The units in order, each page within Slack's limits for a view."""
    made: list[list[Block]] = [[]]
    size = 0
    for heading, blocks in units:
        weight = len(json.dumps(blocks))
        if made[-1] and (len(made[-1]) + len(blocks) > _PAGE_BLOCKS or size + weight > _PAGE_BYTES):
            made.append([header(f"{shorten(heading, 130)} (continued)")] if heading else [])
            size = 0
        made[-1] += blocks
        size += weight
    return made


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
