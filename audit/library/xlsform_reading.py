"""The results collected while an audit tool's workbook is read."""

from dataclasses import dataclass, field

from audit.bounds import safe_name
from audit.library.workbook_rows import Fault, WorkbookRow, WorkbookSheet
from audit.tools import Section

DESCRIPTOR = "descriptor::"
"""The beginning of the survey's columns that give a grade's descriptor for a question. The grade follows."""
_WHY_NOT = {
    "constraint": "answers can't be checked by a formula", "calculation": "nothing is calculated in a return",
    "default": "a return begins empty", "choice_filter": "choices can't depend on other answers",
    "repeat_count": "questions can't repeat", "read_only": "every question can be answered",
    "readonly": "every question can be answered", "trigger": "nothing is calculated in a return",
}  # fmt: skip


@dataclass
class Reading:
    """The results so far. `groups`: those still open, each with its row, heading and condition.

    `lists`: list's name -> its rows. `best`: as in gradings.scale.
    """

    language: str = ""
    best: str = ""
    lists: dict[str, list[WorkbookRow]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    groups: list[tuple[int, str, str]] = field(default_factory=list)
    parts: list[tuple[int, Section]] = field(default_factory=list)

    def fault(self, sheet: str, row: int, reason: str) -> None:
        """Note a reason why the workbook can't be an audit tool."""
        self.faults.append(Fault(sheet, row, reason))

    def label(self, row: WorkbookRow, column: str) -> str:
        """A text in the form's own language."""
        return row.text(f"{column}::{self.language}") or row.text(column)


def columns(reading: Reading, sheet: WorkbookSheet, known: tuple[str, ...], translated: tuple[str, ...]) -> None:
    """Note a fault for each unknown column with content. Columns that Kobo's exports add are ignored, with a remark."""
    for column in sheet.columns:
        first = next((row.number for row in sheet.rows if row.text(column)), None)
        if column in known or first is None:
            continue
        if translated and column.startswith(translated):
            if column.partition("::")[2] != reading.language:
                why = "is in another language than the form, and passed over"
                reading.remarks.append(f"Sheet {sheet.name}: column {safe_name(column)} {why}.")
        elif translated[1:] and column.startswith(DESCRIPTOR):
            continue
        elif column.startswith("$"):
            reading.remarks.append(f"Sheet {sheet.name}: column {safe_name(column)} makes no difference.")
        else:
            why = _WHY_NOT.get(column.partition("::")[0], "that column isn't known here")
            reading.fault(sheet.name, first, f"column “{safe_name(column)}”: {why}")
