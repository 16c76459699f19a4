"""The page's HTML around its parts."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from markupsafe import Markup

from sandbox.page.html import el

_ICON: Final = (
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><circle cx='16' cy='16' r='13' fill='#5b2a6b'/>"
    "<circle cx='16' cy='16' r='5' fill='#fff'/></svg>"
)
STYLES: Final = ("page", "bar", "slack", "blocks", "inputs", "modal", "sheet", "phone")
SCRIPTS: Final = ("typing", "page")
PANES: Final = (("slack", "Slack"), ("sheet", "Sheet"), ("desk", "Clock and trouble"))


def frame(note: str, about: str, parts: Mapping[str, Markup]) -> Markup:
    """The whole page with its parts; `about` says what is invented, and `note` says it at more length."""
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("title", "Roundtable: try it"),
        el("link", rel="icon", href="data:image/svg+xml," + quote(_ICON)),
        [el("link", rel="stylesheet", href=f"/static/{name}.css") for name in STYLES],
        [el("script", src=f"/static/{name}.js", defer=True) for name in SCRIPTS],
    )
    body = el(
        "body",
        el("a", "Skip to the messages", href="#talk", class_="skip"),
        _top(note, about, parts),
        el("main", _slack(parts), _part("sheet", parts, "section", aria_label="The sheet"), data_pane="slack"),
        el("div", id="toast", role="status", aria_live="polite"),
        _confirm(),
    )
    return Markup("<!doctype html>") + el("html", head, body, lang="en-GB")


def _part(name: str, parts: Mapping[str, Markup], tag: str = "div", **more: str) -> Markup:
    return el(tag, parts[name], id=name, data_part=True, **more)


def _top(note: str, about: str, parts: Mapping[str, Markup]) -> Markup:
    brand = el("div", el("h1", "Roundtable"), el("span", "a try-out on your machine", title=note), class_="brand")
    who = el("div", brand, _part("me", parts), class_="who-row")
    first = el("div", who, _panes(), _part("clock", parts), class_="row")
    second = el("div", _part("plays", parts), _part("troubles", parts), _part("waits", parts), class_="row second")
    said = el("p", about, class_="note", title=note)
    return el("header", first, second, said, class_="top", aria_label="Who you are, clock, others, trouble")


def _panes() -> Markup:
    buttons = [
        el("button", words, type="button", data_show=name, aria_pressed="true" if name == "slack" else "false")
        for name, words in PANES
    ]
    return el("div", buttons, class_="panes", role="group", aria_label="What to show")


def _slack(parts: Mapping[str, Markup]) -> Markup:
    middle = el(
        "div", _part("talk", parts, "section", aria_label="Conversation"), _part("composer", parts), class_="middle"
    )
    behind = el("div", _part("side", parts), middle, class_="behind", id="behind")
    return el("section", behind, _part("modal", parts), class_="slack", aria_label="Slack")


def _confirm() -> Markup:
    buttons = el(
        "footer",
        el("button", "", type="button", value="no", class_="deny"),
        el("button", "", type="button", value="yes", class_="primary"),
    )
    return el("dialog", el("h2"), el("p"), buttons, id="confirm", aria_label="Please confirm")
