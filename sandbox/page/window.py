"""The modal in front of somebody, with how many lie under it."""

from markupsafe import Markup

from sandbox.desk import Desk
from sandbox.page.blocks import blocks
from sandbox.page.html import el
from sandbox.page.place import Place, bare
from sandbox.page.where import Where, names
from sandbox.slack.model import View
from sandbox.slack.shapes import objs


def window(desk: Desk, where: Where) -> Markup:
    """The modal, or nothing."""
    view = where.person(desk).modal()
    if view is None:
        return Markup("")
    deep = len(desk.workspace.stacks.get(where.me, []))
    place = Place("modal", view.id, names(desk), view.values, view.field_errors, frozenset(desk.workspace.files))
    trouble = el("p", view.trouble, class_="error", role="alert") if view.trouble else None
    wrong = len(view.field_errors)
    count = el("p", f"{wrong} to put right", class_="error", role="alert") if wrong else None
    form = el(
        "form",
        el("header", el("h2", bare(view.content.get("title")), id="modal-title", tabindex=-1), _depth(deep), _cross()),
        el("div", trouble, count, blocks(objs(view.content["blocks"]), place), class_="blocks", tabindex=0),
        _footer(view, deep),
        novalidate=True,
        autocomplete="off",
        data_doing="act",
        data_view=view.id,
        data_submit=True,
    )
    return el("div", form, class_=f"modal stacked-{min(deep, 3)}", role="dialog", aria_labelledby="modal-title")


def _depth(deep: int) -> Markup | None:
    return el("span", f"{deep} of 3 on top of each other", class_="about") if deep > 1 else None


def _cross() -> Markup:
    return el("button", "✕", type="button", class_="cross", data_close="all", aria_label="Close", id="modal-cross")


def _footer(view: View, deep: int) -> Markup:
    close = bare(view.content.get("close")) or ("Back" if deep > 1 else "Close")
    cancel = el("button", close, type="button", data_close="one", id="modal-close")
    submit = bare(view.content.get("submit"))
    send = el("button", submit, type="submit", class_="primary", id="modal-submit") if submit else None
    return el("footer", cancel, send)
