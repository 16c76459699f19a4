"""Block Kit's elements as form controls: buttons, menus, inputs and pictures."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from markupsafe import Markup

from sandbox.page import moments
from sandbox.page.html import Attribute, el
from sandbox.page.place import STYLES, Place, bare, said
from sandbox.slack.answers import KEPT, options
from sandbox.slack.shapes import Obj, items, obj, objs, strings, text

FEW: Final = 8
"""A menu of more choices than this can be searched."""
Drawn = Callable[[Obj, Obj, Place], Markup]


def element(block: Obj, one: Obj, place: Place) -> Markup:
    """An element of a block; an unknown type is rendered as a note that says so."""
    drawn = ELEMENTS.get(text(one.get("type")))
    if drawn is None:
        return el("span", f"[{text(one.get('type'))} isn't drawn here]", class_="unknown")
    return drawn(block, one, place)


def dispatches(block: Obj) -> bool:
    """Whether the app is notified at once when an element of this block is used."""
    return block.get("type") != "input" or bool(block.get("dispatch_action"))


def _common(block: Obj, one: Obj, place: Place) -> dict[str, Attribute]:
    """The attributes that every control has: its label, its block and action, and whether using it notifies the app."""
    block_id = text(block.get("block_id"))
    shared: dict[str, Attribute] = {"data_block": block_id, "data_action": text(one.get("action_id"))}
    if place.surface == "modal":
        shared["name"] = f"{block_id}|{text(one.get('action_id'))}"
    if dispatches(block):
        shared["data_dispatch"] = True
    if one.get("confirm"):
        shared["data_confirm"] = _confirm(obj(one["confirm"]))
    if block.get("type") != "input":
        return shared | {"aria_label": text(one.get("accessibility_label")) or _label(one)}
    if block_id in place.errors:
        shared |= {"aria_invalid": "true", "aria_describedby": f"{place.id(block, one)}|error"}
    elif block.get("hint"):
        shared |= {"aria_describedby": f"{place.id(block, one)}|hint"}
    return shared if block.get("optional") else shared | {"aria_required": "true"}


def _label(one: Obj) -> str | None:
    return bare(one.get("placeholder")) or {"overflow": "More actions"}.get(text(one.get("type")))


def _confirm(given: Obj) -> str:
    words = {name: bare(given.get(name)) for name in ("title", "text", "confirm", "deny")}
    return json.dumps({**words, "style": text(given.get("style"))})


def _button(block: Obj, one: Obj, place: Place) -> Markup:
    style = STYLES.get(text(one.get("style")), "")
    shared = _common(block, one, place) | {"data_press": True, "data_value": text(one.get("value")) or None}
    shared.pop("name", None)
    return el(
        "button", said(one.get("text"), place.names), type="button", id=place.id(block, one), class_=style, **shared
    )


def _overflow(block: Obj, one: Obj, place: Place) -> Markup:
    shared = _common(block, one, place) | {"data_press": True}
    shared.pop("name", None)
    shared.pop("aria_label", None)
    own = place.id(block, one)
    choices = [
        el("button", bare(option.get("text")), type="button", data_value=text(option.get("value")),
           id=f"{own}|{number}", **shared)
        for number, option in enumerate(options(one))
    ]  # fmt: skip
    more = el("summary", "⋯", aria_label="More actions", id=own)
    return el("details", more, el("div", choices, class_="menu"), class_="overflow")


def _select(block: Obj, one: Obj, place: Place) -> Markup:
    state = place.state(block, one)
    kept = KEPT[text(one.get("type"))]
    value = state.get(kept.key)
    chosen = text(obj(value).get("value")) if kept.option else text(value)
    first = el("option", _label(one) or "Choose one", value="")
    choices = [first, *_choices(one, {chosen}, place)]
    return el("select", choices, id=place.id(block, one), **_common(block, one, place))


def _choices(one: Obj, chosen: set[str], place: Place) -> Iterable[Markup]:
    def option(value: str, label: str) -> Markup:
        return el("option", label, value=value, selected=value in chosen)

    for group in objs(one.get("option_groups")):
        inside = [option(text(each.get("value")), bare(each.get("text"))) for each in objs(group.get("options"))]
        yield el("optgroup", inside, label=bare(group.get("label")))
    for each in objs(one.get("options")):
        yield option(text(each.get("value")), bare(each.get("text")))
    for value, label in _named(one, place):
        yield option(value, label)


def _named(one: Obj, place: Place) -> list[tuple[str, str]]:
    """The people or channels to choose from: ids and labels."""
    kind = text(one.get("type"))
    return place.menu(one) if any(each in kind for each in ("users_", "conversations_", "channels_")) else []


def _radios(block: Obj, one: Obj, place: Place) -> Markup:
    chosen = {text(obj(place.state(block, one).get("selected_option")).get("value"))}
    pairs = [(text(each.get("value")), each) for each in options(one)]
    return _ticked(block, one, place, [(value, _worded(each, place)) for value, each in pairs], chosen)


def _boxes(block: Obj, one: Obj, place: Place) -> Markup:
    chosen = {text(each.get("value")) for each in objs(place.state(block, one).get("selected_options"))}
    pairs = [(text(each.get("value")), _worded(each, place)) for each in options(one)]
    return _ticked(block, one, place, pairs, chosen)


def _many(block: Obj, one: Obj, place: Place) -> Markup:
    """A multi-select: its choices with checkboxes."""
    found = place.state(block, one).get(KEPT[text(one.get("type"))].key)
    chosen = {text(each.get("value")) for each in objs(found)} | set(strings(found))
    pairs = [(text(each.get("value")), _worded(each, place)) for each in options(one)]
    pairs += [(value, Markup("{}").format(label)) for value, label in _named(one, place)]
    ticks = _ticked(block, one, place, pairs, chosen)
    most = one.get("max_selected_items")
    about = [el("small", f"{len(chosen)} chosen"), el("small", f"at most {most}") if isinstance(most, int) else None]
    find = None
    if len(pairs) > FEW:
        find = el("input", type="search", placeholder="Find", data_find=True, id=f"{place.id(block, one)}|find",
                  aria_label="Find among the choices", autocomplete="off")  # fmt: skip
    return el("div", el("div", find, about, class_="finding"), ticks, class_="many")


def _worded(option: Obj, place: Place) -> Markup:
    more = option.get("description")
    return said(option.get("text"), place.names) + (el("small", said(more, place.names)) if more else Markup(""))


def _ticked(block: Obj, one: Obj, place: Place, choices: list[tuple[str, Markup]], chosen: set[str]) -> Markup:
    kind = "radio" if one.get("type") == "radio_buttons" else "checkbox"
    shared = _common(block, one, place)
    group_id = place.id(block, one)
    shared.setdefault("name", group_id)
    about = {name: shared.pop(name, None) for name in ("aria_label", "aria_invalid", "aria_describedby")}
    shared.pop("aria_required", None)
    labelled = f"{group_id}|label" if block.get("type") == "input" else None
    lines = [
        el(
            "label",
            el("input", type=kind, value=value, checked=value in chosen, id=f"{group_id}|{number}", **shared),
            el("span", words),
        )
        for number, (value, words) in enumerate(choices)
    ]
    role = "radiogroup" if kind == "radio" else "group"
    return el("div", lines, class_="ticks", role=role, aria_labelledby=labelled, **about)


_TYPES: Final[Mapping[str, tuple[str, str]]] = {
    "datepicker": ("date", "selected_date"),
    "timepicker": ("time", "selected_time"),
    "email_text_input": ("email", "value"),
    "url_text_input": ("url", "value"),
    "number_input": ("text", "value"),
    "plain_text_input": ("text", "value"),
}


def _typed(block: Obj, one: Obj, place: Place) -> Markup:
    kind, key = _TYPES[text(one.get("type"))]
    shared = _common(block, one, place) | {"maxlength": _most(one), "placeholder": bare(one.get("placeholder")) or None}
    value = text(place.state(block, one).get(key))
    if one.get("multiline"):
        return el("textarea", value, id=place.id(block, one), rows=3, **shared)
    mode = "numeric" if one.get("type") == "number_input" else None
    return el("input", type=kind, value=value, id=place.id(block, one), inputmode=mode, autocomplete="off", **shared)


def _most(one: Obj) -> int | None:
    most = one.get("max_length")
    return most if isinstance(most, int) else None


def _date_time(block: Obj, one: Obj, place: Place) -> Markup:
    stamp = place.state(block, one).get("selected_date_time")
    value = moments.local(stamp) if isinstance(stamp, int) else ""
    return el("input", type="datetime-local", value=value, id=place.id(block, one), **_common(block, one, place))


def _rich(block: Obj, one: Obj, place: Place) -> Markup:
    found = objs(obj(place.state(block, one).get("rich_text_value")).get("elements"))
    words = "".join(text(piece.get("text")) for part in found for piece in objs(part.get("elements")))
    return el("textarea", words, id=place.id(block, one), rows=3, **_common(block, one, place))


def _file(block: Obj, one: Obj, place: Place) -> Markup:
    kept = len(items(place.state(block, one).get("files")))
    note = el("small", f"{kept} chosen so far") if kept else None
    several = one.get("max_files") != 1
    control = el("input", type="file", multiple=several, id=place.id(block, one), **_common(block, one, place))
    return el("span", control, note)


def _picture(block: Obj, one: Obj, place: Place) -> Markup:
    del block
    return picture(one, place, "thumb")


def picture(one: Obj, place: Place, class_: str) -> Markup:
    """A picture from the workspace's files; any other isn't fetched, and its alternative text is shown instead."""
    words = text(one.get("alt_text"))
    file_id = text(obj(one.get("slack_file")).get("id"))
    if file_id in place.files:
        return el("img", src=f"/file/{file_id}", alt=words, class_=class_)
    return el(
        "span", f"Picture: {words}", class_=f"{class_} absent", title="Pictures from elsewhere aren't fetched here"
    )


ELEMENTS: Final[Mapping[str, Drawn]] = {
    "button": _button,
    "workflow_button": _button,
    "overflow": _overflow,
    "radio_buttons": _radios,
    "checkboxes": _boxes,
    "static_select": _select,
    "external_select": _select,
    "users_select": _select,
    "conversations_select": _select,
    "channels_select": _select,
    "multi_static_select": _many,
    "multi_external_select": _many,
    "multi_users_select": _many,
    "multi_conversations_select": _many,
    "multi_channels_select": _many,
    "datetimepicker": _date_time,
    "rich_text_input": _rich,
    "file_input": _file,
    "image": _picture,
    **dict.fromkeys(_TYPES, _typed),
}
