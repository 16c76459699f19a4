"""Blocks as a person or Slack reads them: all their texts, and the payload of a submitted form."""

from collections.abc import Iterator

from views.parts import Block, View


def strings(value: object, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string in a view, with the key that it is under."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from strings(item, str(name))
    elif isinstance(value, list):
        for item in value:
            yield from strings(item, key)


def everything(value: object) -> str:
    return "\n".join(text for _, text in strings(value))


def marked_up(value: object) -> Iterator[str]:
    """The texts that Slack reads as mrkdwn."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield str(value["text"])
        for item in value.values():
            yield from marked_up(item)
    elif isinstance(value, list):
        for item in value:
            yield from marked_up(item)


def blocks_of(view: View) -> list[Block]:
    found = view["blocks"]
    assert isinstance(found, list)
    return found


def inputs(view: View) -> dict[str, Block]:
    return {str(block["block_id"]): block for block in blocks_of(view) if block["type"] == "input"}


def asked(view: View) -> dict[str, Block]:
    """Field, without the mark that the app adds -> its input block."""
    return {name.partition("__")[0]: block for name, block in inputs(view).items()}


def element(block: Block) -> Block:
    found = block["element"]
    assert isinstance(found, dict)
    return found


def sent(view: View) -> dict[str, object]:
    """The view as in Slack's payload if the form is submitted as it was opened."""
    return dict(view) | {
        "id": "V0123",
        "state": {"values": {k: {"answer": _state(b)} for k, b in inputs(view).items()}},
    }


def _state(block: Block) -> dict[str, object]:
    made = element(block)
    kind = str(made["type"])
    if kind == "plain_text_input":
        return {"type": kind, "value": made.get("initial_value")}
    if kind == "datepicker":
        return {"type": kind, "selected_date": made.get("initial_date")}
    if kind in {"multi_static_select", "checkboxes"}:
        return {"type": kind, "selected_options": made.get("initial_options", [])}
    return {"type": kind, "selected_option": made.get("initial_option")}


def buttons(value: object) -> Iterator[Block]:
    if isinstance(value, dict):
        if value.get("type") == "button":
            yield value
        for item in value.values():
            yield from buttons(item)
    elif isinstance(value, list):
        for item in value:
            yield from buttons(item)
