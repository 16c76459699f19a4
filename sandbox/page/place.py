"""Where blocks are drawn: in a message, in a modal, on Home; and what was entered there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from markupsafe import Markup

from sandbox.page import emoji
from sandbox.page.mrkdwn import Names, mrkdwn, plain
from sandbox.slack.answers import Values
from sandbox.slack.shapes import Obj, obj, text

Surface = Literal["message", "modal", "home"]
Menu = list[tuple[str, str]]
"""What a menu of people or channels offers: ids and labels."""
STYLES: Final = {"primary": "primary", "danger": "danger"}


def _nobody(element: Obj) -> Menu:
    del element
    return []


@dataclass(frozen=True)
class Place:
    """`key` is a message's ts or a view's id; `files` are the ids of the pictures that the workspace has.

    `menu` says whom or what a select of people or channels offers whoever looks.
    """

    surface: Surface
    key: str
    names: Names
    values: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    menu: Callable[[Obj], Menu] = _nobody

    def id(self, block: Obj, element: Obj) -> str:
        """An element's id on the page, the same as long as the element is."""
        return f"{self.key}|{text(block.get('block_id'))}|{text(element.get('action_id'))}"

    def state(self, block: Obj, element: Obj) -> Obj:
        """What was entered in an element."""
        return self.values.get(text(block.get("block_id")), {}).get(text(element.get("action_id")), {})


def said(given: object, names: Names) -> Markup:
    """A text object as HTML."""
    found = obj(given)
    words = text(found.get("text"))
    return mrkdwn(words, names) if found.get("type") == "mrkdwn" else plain(words)


def bare(given: object) -> str:
    """A text object's words, for labels."""
    return emoji.named(text(obj(given).get("text")).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
