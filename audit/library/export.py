"""An audit tool as an XLSForm workbook, which `xlsform` reads back and any builder of such forms opens."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import groupby

from audit.library.xlsform import CHOICES, SETTINGS, SURVEY
from audit.tools import Section, Tool

_TYPES = {"line": "text", "one_of": "select_one", "several_of": "select_multiple", "yes_no": "select_one"}
_HEADERS = {
    SURVEY: ("type", "name", "label", "hint", "required", "relevant", "appearance", "counts as", "agencies"),
    CHOICES: ("list_name", "name", "label"),
    SETTINGS: ("form_title", "form_id", "version"),
}


def workbook(tool: Tool) -> bytes:
    """The .xlsx file."""
    from openpyxl import Workbook  # slow to load; only who writes a workbook needs it
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.remove(book.worksheets[0])
    lists = _lists(tool)
    rows: dict[str, Sequence[Sequence[str]]] = {
        SURVEY: [*_survey(tool, lists)],
        CHOICES: [(name, *choice) for choices, name in lists.items() for choice in choices],
        SETTINGS: [(tool.title, tool.key, str(tool.version))],
    }
    for name, header in _HEADERS.items():
        sheet = book.create_sheet(name)
        sheet.append(header)
        for row in rows[name]:
            sheet.append(row)
        for column in sheet.columns:
            widest = max(len(str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(max(widest + 2, 10), 70)
            for cell in column:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.data_type = "s" if cell.value else cell.data_type  # never a formula
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _lists(tool: Tool) -> dict[tuple[tuple[str, str], ...], str]:
    """Every list of choices, once, with its name."""
    found: dict[tuple[tuple[str, str], ...], str] = {}
    for part in tool.sections:
        if part.offered:
            found.setdefault(tuple((choice.name, choice.label) for choice in part.offered), f"list_{len(found) + 1}")
    return found


def _survey(tool: Tool, lists: dict[tuple[tuple[str, str], ...], str]) -> Iterator[tuple[str, ...]]:
    """Its rows; questions that stand under one heading are a group."""
    group = "group"
    while any(part.key.lower().startswith(group) for part in tool.parts):
        group = f"_{group}"
    for number, (heading, parts) in enumerate(groupby(tool.parts, key=lambda part: part.heading), 1):
        if heading:
            yield "begin_group", f"{group}_{number}", heading, "", "", "", "", "", ""
        for part in parts:
            yield _row(part, lists)
        if heading:
            yield "end_group", "", "", "", "", "", "", "", ""


def _row(part: Section, lists: dict[tuple[tuple[str, str], ...], str]) -> tuple[str, ...]:
    kind = _TYPES.get(part.kind, part.kind)
    if part.offered:
        kind = f"{kind} {lists[tuple((choice.name, choice.label) for choice in part.offered)]}"
    look = {"line": "line", "text": "multiline"}.get(part.kind, "")
    return (
        kind, part.key, part.label, part.hint, "yes" if part.required else "", part.relevant, look, part.group,
        ", ".join(part.agencies),
    )  # fmt: skip
