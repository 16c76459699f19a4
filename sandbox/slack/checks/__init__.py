"""Slack's checks of blocks and views by surface: a pure function, for the stand-in and for tests."""

import json
from collections.abc import Iterator
from typing import Final

from sandbox.slack.checks.blocks import BLOCKS, VIEWS, Surface
from sandbox.slack.checks.rules import Anything, Arr, Kinds, Named, Shape, said
from sandbox.slack.checks.tables import MOST_CHARTS
from sandbox.slack.checks.together import characters, doubled, one_focus
from sandbox.slack.shapes import Obj, items, objs, text

VIEW_TOO_LARGE: Final = "view_too_large"
BLOCKS_TOO_LONG: Final = "msg_blocks_too_long"
MOST_VIEW_BYTES: Final = 250 * 1024
MOST_BLOCK_CHARACTERS: Final = 10_000
MOST_BLOCKS: Final = {"modal": 100, "home": 100, "message": 50}
_TEXTS: Final = frozenset({"text"})
_COUNTED_ELSEWHERE: Final = {"data_table", "table", "data_visualization", "markdown"}

__all__ = ["BLOCKS_TOO_LONG", "VIEW_TOO_LARGE", "Surface", "problems"]


def problems(blocks_or_view: object, surface: Surface) -> list[str]:
    """Slack's errors in these blocks (a list) or this view (an object) on `surface`; [] if there are none.

    Each is a sentence like `must be less than 76 characters [json-pointer:/view/blocks/0/text/text]`. For two kinds
    Slack has only an error code: `view_too_large`, `msg_blocks_too_long`.
    """
    if surface == "message":
        return list(_message(blocks_or_view))
    if isinstance(blocks_or_view, list):
        return list(_blocks(blocks_or_view, surface, "/view/blocks"))
    return list(_view(blocks_or_view, surface))


def _message(blocks: object) -> Iterator[str]:
    yield from _blocks(blocks, "message", "/blocks")
    found = objs(blocks)
    if sum(block.get("type") == "data_visualization" for block in found) > MOST_CHARTS:
        yield said(f"no more than {MOST_CHARTS} data_visualization blocks allowed", "/blocks")
    counted = [block for block in found if text(block.get("type")) not in _COUNTED_ELSEWHERE]
    if sum(characters(block, _TEXTS) for block in counted) > MOST_BLOCK_CHARACTERS:
        yield BLOCKS_TOO_LONG


def _blocks(blocks: object, surface: Surface, at: str) -> Iterator[str]:
    yield from Arr(Kinds(BLOCKS[surface]), MOST_BLOCKS[surface]).problems(blocks, at)
    yield from doubled([item if isinstance(item, dict) else {} for item in items(blocks)], "block_id", at)


def _view(view: object, surface: Surface) -> Iterator[str]:
    if not isinstance(view, dict):
        yield said("must provide an object", "/view")
        return
    if len(json.dumps(view, ensure_ascii=False).encode(errors="surrogatepass")) > MOST_VIEW_BYTES:
        yield VIEW_TOO_LARGE
    shape = Shape({**VIEWS[surface], "blocks!": Anything(), "type!": Named((surface,))})
    found = list(shape.problems(view, "/view"))
    if any("additional property" in sentence or "provide an object" in sentence for sentence in found):
        yield said("failed to match all allowed schemas", "/view")
    yield from found
    if view.get("blocks") is not None:
        yield from _blocks(view["blocks"], surface, "/view/blocks")
        yield from one_focus(objs(view["blocks"]))
    if surface == "modal":
        yield from _unsubmittable(view)


def _unsubmittable(view: Obj) -> Iterator[str]:
    inputs = [number for number, block in enumerate(objs(view.get("blocks"))) if block.get("type") == "input"]
    if inputs and view.get("submit") is None:
        yield said("missing required field: submit", "/view")
        for number in inputs:
            yield said("must define `submit` to use an `input` block in modals", f"/view/blocks/{number}/input")
