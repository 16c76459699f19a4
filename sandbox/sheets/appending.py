"""Where values.append appends: blocks of adjacent cells, which Google calls tables here as well."""

from sandbox.sheets.a1 import Box
from sandbox.sheets.model import Sheet

Place = tuple[int, int]


def tables(sheet: Sheet) -> list[Box]:
    """The bounding boxes of the blocks of adjacent non-empty cells (diagonally, too), from top to bottom."""
    left = {(row, column) for row, column, cell in sheet.filled(sheet.bounds()) if "userEnteredValue" in cell}
    boxes: list[Box] = []
    while left:
        block = _block(left)
        rows, columns = [row for row, _ in block], [column for _, column in block]
        boxes.append(Box(min(rows), max(rows) + 1, min(columns), max(columns) + 1))
    return sorted(_joined(boxes), key=lambda box: (box.bottom, box.right))


def _block(left: set[Place]) -> list[Place]:
    todo = [left.pop()]
    block: list[Place] = []
    while todo:
        row, column = todo.pop()
        block.append((row, column))
        for place in [(row + down, column + across) for down in (-1, 0, 1) for across in (-1, 0, 1)]:
            if place in left:
                left.remove(place)
                todo.append(place)
    return block


def _joined(boxes: list[Box]) -> list[Box]:
    joined: list[Box] = []
    for box in boxes:
        merged = box
        while touching := [one for one in joined if _touch(one, merged)]:
            for one in touching:
                joined.remove(one)
            group = [merged, *touching]
            merged = Box(
                min(one.top for one in group),
                max(one.bottom for one in group),
                min(one.left for one in group),
                max(one.right for one in group),
            )
        joined.append(merged)
    return joined


def _touch(one: Box, two: Box) -> bool:
    return one.top <= two.bottom and two.top <= one.bottom and one.left <= two.right and two.left <= one.right


def table_for(sheet: Sheet, box: Box) -> Box | None:
    """The last table that has a cell in `box`, or None."""
    found = [
        one
        for one in tables(sheet)
        if one.top < box.bottom and box.top < one.bottom and one.left < box.right and box.left < one.right
    ]
    return found[-1] if found else None
