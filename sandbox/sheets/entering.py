"""Entering a value into a cell: RAW as it is, USER_ENTERED as if it was typed."""

from sandbox.sheets.errors import Refused
from sandbox.sheets.numbers import general, tidy, user_entered
from sandbox.sheets.wire import Cell, Obj

Entry = str | float | bool


def enter(cell: Cell, value: Entry, locale: str, *, raw: bool = False) -> Cell:
    """The cell with `value` entered; an empty text empties it but keeps its format and note."""
    kept = {name: one for name, one in cell.items() if name != "userEnteredValue"}
    if value == "":
        return kept
    form = cell.get("userEnteredFormat", {})
    as_text = raw or form.get("numberFormat", {}).get("type") == "TEXT"
    if not isinstance(value, str) or as_text:
        return kept | {"userEnteredValue": literally(value)}
    if value.startswith("=") and len(value) > 1:
        return kept | {"userEnteredValue": {"formulaValue": value}}
    typed, look = user_entered(value, locale)
    if look and "numberFormat" not in form:
        kept = kept | {"userEnteredFormat": form | {"numberFormat": look}}
    return kept | {"userEnteredValue": typed}


def literally(value: Entry) -> Obj:
    """A value as an ExtendedValue of its own type."""
    if isinstance(value, bool):
        return {"boolValue": value}
    return {"stringValue": value} if isinstance(value, str) else {"numberValue": tidy(value)}


def entered(cell: Cell) -> str | None:
    """The text that the formula bar shows for a cell, or None if it is empty."""
    value = cell.get("userEnteredValue", {})
    if "boolValue" in value:
        return str(value["boolValue"]).upper()
    if "numberValue" in value:
        return general(value["numberValue"])
    text = value.get("formulaValue", value.get("stringValue"))
    return None if text is None else str(text)


def entry(value: object, place: str) -> Entry | None:
    """A value of a ValueRange; None means that the cell stays as it is. Raises Refused for lists and objects."""
    if value is None or isinstance(value, str | int | float):
        return value
    kind = "list_value" if isinstance(value, list) else "struct_value"
    raise Refused(f"Invalid {place}: {kind} {{\n}}\n")
