"""Checks of several fields of a block or an element together."""

import re
from collections.abc import Iterable, Iterator

from sandbox.slack.answers import options
from sandbox.slack.checks.rules import Extra, said
from sandbox.slack.shapes import Obj, items, obj, objs, text

MOST_COLUMNS = 20
MOST_CELL_CHARACTERS = 10_000


def either(first: str, second: str) -> Extra:
    """Exactly one of two fields must be given."""

    def check(value: Obj, at: str) -> Iterator[str]:
        given = [name for name in (first, second) if value.get(name)]
        if not given:
            yield said(f"must define either `{first}` or `{second}`", f"{at}/type")
        elif len(given) > 1:
            yield said(f"must define only one of `{first}` or `{second}`", at)

    return check


def any_of(first: str, second: str) -> Extra:
    """At least one of two fields must be given."""

    def check(value: Obj, at: str) -> Iterator[str]:
        if not value.get(first) and not value.get(second):
            yield said(f"must define either `{first}` or `{second}`", f"{at}/type")

    return check


def not_empty(value: Obj, at: str) -> Iterator[str]:
    """At least one field must be given."""
    if not value:
        yield said("must define at least one property", at)


def one_focus(blocks: Iterable[Obj]) -> Iterator[str]:
    """At most one element of a view may take the focus."""
    found = [number for number, block in enumerate(blocks) if obj(block.get("element")).get("focus_on_load") is True]
    for number in found[1:]:
        yield said("only one element can set focus_on_load", f"/view/blocks/{number}/element/focus_on_load")


def _key(option: Obj) -> tuple[str, str]:
    return text(option.get("value")), text(obj(option.get("text")).get("text"))


def initial_among_options(value: Obj, at: str) -> Iterator[str]:
    """Initial choices must be among the options."""
    allowed = {_key(option) for option in options(value)}
    if isinstance(value.get("initial_option"), dict) and _key(obj(value["initial_option"])) not in allowed:
        yield said("initial_option must exactly match one of the options", f"{at}/initial_option")
    for number, option in enumerate(objs(value.get("initial_options"))):
        if _key(option) not in allowed:
            yield said("initial_options must exactly match the options", f"{at}/initial_options/{number}")


def lengths_agree(value: Obj, at: str) -> Iterator[str]:
    """A text input's minimum length, maximum length and initial value must agree."""
    least, most, first = value.get("min_length"), value.get("max_length"), value.get("initial_value")
    if isinstance(least, int) and isinstance(most, int) and least > most:
        yield said("min_length must be less than or equal to max_length", f"{at}/min_length")
    if isinstance(first, str):
        if isinstance(most, int) and len(first) > most:
            yield said(f"must be less than {most + 1} characters", f"{at}/initial_value")
        if isinstance(least, int) and first and len(first) < least:
            yield said(f"must be more than {least - 1} characters", f"{at}/initial_value")


def numbers_agree(value: Obj, at: str) -> Iterator[str]:
    """A number input's limits must be numbers in strings, and in order."""
    for name in ("min_value", "max_value", "initial_value"):
        given = value.get(name)
        if isinstance(given, str) and not re.fullmatch(r"-?\d+(\.\d+)?", given):
            yield said("must be a number", f"{at}/{name}")
            return
    least, most = value.get("min_value"), value.get("max_value")
    if isinstance(least, str) and isinstance(most, str) and float(least) > float(most):
        yield said("min_value must be less than or equal to max_value", f"{at}/min_value")


def written_as(name: str, pattern: str, example: str) -> Extra:
    """The field, if given, must match `pattern`; the sentence shows `example`."""

    def check(value: Obj, at: str) -> Iterator[str]:
        given = value.get(name)
        if isinstance(given, str) and not re.fullmatch(pattern, given):
            yield said(f"must be formatted as {example}", f"{at}/{name}")

    return check


def unique(field: str, inside: str) -> Extra:
    """The objects in the array `inside` must have different values of `field`."""

    def check(value: Obj, at: str) -> Iterator[str]:
        yield from doubled(objs(value.get(inside)), field, f"{at}/{inside}")

    return check


def doubled(found: Iterable[Obj], field: str, at: str) -> Iterator[str]:
    """A sentence for each repeated value of `field` among the objects of the array at `at`."""
    seen: set[str] = set()
    for number, item in enumerate(found):
        name = item.get(field)
        if isinstance(name, str) and name in seen:
            yield said(f'`{field}` "{name}" already exists', f"{at}/{number}/{field}")
        elif isinstance(name, str):
            seen.add(name)


def rows_agree(value: Obj, at: str) -> Iterator[str]:
    """Every row of a table must be as long as the first, with columns and characters within the limits."""
    rows = [items(row) for row in items(value.get("rows"))]
    for number, row in enumerate(rows):
        if not 1 <= len(row) <= MOST_COLUMNS:
            yield said(f"must provide between 1 and {MOST_COLUMNS} cells", f"{at}/rows/{number}")
        elif len(row) != len(rows[0]):
            yield said("must have as many cells as the first row", f"{at}/rows/{number}")
    if sum(characters(cell) for row in rows for cell in row) > MOST_CELL_CHARACTERS:
        yield said(f"cells must hold no more than {MOST_CELL_CHARACTERS} characters", f"{at}/rows")


def header_without_rich_text(value: Obj, at: str) -> Iterator[str]:
    """The first row of a data table must not have rich text."""
    first = next(iter(items(value.get("rows"))), [])
    for number, cell in enumerate(items(first)):
        if obj(cell).get("type") == "rich_text":
            yield said("unsupported type: rich_text", f"{at}/rows/0/{number}/type")


def series_fit_axis(value: Obj, at: str) -> Iterator[str]:
    """Each series must have a point for every category, with the same labels in the same order."""
    categories = items(obj(value.get("axis_config")).get("categories"))
    for number, series in enumerate(objs(value.get("series"))):
        labels = [point.get("label") for point in objs(series.get("data"))]
        if labels != categories:
            yield said("labels must match the categories of axis_config", f"{at}/series/{number}/data")


def characters(value: object, names: frozenset[str] = frozenset({"text", "value"})) -> int:
    """The number of characters in the fields with these names, at any depth."""
    if isinstance(value, list):
        return sum(characters(item, names) for item in value)
    if not isinstance(value, dict):
        return 0
    own = sum(len(str(item)) for name, item in value.items() if name in names and isinstance(item, str | int | float))
    return own + sum(characters(item, names) for item in value.values())
