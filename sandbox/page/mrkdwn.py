"""Slack's text as HTML: mrkdwn with its references, emoji by their short names, and plain text."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup, escape

from sandbox.page import emoji
from sandbox.page.html import el, together

_INLINE: Final = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|<(?P<reference>[^<>\n]+)>"
    r"|(?<![\w*])\*(?P<bold>(?!\s)[^*\n]+?(?<!\s))\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>(?!\s)[^\n]+?(?<!\s))_(?!\w)"
    r"|(?<![\w~])~(?P<strike>(?!\s)[^~\n]+?(?<!\s))~(?![\w~])"
    r"|:(?P<emoji>[a-z0-9_+'-]+):"
)
_QUOTED: Final = re.compile(r"(?:&gt;|>) ?(.*)")
_TAGS: Final = {"bold": "strong", "italic": "em", "strike": "del"}


@dataclass(frozen=True)
class Names:
    """The names of people and channels, by id."""

    users: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)

    def user(self, user_id: str) -> str:
        """A person's name, or their id if the name isn't known."""
        return self.users.get(user_id, user_id)


def plain(text: str) -> Markup:
    """Text without markup: lines are kept, entities and short names of emoji are replaced."""
    return Markup("<br>").join(emoji.drawn(emoji.named(_read(line))) for line in text.split("\n"))


def _read(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def mrkdwn(text: str, names: Names) -> Markup:
    """Text in Slack's markup: code, quotes, bold, italic, strikethrough, references. Links can't be followed."""
    parts = re.split(r"```\n?(.*?)\n?```", text, flags=re.DOTALL)
    return together(
        el("pre", _read(part)) if place % 2 else _paragraphs(part, names) for place, part in enumerate(parts) if part
    )


def _paragraphs(text: str, names: Names) -> Markup:
    """The lines, with consecutive quoted lines in one quote."""
    shown: list[Markup] = []
    quoted: list[Markup] = []
    for line in text.split("\n"):
        found = _QUOTED.fullmatch(line)
        if found:
            quoted.append(inline(found[1], names))
            continue
        if quoted:
            shown.append(el("blockquote", Markup("<br>").join(quoted)))
            quoted = []
        shown.append(inline(line, names))
    if quoted:
        shown.append(el("blockquote", Markup("<br>").join(quoted)))
    return Markup("<br>").join(shown).replace(Markup("</blockquote><br>"), Markup("</blockquote>"))


def inline(text: str, names: Names) -> Markup:
    """One line of mrkdwn."""
    shown: list[Markup] = []
    end = 0
    for found in _INLINE.finditer(text):
        shown += [emoji.drawn(_read(text[end : found.start()])), _found(found, names)]
        end = found.end()
    return together([*shown, emoji.drawn(_read(text[end:]))])


def _found(found: re.Match[str], names: Names) -> Markup:
    kind = found.lastgroup or ""
    inside = found[kind]
    if kind == "code":
        return el("code", _read(inside))
    if kind == "emoji":
        return emoji.drawn(emoji.SHORT.get(inside, found[0]))
    if kind == "reference":
        return reference(inside, names)
    return el(_TAGS[kind], inline(inside, names))


def reference(inside: str, names: Names) -> Markup:
    """The content of Slack's angle brackets: a person, a channel, a mention of everybody, a date, or a link."""
    target, _, label = inside.partition("|")
    sign, rest = target[:1], target[1:]
    if sign in _REFERENCES:
        return _REFERENCES[sign](rest, _read(label), names)
    return link(_read(target), _read(label))


def link(target: str, label: str = "") -> Markup:
    """A link whose title says where it leads, but that can't be followed."""
    return el("span", label or target.removeprefix("mailto:"), class_="link", title=f"{target} (not opened here)")


def _user(rest: str, label: str, names: Names) -> Markup:
    return el("span", f"@{names.users.get(rest) or label or rest}", class_="mention")


def _channel(rest: str, label: str, names: Names) -> Markup:
    return el("span", f"#{names.channels.get(rest) or label or rest}", class_="mention")


def _special(rest: str, label: str, names: Names) -> Markup:
    del names
    return escape(label or rest) if rest.startswith("date^") else el("span", f"@{label or rest}", class_="mention")


_REFERENCES: Final[Mapping[str, Callable[[str, str, Names], Markup]]] = {"@": _user, "#": _channel, "!": _special}
