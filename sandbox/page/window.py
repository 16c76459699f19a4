"""The modal in front of a person, with the titles of the modals under it."""

from markupsafe import Markup

from sandbox.desk import Desk
from sandbox.page.blocks import blocks
from sandbox.page.html import el
from sandbox.page.place import bare
from sandbox.page.where import Where, in_view
from sandbox.slack.model import View
from sandbox.slack.shapes import objs


def window(desk: Desk, where: Where) -> Markup:
    """The modal in front, or nothing."""
    view = where.person(desk).modal()
    if view is None:
        return Markup("")
    under = _under(desk, where)
    deep = len(under) + 1
    place = in_view(desk, where, view)
    trouble = el("p", view.trouble, class_="error", role="alert") if view.trouble else None
    wrong = len(view.field_errors)
    count = (
        el("p", f"{wrong} {'answer' if wrong == 1 else 'answers'} to correct", class_="error", role="alert")
        if wrong
        else None
    )
    form = el(
        "form",
        _path(under),
        el("header", el("h2", bare(view.content.get("title")), id="modal-title", tabindex=-1), _cross()),
        el(
            "div",
            trouble,
            count,
            blocks(objs(view.content["blocks"]), place),
            class_="blocks",
            id="modal-blocks",
            tabindex=0,
        ),
        _footer(view, deep),
        novalidate=True,
        autocomplete="off",
        data_doing="act",
        data_view=view.id,
        data_of=view.id,
        data_submit=True,
    )
    return el("div", form, class_=f"modal stacked-{min(deep, 3)}", role="dialog", aria_labelledby="modal-title")


def _under(desk: Desk, where: Where) -> list[str]:
    """The titles of the modals under the one in front, lowest first."""
    with desk.workspace.lock:
        stack = desk.workspace.stacks.get(where.me, [])[:-1]
        return [bare(desk.workspace.views[one].content.get("title")) for one in stack]


def _path(under: list[str]) -> Markup | None:
    """The titles of the modals under the one in front, as a list; None without any."""
    if not under:
        return None
    titles = [el("li", one) for one in under]
    return el("ol", titles, class_="under", aria_label=f"On top of {len(under)} other{'s' if len(under) > 1 else ''}")


def _cross() -> Markup:
    return el("button", "✕", type="button", class_="cross", data_close="all", aria_label="Close", id="modal-cross")


def _footer(view: View, deep: int) -> Markup:
    close = bare(view.content.get("close")) or ("Back" if deep > 1 else "Close")
    cancel = el("button", close, type="button", data_close="one", id="modal-close")
    submit = bare(view.content.get("submit"))
    send = el("button", submit, type="submit", class_="primary", id="modal-submit") if submit else None
    return el("footer", cancel, send)
