"""What a redraw would do, in words and counts, without the contents of cells."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import cast

from sheets.batches import batches
from sheets.changes import Changes
from sheets.requests import Request

_NAMES = {
    "addSheet": "tabs added",
    "rows": "rows written",
    "insertROWS": "rows inserted",
    "insertCOLUMNS": "columns inserted",
    "appendROWS": "rows appended",
    "moveROWS": "rows moved",
    "deleteROWS": "rows deleted",
    "deleteCOLUMNS": "columns deleted",
    "unmergeCells": "merges taken apart",
}
"""The kinds of requests that are reported, with their names; marks and formats aren't."""


def in_words(todo: Changes) -> list[str]:
    """A line for each kind of change, then one for each cell that is put back and each row that is set aside."""
    if not todo.requests:
        return ["Nothing: the sheet shows the database."]
    bodies = batches(todo.requests)
    counts = _counts(todo.requests)
    return [
        f"{len(bodies)} {'write' if len(bodies) == 1 else 'writes'}, {sum(map(len, bodies)):,} bytes:",
        *(f"  {counts[kind]:,} {name}" for kind, name in _NAMES.items() if counts[kind]),
        *(f"  put back: {one.tab}, {one.about}, {one.column}" for one in todo.drift),
        *(f"  set aside: a row of {one.tab}. {one.why}." for one in todo.set_aside),
    ]


def _counts(requests: tuple[Request, ...]) -> Counter[str]:
    counts = Counter(kind for request in requests for kind, number in _shifts(request) for _ in range(number))
    written = {place for request in requests for place in _written(request)}
    return counts + Counter(rows=len(written))


def _shifts(request: Request) -> Iterator[tuple[str, int]]:
    """(kind, count) for a request that adds, moves or deletes something."""
    for name, body in request.items():
        given = cast("Mapping[str, object]", body)
        kind = name.removesuffix("Dimension")
        span = cast("Mapping[str, int]", given.get("range") or given.get("source") or {})
        if name == kind:
            yield kind, 1
        elif "dimension" in given:
            yield f"{kind}{given['dimension']}", cast("int", given["length"])
        else:
            yield f"{kind}{span['dimension']}", span["endIndex"] - span["startIndex"]


def _written(request: Request) -> Iterator[tuple[int, int]]:
    """(sheetId, row) of each row that a request writes to, numbered as when it is written."""
    body = cast("Mapping[str, object]", request.get("updateCells", {}))
    if body:
        start, rows = cast("Mapping[str, int]", body["start"]), cast("list[object]", body["rows"])
        yield from ((start["sheetId"], start["rowIndex"] + place) for place in range(len(rows)))
