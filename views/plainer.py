"""A view for a Slack that doesn't support the newest block types: they become plain sections."""

from typing import cast

from views.parts import Block, View, plain_text, section, verbatim


def plainer(view: View) -> View | None:
    """The view with its newest block types replaced by sections; None if it has none."""
    blocks = cast("list[Block]", view["blocks"])
    shown = [plain for block in blocks for plain in _plain(block)]
    return None if shown == blocks else view | {"blocks": shown}


def _plain(block: Block) -> list[Block]:
    if block["type"] == "alert":
        return [section("⚠️ *Please note*"), {"type": "section", "text": plain_text(_text(block["text"]))}]
    if block["type"] == "data_visualization":  # its numbers are also in the words beside it
        return verbatim(str(block["title"]))
    return [block]


def _text(holder: object) -> str:
    return str(cast("Block", holder)["text"])
