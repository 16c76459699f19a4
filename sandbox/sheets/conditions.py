"""Google's BooleanCondition: whether a cell meets the condition of a filter or a conditional format."""

from collections.abc import Callable

from sandbox.sheets.formula_text import carried
from sandbox.sheets.formulas import Evaluator, Value, literal, text
from sandbox.sheets.model import Sheet
from sandbox.sheets.numbers import user_entered
from sandbox.sheets.wire import Obj

_TEXT: dict[str, Callable[[str, str], bool]] = {
    "TEXT_CONTAINS": lambda has, wanted: wanted in has,
    "TEXT_NOT_CONTAINS": lambda has, wanted: wanted not in has,
    "TEXT_STARTS_WITH": lambda has, wanted: has.startswith(wanted),
    "TEXT_ENDS_WITH": lambda has, wanted: has.endswith(wanted),
    "TEXT_EQ": lambda has, wanted: has == wanted,
    "TEXT_NOT_EQ": lambda has, wanted: has != wanted,
}
_NUMBER: dict[str, Callable[[float, list[float]], bool]] = {
    "NUMBER_GREATER": lambda has, to: has > to[0],
    "NUMBER_GREATER_THAN_EQ": lambda has, to: has >= to[0],
    "NUMBER_LESS": lambda has, to: has < to[0],
    "NUMBER_LESS_THAN_EQ": lambda has, to: has <= to[0],
    "NUMBER_EQ": lambda has, to: has == to[0],
    "NUMBER_NOT_EQ": lambda has, to: has != to[0],
    "NUMBER_BETWEEN": lambda has, to: to[0] <= has <= to[1],
    "NUMBER_NOT_BETWEEN": lambda has, to: not to[0] <= has <= to[1],
}


def holds(
    condition: Obj, sheet: Sheet, cell: tuple[int, int], evaluator: Evaluator, origin: tuple[int, int] | None = None
) -> bool:
    """Whether the cell at (row, column) meets `condition`; `origin`: the cell that a custom formula is written for."""
    kind = condition.get("type", "")
    value = literal(evaluator.effective(sheet, *cell))
    wanted = [str(one.get("userEnteredValue", "")) for one in condition.get("values", [])]
    if kind in ("BLANK", "NOT_BLANK"):
        return bool((value in (None, "")) == (kind == "BLANK"))
    if kind in _TEXT and wanted:
        return _TEXT[kind](text(value).casefold(), _said(wanted[0], sheet, evaluator).casefold())
    if kind in _NUMBER and isinstance(value, int | float) and not isinstance(value, bool):
        limits = [limit for one in wanted if (limit := _limit(one, sheet, evaluator)) is not None]
        return len(limits) == len(wanted) > 0 and _NUMBER[kind](value, limits)
    if kind == "CUSTOM_FORMULA" and wanted:
        top, left = origin or (0, 0)
        came = evaluator.work_out(carried(wanted[0], cell[0] - top, cell[1] - left), sheet)
        return bool(literal(came)) and "stringValue" not in came
    return False


def _said(entered: str, sheet: Sheet, evaluator: Evaluator) -> str:
    """The text of a condition's value, which is read as if it was typed; a formula begins with = or +."""
    if not entered.startswith(("=", "+")):
        return entered
    return text(literal(evaluator.work_out(entered.replace("+", "=", 1) if entered[0] == "+" else entered, sheet)))


def _limit(entered: str, sheet: Sheet, evaluator: Evaluator) -> float | None:
    typed = evaluator.work_out(entered, sheet) if entered.startswith("=") else user_entered(entered, "en_GB")[0]
    value: Value = literal(typed)
    return float(value) if isinstance(value, int | float) else None
