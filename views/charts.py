"""Charts and tables as Slack draws them; each is beside words that say the same."""

from collections.abc import Mapping, Sequence

from audit.cases import CaseView
from audit.cycles import CycleView
from audit.scales import REASONS, Scale
from audit.tallies import Count
from views.grades import NOT_GRADED_LABEL, grade_words
from views.parts import Block, shorten

LABEL_LIMIT = 20
TITLE_LIMIT = 50
MOST_SERIES = 6
MOST_POINTS = 20
MOST_ROWS = 100
MOST_COLUMNS = 20
MOST_CELL_CHARACTERS = 10_000


def grade_chart(title: str, scale: Scale, parts: Mapping[str, Count]) -> Block | None:
    """Bars: a group for each grade, a bar in it for each part. None where there is nothing to draw or no room."""
    categories = [shorten(grade.short_label, LABEL_LIMIT) for grade in scale.grades] + [NOT_GRADED_LABEL]
    names = [shorten(name, LABEL_LIMIT) for name in parts]
    drawn = [[*(part.grades[grade.key] for grade in scale.grades), part.not_graded_in_all] for part in parts.values()]
    if not any(map(any, drawn)) or len(names) > MOST_SERIES or len(categories) > MOST_POINTS:
        return None
    if len(set(names)) < len(names) or len(set(categories)) < len(categories):
        return None
    series = [
        {
            "name": name,
            "data": [{"label": label, "value": value} for label, value in zip(categories, values, strict=True)],
        }
        for name, values in zip(names, drawn, strict=True)
    ]
    axis = {"categories": categories, "x_label": "Grade", "y_label": "How many"}
    chart = {"type": "bar", "series": series, "axis_config": axis}
    return {"type": "data_visualization", "title": shorten(title, TITLE_LIMIT), "chart": chart}


def awaiting(*, returns: bool) -> str:
    """What a return, or a case, is that nobody has graded yet."""
    return "Awaited" if returns else "Not ratified yet"


def tally_table(caption: str, first: str, scale: Scale, parts: Mapping[str, Count], *, returns: bool) -> Block | None:
    """A row for each part, a column for each grade and reason; `first` heads the names. None if it doesn't fit."""
    heads = [first, *(grade.label for grade in scale.grades)]
    heads += [f"{NOT_GRADED_LABEL}: {reason}" for reason in REASONS.values()]
    heads += [*(["Nil return", "Declined"] if returns else []), awaiting(returns=returns), "All"]
    rows = [
        [
            _word(name),
            *map(_number, part.grades.values()),
            *map(_number, part.not_graded.values()),
            *map(_number, (part.nil, part.declined) if returns else ()),
            *map(_number, (part.awaiting, part.total)),
        ]
        for name, part in parts.items()
    ]
    return table(caption, [[_word(head) for head in heads], *rows])


def matrix(cycle: CycleView, cases: Sequence[CaseView]) -> Block | None:
    """Case by agency: each agency's grade or status. None if it doesn't fit: areas go one by one then."""
    heads = ["Case", *(short for _, short in cycle.agencies)]
    rows = [[_word(case.reference), *(_word(_standing(case, label)) for label, _ in cycle.agencies)] for case in cases]
    return table("Each agency's self-grade, case by case", [[_word(head) for head in heads], *rows])


def _standing(case: CaseView, agency: str) -> str:
    """An agency's grade in a case in few words; a dash if it isn't involved."""
    for line in case.lines:
        if line.agency == agency:
            if line.result in {grade.key for grade in case.scale.grades}:
                return case.scale.grade(line.result).short_label
            return grade_words(case.scale, line.result, line.reason)
    return "–"  # noqa: RUF001  # an en dash: nothing belongs here


def table(caption: str, rows: list[list[Block]]) -> Block | None:
    """A table whose first row is its header; None if Slack would refuse it or there is nothing under the header."""
    size = sum(len(str(cell.get("text", cell.get("value")))) for row in rows for cell in row)
    fits = 1 < len(rows) <= MOST_ROWS + 1 and len(rows[0]) <= MOST_COLUMNS and size <= MOST_CELL_CHARACTERS
    return {"type": "data_table", "caption": caption, "page_size": 20, "rows": rows} if fits else None


def _word(text: str) -> Block:
    return {"type": "raw_text", "text": text or "–"}  # noqa: RUF001  # a cell can't be empty


def _number(value: int) -> Block:
    return {"type": "raw_number", "value": value, "text": str(value)}
