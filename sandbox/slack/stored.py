"""The form in which Slack keeps what an app sends: ids and defaults added, stray angle brackets escaped."""

import re
from typing import Final

from sandbox.slack.shapes import Obj, new_word, obj, objs, text

_CONTROL: Final = re.compile(r"<(?:[@#!][^<>\n]+|(?:https?://|mailto:|tel:)[^<>\n]+)>")
_BARE_LINK: Final = re.compile(r"(?<![<|\w])(https?://[^\s<>|]+)")
_RICH: Final = re.compile(r"<([@#!]|https?://|mailto:)([^<>|\n]+)(?:\|([^<>\n]*))?>")
_DEFAULTS: Final[dict[str, Obj]] = {
    "input": {"optional": False, "dispatch_action": False},
    "plain_text": {"emoji": True},
    "mrkdwn": {"verbatim": False},
}
_TYPED: Final = {"plain_text_input", "email_text_input", "url_text_input", "number_input"}
_ELEMENTS: Final = {"button", "overflow", "radio_buttons", "checkboxes", "feedback_buttons", "icon_button"}
_UNTOUCHED: Final = {"rich_text", "raw_text", "raw_number", "data_visualization", "markdown", "video"}


def escaped(given: str) -> str:
    """`given` with &, < and > as entities, except existing entities and Slack's own <...> sequences."""
    parts, end = [], 0
    for control in _CONTROL.finditer(given):
        parts += [_entities(given[end : control.start()]), control.group()]
        end = control.end()
    return "".join([*parts, _entities(given[end:])])


def _entities(given: str) -> str:
    ampersands = re.sub(r"&(?!(?:amp|lt|gt);)", "&amp;", given)
    return ampersands.replace("<", "&lt;").replace(">", "&gt;")


def message_text(given: str) -> str:
    """A message's text as Slack keeps it: escaped, with bare URLs in angle brackets."""
    return _BARE_LINK.sub(r"<\1>", escaped(given))


def blocks(given: list[Obj]) -> list[Obj]:
    """`given` with block_ids, action_ids and defaults."""
    return [{**filled(block), "block_id": text(block.get("block_id")) or new_word(5)} for block in given]


def filled(value: Obj) -> Obj:
    """One block, element or text object with Slack's defaults, at all depths."""
    kind = text(value.get("type"))
    if kind in _UNTOUCHED:
        return value
    kept: Obj = {name: _kept(item) for name, item in value.items()}
    if kind in {"plain_text", "mrkdwn"}:
        kept["text"] = escaped(text(value.get("text")))
    if (kind in _ELEMENTS or kind.endswith(("_select", "picker", "_input"))) and not value.get("action_id"):
        kept["action_id"] = new_word(5)
    if kind in _TYPED and "dispatch_action_config" not in kept:
        kept["dispatch_action_config"] = {"trigger_actions_on": ["on_enter_pressed"]}
    return {**kept, **{name: item for name, item in _DEFAULTS.get(kind, {}).items() if name not in kept}}


def _kept(item: object) -> object:
    if isinstance(item, dict):
        return filled(item)
    if isinstance(item, list):
        return [_kept(inner) for inner in item]
    return item


def preview(given: list[Obj]) -> str:
    """The text that Slack makes up for a message that has only blocks."""
    texts = [text(obj(block.get("text")).get("text")) for block in given]
    return " ".join(one for one in texts if one) or ("[no preview available]" if given else "")


def rich_text(given: str) -> list[Obj]:
    """The single rich_text block into which Slack turns a message that has only text."""
    parts: list[Obj] = []
    end = 0
    for found in _RICH.finditer(given):
        parts += _plain(given[end : found.start()])
        parts.append(_reference(found))
        end = found.end()
    parts += _plain(given[end:])
    section: Obj = {"type": "rich_text_section", "elements": parts}
    return [{"type": "rich_text", "block_id": new_word(5), "elements": [section]}]


def _plain(given: str) -> list[Obj]:
    shown = given.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return [{"type": "text", "text": shown}] if shown else []


def _reference(found: re.Match[str]) -> Obj:
    sign, rest, label = found.groups()
    if sign == "@":
        return {"type": "user", "user_id": rest}
    if sign == "#":
        return {"type": "channel", "channel_id": rest}
    if sign == "!":
        return {"type": "broadcast", "range": rest}
    return {"type": "link", "url": sign + rest, **({"text": label} if label else {})}


def elements(found: list[Obj]) -> list[tuple[Obj, Obj]]:
    """Every (block, element) pair in these blocks that a person can use."""
    pairs = []
    for block in found:
        inside = [*objs(block.get("elements")), obj(block.get("accessory")), obj(block.get("element"))]
        if block.get("type") in {"actions", "section", "input", "context_actions"}:
            pairs += [(block, element) for element in inside if element.get("action_id")]
    return pairs
