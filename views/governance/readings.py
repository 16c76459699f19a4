"""The register of readings as a workbook: a line for each time that somebody opened full text."""

from collections.abc import Sequence

from audit.governance.readings import ReadingEntry
from views.workbooks import WorkbookTab, xlsx

HEAD = ("Entry", "When", "Who", "What they opened", "Audit", "Case", "Whose texts", "As recorded")


def workbook(register: Sequence[ReadingEntry]) -> bytes:
    """The workbook file; `Entry` is the entry's number in the trail, as in `roundtable trail export`."""
    rows = [
        (each.number, each.at, each.who, each.what, each.audit, each.case, each.whose, each.detail) for each in register
    ]
    return xlsx("Register of readings", [WorkbookTab("Readings", HEAD, rows, (9, 20, 34, 46, 8, 16, 60, 34))])
