"""HTML whose text is always escaped: elements are made by a function, never by joining strings."""

from collections.abc import Iterable
from typing import Final

from markupsafe import Markup, escape

VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
Attribute = str | int | float | bool | None


def el(name: str, /, *inside: object, **attributes: Attribute) -> Markup:
    """An element. `class_` and `aria_label` become `class` and `aria-label`; True: no value, None or False: left out.

    Content is escaped unless it is Markup; None is nothing, a list stands for its items.
    """
    start = Markup("<{}{}>").format(Markup(name), _attributes(attributes))  # noqa: S704  # names are ours
    if name in VOID:
        return start
    return start + together(inside) + Markup("</{}>").format(Markup(name))  # noqa: S704  # likewise


def together(inside: Iterable[object]) -> Markup:
    """All items, one after the other; as in `el`."""
    return Markup("").join(_one(item) for item in inside)


def _one(item: object) -> Markup:
    if item is None:
        return Markup("")
    if isinstance(item, list | tuple):
        return together(item)
    return escape(item)


def _attributes(given: dict[str, Attribute]) -> Markup:
    kept = Markup("")
    for name, value in given.items():
        if value is None or value is False:
            continue
        shown = Markup(name.rstrip("_").replace("_", "-"))  # noqa: S704  # names are ours
        kept += Markup(" {}").format(shown) if value is True else Markup(' {}="{}"').format(shown, str(value))
    return kept
