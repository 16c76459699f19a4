"""The values of formulas: some common functions, and Google's error values for everything else."""

import math
from collections.abc import Callable, Iterator

from sandbox.sheets.a1 import Box, GridRange
from sandbox.sheets.formula_parse import Call, Literal, Node, Reference, parse
from sandbox.sheets.model import Sheet, Spreadsheet
from sandbox.sheets.numbers import general, tidy
from sandbox.sheets.wire import Obj

Value = float | str | bool | None
ERROR_TYPES = {
    "#NULL!": "NULL_VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
    "#ERROR!": "ERROR",
}


class Broken(Exception):
    """A formula's error value; `sign`: such as #DIV/0!."""

    def __init__(self, sign: str, message: str = "") -> None:
        super().__init__(message)
        self.sign = sign
        self.message = message


def literal(value: Obj) -> Value:
    """The plain value in an ExtendedValue that isn't a formula; None if there is none."""
    for name in ("numberValue", "stringValue", "boolValue"):
        if name in value:
            plain: Value = value[name]
            return plain
    return None


def extended(value: Value) -> Obj:
    """A plain value as an ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": tidy(value or 0)}


class Evaluator:
    """The values of a spreadsheet's cells with formulas evaluated and cached; valid until the spreadsheet changes."""

    def __init__(self, spreadsheet: Spreadsheet) -> None:
        self.spreadsheet = spreadsheet
        self._known: dict[tuple[int, int, int], Obj] = {}
        self._open: set[tuple[int, int, int]] = set()

    def effective(self, sheet: Sheet, row: int, column: int) -> Obj:
        """A cell's effective ExtendedValue; empty if it has none."""
        entered: Obj = sheet.cell(row, column).get("userEnteredValue", {})
        if "formulaValue" not in entered:
            return entered
        key = (sheet.id, row, column)
        if key not in self._known:
            if key in self._open:
                return _error(Broken("#REF!", "Circular dependency detected."))
            self._open.add(key)
            self._known[key] = self.work_out(entered["formulaValue"], sheet)
            self._open.discard(key)
        return self._known[key]

    def work_out(self, formula: str, sheet: Sheet) -> Obj:
        """The value of `formula` on `sheet` as an ExtendedValue."""
        try:
            return extended(self.node(parse(formula), sheet))
        except Broken as broken:
            return _error(broken)
        except (ValueError, RecursionError):
            return _error(Broken("#ERROR!", "Formula parse error."))

    def node(self, node: Node, sheet: Sheet) -> Value:
        """The single value of a part of a formula. Raises Broken."""
        if isinstance(node, Literal):
            return node.value
        if isinstance(node, Reference):
            return next(iter(self.values(node, sheet)), None)
        if node.name.startswith("#"):
            name = node.arguments[0].value if node.arguments and isinstance(node.arguments[0], Literal) else ""
            raise Broken(node.name, f"Unknown range name: '{name}'." if node.arguments else "Reference does not exist.")
        if node.name in OPERATORS:
            left, right = (self.node(one, sheet) for one in node.arguments)
            return OPERATORS[node.name](left, right)
        if node.name == "IF":
            return self._if(node, sheet)
        if node.name not in FUNCTIONS:
            raise Broken("#NAME?", f"Unknown function: '{node.name}'.")
        return FUNCTIONS[node.name]([list(self.values(one, sheet)) for one in node.arguments])

    def _if(self, node: Call, sheet: Sheet) -> Value:
        branch = 1 if self.node(node.arguments[0], sheet) else 2
        return self.node(node.arguments[branch], sheet) if branch < len(node.arguments) else False

    def values(self, node: Node, sheet: Sheet) -> Iterator[Value]:
        """All values of a part of a formula: a range's, or a single one. Raises Broken."""
        if not isinstance(node, Reference):
            yield self.node(node, sheet)
            return
        target, box = self.cells(node, sheet)
        for row in box.rows:
            for column in box.columns:
                value = self.effective(target, row, column)
                if "errorValue" in value:
                    raise Broken(error_sign(value), value["errorValue"].get("message", ""))
                yield literal(value)

    def cells(self, reference: Reference, sheet: Sheet) -> tuple[Sheet, Box]:
        """The sheet and the cells of a reference. Raises Broken if the sheet doesn't exist."""
        if reference.title is not None:
            try:
                sheet = self.spreadsheet.sheet(reference.title)
            except KeyError:
                raise Broken("#REF!", f"Unresolved sheet name '{reference.title}'.") from None
        first, last = reference.ends[0], reference.ends[-1]
        bottom = None if last.row is None else last.row + 1
        right = None if last.column is None else last.column + 1
        return sheet, sheet.bounds(GridRange(0, first.row, bottom, first.column, right))


def _error(broken: Broken) -> Obj:
    return {"errorValue": {"type": ERROR_TYPES[broken.sign], "message": broken.message}}


def error_sign(value: Obj) -> str:
    """The text of an errorValue in its cell, such as #DIV/0!."""
    kind = value["errorValue"]["type"]
    return next((sign for sign, name in ERROR_TYPES.items() if name == kind), "#ERROR!")


def number(value: Value) -> float:
    """A value as an arithmetic operand. Raises Broken for text that isn't a number."""
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            raise Broken("#VALUE!", f"Function expects number values. But '{value}' is a text.") from None
    return float(value or 0)


def text(value: Value) -> str:
    """A value as text."""
    if isinstance(value, bool):
        return str(value).upper()
    return "" if value is None else value if isinstance(value, str) else general(value)


def _divide(left: Value, right: Value) -> Value:
    if number(right) == 0:
        raise Broken("#DIV/0!", "Function DIVIDE parameter 2 cannot be zero.")
    return number(left) / number(right)


def equal(left: Value, right: Value) -> bool:
    """Whether Sheets' = holds: text ignores case; a blank equals 0 and empty text."""
    if isinstance(left, str) or isinstance(right, str):
        both_text = all(one is None or isinstance(one, str) for one in (left, right))
        return both_text and text(left).casefold() == text(right).casefold()
    return (left or 0) == (right or 0)


def _less(left: Value, right: Value) -> bool:
    if isinstance(left, str) and isinstance(right, str):
        return left.casefold() < right.casefold()
    if isinstance(left, str) or isinstance(right, str):
        return isinstance(right, str)
    return (left or 0) < (right or 0)


OPERATORS: dict[str, Callable[[Value, Value], Value]] = {
    "+": lambda a, b: number(a) + number(b),
    "-": lambda a, b: number(a) - number(b),
    "*": lambda a, b: number(a) * number(b),
    "/": _divide,
    "^": lambda a, b: number(a) ** number(b),
    "&": lambda a, b: text(a) + text(b),
    "=": equal,
    "<>": lambda a, b: not equal(a, b),
    "<": _less,
    ">": lambda a, b: _less(b, a),
    "<=": lambda a, b: not _less(b, a),
    ">=": lambda a, b: not _less(a, b),
}


def _flat(arguments: list[list[Value]]) -> list[Value]:
    return [value for argument in arguments for value in argument]


def _numbers(arguments: list[list[Value]]) -> list[float]:
    return [float(one) for one in _flat(arguments) if isinstance(one, int | float) and not isinstance(one, bool)]


def _average(arguments: list[list[Value]]) -> Value:
    numbers = _numbers(arguments)
    if not numbers:
        raise Broken("#DIV/0!", "Evaluation of function AVERAGE caused a divide by zero error.")
    return sum(numbers) / len(numbers)


def _one(arguments: list[list[Value]], place: int = 0) -> Value:
    return arguments[place][0] if len(arguments) > place and arguments[place] else None


FUNCTIONS: dict[str, Callable[[list[list[Value]]], Value]] = {
    "SUM": lambda a: math.fsum(_numbers(a)),
    "AVERAGE": _average,
    "MIN": lambda a: min(_numbers(a), default=0.0),
    "MAX": lambda a: max(_numbers(a), default=0.0),
    "COUNT": lambda a: float(len(_numbers(a))),
    "COUNTA": lambda a: float(sum(one is not None for one in _flat(a))),
    "COUNTIF": lambda a: float(sum(equal(one, _one(a, 1)) for one in a[0] if one is not None)),
    "AND": lambda a: all(_flat(a)),
    "OR": lambda a: any(_flat(a)),
    "NOT": lambda a: not _one(a),
    "CONCATENATE": lambda a: "".join(map(text, _flat(a))),
    "HYPERLINK": lambda a: _one(a, 1) if len(a) > 1 else _one(a),
    "ROUND": lambda a: round(number(_one(a)) + 0.0, int(number(_one(a, 1)))),
    "ABS": lambda a: abs(number(_one(a))),
    "LEN": lambda a: float(len(text(_one(a)))),
    "UPPER": lambda a: text(_one(a)).upper(),
    "LOWER": lambda a: text(_one(a)).lower(),
    "TRIM": lambda a: " ".join(text(_one(a)).split()),
    "ISBLANK": lambda a: _one(a) is None,
    "LEFT": lambda a: text(_one(a))[: int(number(_one(a, 1))) if len(a) > 1 else 1],
    "SEARCH": lambda a: float(text(_one(a, 1)).casefold().find(text(_one(a)).casefold()) + 1),
}
