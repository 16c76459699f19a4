"""Write an audit tool as an XLSForm workbook, which `from_xlsform` and other software for such forms can read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, groupby

from audit.library import consistency
from audit.library.gradings import LIST_COLUMNS
from audit.library.workbook_rows import CHOICES, SETTINGS, SURVEY
from audit.library.xlsform_reading import DESCRIPTOR
from audit.scales import NOT_APPLICABLE, Grade, Scale
from audit.tools import Section, Tool

_TYPES = {
    "line": "text", "one_of": "select_one", "several_of": "select_multiple", "yes_no": "select_one",
    "graded": "select_one",
}  # fmt: skip
_HEADERS = {
    SURVEY: ("type", "name", "label", "hint", "required", "relevant", "appearance", "counts as", "agencies", "graded"),
    CHOICES: ("list_name", "name", "label", *LIST_COLUMNS),
    SETTINGS: ("form_title", "form_id", "version"),
}
_APART = 4
"""The number of cells in a row for "not applicable"."""


def workbook(tool: Tool) -> bytes:
    """The .xlsx file of a tool."""
    from openpyxl import Workbook  # slow to load, and seldom needed
    from openpyxl.styles import Alignment, Font

    from audit import workbook_file

    book, wrapped = Workbook(), Alignment(wrap_text=True, vertical="top")
    book.remove(book.worksheets[0])
    lists = _lists(tool)
    rows: dict[str, Sequence[Sequence[str]]] = {
        SURVEY: [*_survey(tool, lists, _described(tool, lists))],
        CHOICES: [_HEADERS[CHOICES], *((name, *row) for name, listed in lists.rows.items() for row in listed)],
        SETTINGS: [_HEADERS[SETTINGS], (tool.title, tool.key, str(tool.version))],
    }
    for name, written in rows.items():
        sheet = book.create_sheet(name)
        for row in written:
            sheet.append(row)
        for column in sheet.columns:
            widest = max(len(str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(max(widest + 2, 10), 70)
            for cell in column:
                cell.alignment = wrapped
                cell.data_type = "s" if cell.value else cell.data_type  # never a formula
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    return workbook_file.made(book)


@dataclass(frozen=True)
class _Lists:
    """The workbook's lists of choices, each once. `rows`: list's name -> rows; `taken`: question's key -> list."""

    rows: dict[str, tuple[tuple[str, ...], ...]]
    taken: dict[str, str]


def _lists(tool: Tool) -> _Lists:
    lists = _Lists({}, {})
    names: dict[object, str] = {}
    for part in _parts(tool):
        if part.scale is not None:
            rows = _rows(part.scale)
            steps: object = (part.scale.key, *((*row[:6], *row[7:]) for row in rows))
            name = names.setdefault(steps, _free(part.scale.key, lists))
            rows = _alike(rows, lists.rows.get(name, rows))
        elif part.offered:
            name = names.setdefault(part.offered, _free("list", lists))
            rows = tuple((choice.name, choice.label) for choice in part.offered)
        else:
            continue
        lists.rows[name] = rows
        lists.taken[part.key] = name
    return lists


def _rows(scale: Scale) -> tuple[tuple[str, ...], ...]:
    """A scale's grades as rows of a list, and a row for "not applicable" if it may be chosen."""
    apart = (NOT_APPLICABLE, scale.inapplicable, "", "not applicable")
    return (*map(_grade, scale.grades), *([apart] if scale.not_applicable else []))


def _alike(rows: Sequence[tuple[str, ...]], other: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], ...]:
    """A scale's rows with only those descriptors that are the same for another question."""
    return tuple(
        (*row[:6], row[6] if row[6] == before[6] else "", *row[7:]) if len(row) > _APART else row
        for row, before in zip(rows, other, strict=True)
    )


def _free(name: str, lists: _Lists) -> str:
    """`name`, with a number appended if another list has that name."""
    return next(each for number in count(1) if (each := name if number == 1 else f"{name}_{number}") not in lists.rows)


def _grade(grade: Grade) -> tuple[str, ...]:
    aliases = ", ".join(grade.aliases)
    return grade.key, grade.label, str(grade.rank), "", grade.short_label, grade.colour, grade.descriptor, aliases


def _parts(tool: Tool) -> tuple[Section, ...]:
    """The parts that have a row. A question that another brings with it has none."""
    parts = consistency.rows(tool)
    return (*parts, tool.overall) if tool.overall else parts


def _described(tool: Tool, lists: _Lists) -> dict[tuple[str, str], str]:
    """(question's key, grade's key) -> descriptor, where it differs from the list's."""
    said = {(name, row[0]): row[6] for name, rows in lists.rows.items() for row in rows if len(row) > _APART}
    return {
        (part.key, grade.key): grade.descriptor
        for part in _parts(tool)
        if part.scale is not None
        for grade in part.scale.grades
        if grade.descriptor != said[lists.taken[part.key], grade.key]
    }


def _survey(tool: Tool, lists: _Lists, described: dict[tuple[str, str], str]) -> Iterator[tuple[str, ...]]:
    """The rows of the sheet survey. Questions under the same heading form a group."""
    group = "group"
    while any(part.key.lower().startswith(group) for part in tool.parts):
        group = f"_{group}"
    grades = [*dict.fromkeys(grade for _, grade in described)]
    yield (*_HEADERS[SURVEY], *(f"{DESCRIPTOR}{grade}" for grade in grades))
    for number, (heading, parts) in enumerate(groupby(_parts(tool), key=lambda part: part.heading), 1):
        if heading:
            yield "begin_group", f"{group}_{number}", heading
        for part in parts:
            yield (*_row(part, lists.taken.get(part.key)), *(described.get((part.key, grade), "") for grade in grades))
        if heading:
            yield ("end_group",)


def _row(part: Section, listed: str | None) -> tuple[str, ...]:
    kind = _TYPES.get(part.kind, part.kind)
    look = {"line": "line", "text": "multiline"}.get(part.kind, "")
    required, graded = ("yes" if each else "" for each in (part.required, part.scale))
    return (
        f"{kind} {listed}" if listed else kind, part.key, part.label, part.hint, required, part.relevant, look,
        part.group, ", ".join(part.agencies), graded,
    )  # fmt: skip
