"""Where blocks are rendered (a message, a modal, Home), and the values entered there."""

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
"""The choices of a menu of people or channels: ids and labels."""
STYLES: Final = {"primary": "primary", "danger": "danger"}


def _nobody(element: Obj) -> Menu:
    del element
    return []


@dataclass(frozen=True)
class Place:
    """A surface with its values. `key`: a message's ts or a view's id. `files`: ids of the workspace's files.

    `menu`: the choices of a select of people or channels, for the person at the page.
    """

    surface: Surface
    key: str
    names: Names
    values: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    menu: Callable[[Obj], Menu] = _nobody

    def id(self, block: Obj, element: Obj) -> str:
        """The id of an element in the page's HTML, which stays the same as long as the element is there."""
        return f"{self.key}|{text(block.get('block_id'))}|{text(element.get('action_id'))}"

    def state(self, block: Obj, element: Obj) -> Obj:
        """The value entered in an element, as Slack's state object; empty if there is none."""
        return self.values.get(text(block.get("block_id")), {}).get(text(element.get("action_id")), {})


def said(given: object, names: Names) -> Markup:
    """A text object as HTML."""
    found = obj(given)
    words = text(found.get("text"))
    return mrkdwn(words, names) if found.get("type") == "mrkdwn" else plain(words)


def bare(given: object) -> str:
    """The unformatted text of a text object, for labels."""
    return emoji.named(text(obj(given).get("text")).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))
