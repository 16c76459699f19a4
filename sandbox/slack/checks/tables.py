"""Rules for Slack's charts and tables, which are allowed in messages only."""

from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.slack.checks.elements import ID
from sandbox.slack.checks.rules import Anything, Arr, Bool, Kinds, Num, Rule, Shape, Str, said
from sandbox.slack.checks.together import (
    doubled,
    header_without_rich_text,
    rows_agree,
    series_fit_axis,
    unique,
)
from sandbox.slack.shapes import Obj, objs

MOST_CHARTS: Final = 2


def _slices_above_zero(value: Obj, at: str) -> Iterator[str]:
    for number, segment in enumerate(objs(value.get("segments"))):
        amount = segment.get("value")
        if isinstance(amount, int | float) and amount <= 0:
            yield said("must be greater than 0", f"{at}/segments/{number}/value")


def _names_differ(value: Obj, at: str) -> Iterator[str]:
    yield from doubled(objs(value.get("series")), "name", f"{at}/series")


_LABEL: Final = Str(20, 1)
_POINT: Final = Shape({"label!": _LABEL, "value!": Num(decimal=True)})
_AXIS: Final = Shape({"categories!": Arr(_LABEL, 20, 1), "x_label": Str(50), "y_label": Str(50)})
_SERIES: Final = Shape({"name!": Str(20, 1), "data!": Arr(_POINT, 20, 1)}, (unique("label", "data"),))
_PLOT: Final = Shape({"series!": Arr(_SERIES, 6, 1), "axis_config!": _AXIS}, (_names_differ, series_fit_axis))

CHART: Final = Kinds(
    {
        "pie": Shape({"segments!": Arr(_POINT, 6, 1)}, (_slices_above_zero,)),
        "bar": _PLOT,
        "area": _PLOT,
        "line": _PLOT,
    }
)

CELL: Final = Kinds(
    {
        "raw_text": Shape({"text!": Str(least=1)}),
        "raw_number": Shape({"value!": Num(decimal=True), "text": Str()}),
        "rich_text": Shape({"elements!": Arr(Anything()), "block_id": ID}),
    }
)

_COLUMN: Final = Shape({"align": Str(among=("left", "center", "right")), "is_wrapped": Bool()})

TABLES: Final[Mapping[str, Rule]] = {
    "data_visualization": Shape({"block_id": ID, "title!": Str(50, 1), "chart!": CHART}),
    "data_table": Shape(
        {
            "block_id": ID,
            "caption!": Str(least=1),
            "rows!": Arr(Arr(CELL), 101, 2),
            "page_size": Num(1, 100),
            "row_header_column_index": Num(0),
        },
        (rows_agree, header_without_rich_text),
    ),
    "table": Shape(
        {"block_id": ID, "rows!": Arr(Arr(CELL), 100, 1), "column_settings": Arr(_COLUMN, 20)},
        (rows_agree,),
    ),
}
