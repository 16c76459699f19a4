"""Block Kit's blocks, rendered as Slack shows them."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

from markupsafe import Markup

from sandbox.page import emoji, rich
from sandbox.page.charts import Line, Plot, chart
from sandbox.page.elements import element, picture
from sandbox.page.html import el, together
from sandbox.page.place import Place, bare, said
from sandbox.slack.shapes import Obj, items, obj, objs, text


def blocks(found: Iterable[Obj], place: Place) -> Markup:
    """The blocks, one below the other."""
    return together(_block(block, place) for block in found)


def _block(block: Obj, place: Place) -> Markup:
    kind = text(block.get("type"))
    drawn = BLOCKS.get(kind)
    if drawn is None:
        return el("p", f"[{kind} isn't drawn here]", class_="unknown")
    return drawn(block, place)


def _section(block: Obj, place: Place) -> Markup:
    words = el("div", said(block["text"], place.names), class_="words") if block.get("text") else None
    fields = [el("div", said(one, place.names)) for one in objs(block.get("fields"))]
    beside = obj(block.get("accessory"))
    return el(
        "div",
        el("div", words, el("div", fields, class_="fields") if fields else None, class_="body"),
        el("div", element(block, beside, place), class_="beside") if beside else None,
        class_="section",
    )


def _header(block: Obj, place: Place) -> Markup:
    return el("h3" if place.surface == "message" else "h2", said(block.get("text"), place.names))


def _context(block: Obj, place: Place) -> Markup:
    inside = [
        picture(one, place, "icon") if one.get("type") == "image" else el("span", said(one, place.names))
        for one in objs(block.get("elements"))
    ]
    return el("div", inside, class_="context")


def _divider(block: Obj, place: Place) -> Markup:
    del block, place
    return el("hr")


def _actions(block: Obj, place: Place) -> Markup:
    return el("div", [element(block, one, place) for one in objs(block.get("elements"))], class_="actions")


def _image(block: Obj, place: Place) -> Markup:
    title = bare(block.get("title"))
    return el("figure", el("figcaption", title) if title else None, picture(block, place, "picture"))


def _rich_text(block: Obj, place: Place) -> Markup:
    return el("div", rich.rich_text(block, place.names), class_="words")


def _markdown(block: Obj, place: Place) -> Markup:
    del place
    return el("div", rich.markdown(text(block.get("text"))), class_="words markdown")


def _alert(block: Obj, place: Place) -> Markup:
    level = text(block.get("level")) or "default"
    sign = {"warning": "⚠️", "error": "⛔", "success": "✅", "info": "ℹ️"}.get(level, "ℹ️")  # noqa: RUF001  # the sign
    inside = el("div", said(block.get("text"), place.names))
    return el("div", emoji.picture(sign), inside, class_=f"alert {level}", role="note")


def _input(block: Obj, place: Place) -> Markup:
    one = obj(block.get("element"))
    own = place.id(block, one)
    wrong = place.errors.get(text(block.get("block_id")))
    optional = el("span", " (optional)", class_="optional") if block.get("optional") else None
    grouped = text(one.get("type")) in {"radio_buttons", "checkboxes"} or text(one.get("type")).startswith("multi_")
    label = el("span" if grouped else "label", bare(block.get("label")), optional, class_="label", id=f"{own}|label",
               for_=None if grouped else own)  # fmt: skip
    hint = el("p", bare(block.get("hint")), class_="hint", id=f"{own}|hint") if block.get("hint") else None
    error = el("p", wrong, class_="error", id=f"{own}|error") if wrong else None
    return el("div", label, element(block, one, place), error, hint, class_="input wrong" if wrong else "input")


def _chart(block: Obj, place: Place) -> Markup:
    del place
    return chart(plot(text(block.get("title")), obj(block.get("chart"))))


_KINDS: Final[dict[str, Literal["bar", "line", "area", "pie"]]] = {
    "bar": "bar",
    "line": "line",
    "area": "area",
    "pie": "pie",
}


def plot(title: str, given: Obj) -> Plot:
    """The chart of a data_visualization block."""
    kind = _KINDS.get(text(given.get("type")), "bar")
    if kind == "pie":
        parts = objs(given.get("segments"))
        return Plot(kind, title, [text(part.get("label")) for part in parts], [Line("", _amounts(parts))])
    axis = obj(given.get("axis_config"))
    categories = [str(one) for one in items(axis.get("categories"))]
    lines = [Line(text(one.get("name")), _amounts(objs(one.get("data")))) for one in objs(given.get("series"))]
    return Plot(kind, title, categories, lines, text(axis.get("y_label")))


def _amounts(points: list[Obj]) -> list[float]:
    values = [point.get("value") for point in points]
    return [float(value) if isinstance(value, int | float) else 0.0 for value in values]


def _table(block: Obj, place: Place) -> Markup:
    """A table or data_table block; the first row is its heading."""
    rows = [objs(row) for row in items(block.get("rows"))]
    head = el("tr", [el("th", _cell(one, place), scope="col") for one in rows[0]]) if rows else None
    at = block.get("row_header_column_index", 0)
    body = [
        el("tr", [_body_cell(one, place, heads=number == at) for number, one in enumerate(row)]) for row in rows[1:]
    ]
    caption = text(block.get("caption"))
    table = el("table", el("caption", caption) if caption else None, el("thead", head), el("tbody", body))
    return el("div", table, class_="table", tabindex=0, role="region", aria_label=caption or "Table")


def _body_cell(one: Obj, place: Place, *, heads: bool) -> Markup:
    numeric = "number" if one.get("type") == "raw_number" else None
    if heads:
        return el("th", _cell(one, place), scope="row")
    return el("td", _cell(one, place), class_=numeric)


def _cell(one: Obj, place: Place) -> Markup:
    if one.get("type") == "rich_text":
        return rich.rich_text(one, place.names)
    return Markup("{}").format(text(one.get("text")) or str(one.get("value", "")))


def _file(block: Obj, place: Place) -> Markup:
    del place
    return el("p", emoji.picture("📄"), " ", text(block.get("external_id")) or "A file", class_="file")


def _absent(block: Obj, place: Place) -> Markup:
    return el("p", "🎞 ", said(block.get("title"), place.names), class_="file")


BLOCKS: Final[Mapping[str, Callable[[Obj, Place], Markup]]] = {
    "section": _section,
    "header": _header,
    "context": _context,
    "divider": _divider,
    "actions": _actions,
    "context_actions": _actions,
    "image": _image,
    "rich_text": _rich_text,
    "markdown": _markdown,
    "alert": _alert,
    "input": _input,
    "data_visualization": _chart,
    "data_table": _table,
    "table": _table,
    "file": _file,
    "video": _absent,
}
