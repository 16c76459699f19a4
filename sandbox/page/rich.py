"""Rich text blocks and markdown blocks as HTML."""

import re
from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup, escape

from sandbox.page import emoji
from sandbox.page.html import el, together
from sandbox.page.mrkdwn import Names, link
from sandbox.slack.shapes import Obj, obj, objs, text

_STYLES: Final = {"code": "code", "bold": "strong", "italic": "em", "strike": "del", "underline": "u"}
_HEADING: Final = re.compile(r"(#{1,6})\s+(.*)")
_ITEM: Final = re.compile(r"\s*(?:[-*+]|(\d+)\.)\s+(.*)")
_MARKDOWN: Final = re.compile(
    r"`(?P<code>[^`\n]+)`|\*\*(?P<strong>[^\n]+?)\*\*|(?<!\w)[*_](?P<em>[^*_\n]+)[*_](?!\w)|~~(?P<del>[^\n]+?)~~"
    r"|\[(?P<label>[^\]\n]+)\]\((?P<target>[^)\s]+)\)"
)


def rich_text(block: Obj, names: Names) -> Markup:
    """A rich_text block."""
    return together(_part(part, names) for part in objs(block.get("elements")))


def _part(part: Obj, names: Names) -> Markup:
    inside = objs(part.get("elements"))
    kind = text(part.get("type"))
    if kind == "rich_text_list":
        name = "ol" if part.get("style") == "ordered" else "ul"
        indent = part.get("indent")
        deep = f"deep-{indent}" if isinstance(indent, int) and indent else None
        return el(name, [el("li", _part(item, names)) for item in inside], class_=deep)
    shown = together(_piece(piece, names) for piece in inside)
    if kind == "rich_text_preformatted":
        return el("pre", shown)
    return el("blockquote", shown) if kind == "rich_text_quote" else shown


def _piece(piece: Obj, names: Names) -> Markup:
    kind = text(piece.get("type"))
    if kind == "user":
        shown = el("span", f"@{names.user(text(piece.get('user_id')))}", class_="mention")
    elif kind == "channel":
        channel = text(piece.get("channel_id"))
        shown = el("span", f"#{names.channels.get(channel, channel)}", class_="mention")
    elif kind == "link":
        shown = link(text(piece.get("url")), text(piece.get("text")))
    elif kind == "emoji":
        name = text(piece.get("name"))
        shown = emoji.drawn(emoji.SHORT.get(name, f":{name}:"))
    elif kind == "broadcast":
        shown = el("span", f"@{text(piece.get('range'))}", class_="mention")
    elif kind == "date":
        shown = escape(text(piece.get("fallback")) or _day(piece.get("timestamp")))
    else:
        shown = Markup("<br>").join(emoji.drawn(emoji.named(line)) for line in text(piece.get("text")).split("\n"))
    for style, name in _STYLES.items():
        shown = el(name, shown) if obj(piece.get("style")).get(style) else shown
    return shown


def _day(stamp: object) -> str:
    return f"{datetime.fromtimestamp(stamp, UTC):%d %b %Y}" if isinstance(stamp, int) else ""


def markdown(given: str) -> Markup:
    """A markdown block: headings, lists, quotes, code, bold, italic. Links can't be followed."""
    parts = re.split(r"```\w*\n?(.*?)\n?```", given, flags=re.DOTALL)
    return together(
        el("pre", part) if place % 2 else together(_lines(part)) for place, part in enumerate(parts) if part.strip()
    )


def _lines(given: str) -> list[Markup]:
    shown: list[Markup] = []
    items: list[Markup] = []
    listed = "ul"
    for line in given.strip().split("\n"):
        item = _ITEM.fullmatch(line)
        if item:
            listed = "ol" if item[1] else "ul"
            items.append(el("li", _marked(item[2])))
            continue
        shown += [el(listed, items)] if items else []
        items = []
        shown.append(_line(line))
    return [*shown, el(listed, items)] if items else shown


def _line(line: str) -> Markup:
    heading = _HEADING.fullmatch(line)
    if heading:
        return el("p", el("strong", _marked(heading[2])), class_="heading")
    if line.startswith(">"):
        return el("blockquote", _marked(line.lstrip("> ")))
    return el("p", _marked(line)) if line.strip() else Markup("")


def _marked(line: str) -> Markup:
    shown: list[Markup] = []
    end = 0
    for found in _MARKDOWN.finditer(line):
        shown.append(emoji.drawn(emoji.named(line[end : found.start()])))
        kind = found.lastgroup or ""
        if kind == "target":
            shown.append(link(found["target"], found["label"]))
        else:
            shown.append(el(kind, found[kind] if kind == "code" else _marked(found[kind])))
        end = found.end()
    return together([*shown, emoji.drawn(emoji.named(line[end:]))])
