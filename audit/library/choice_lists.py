"""The lists of choices in an audit tool's workbook."""

from audit.bounds import safe_name
from audit.library import gradings, xlsform_faults
from audit.library.workbook_rows import CHOICES, WorkbookSheet
from audit.library.xlsform_reading import Reading, columns
from audit.pasted import comparable_name
from audit.tools import Choice

_CHOOSING = ("list_name", "list name", "name", "label", *gradings.LIST_COLUMNS)


def read(reading: Reading, sheet: WorkbookSheet | None) -> dict[str, tuple[Choice, ...]]:
    """List's name -> its choices. Faults are added to `reading`."""
    lists: dict[str, list[Choice]] = {}
    if sheet is None:
        return {}
    columns(reading, sheet, _CHOOSING, ("label::",))
    for row in sheet.rows:
        listed, name = row.text("list_name") or row.text("list name"), row.text("name")
        label = reading.label(CHOICES, row, "label")
        wrong = [*xlsform_faults.choice(listed, name, label)]
        if name in {choice.name for choice in lists.get(listed, [])}:
            wrong.append(f"the list “{safe_name(listed)}” has a choice “{safe_name(name)}” already")
        elif comparable_name(label) in {
            comparable_name(choice.label) for choice in lists.get(listed, []) if choice.label
        }:
            wrong.append(f"the list “{safe_name(listed)}” has a choice that reads “{safe_name(label)}” already")
        for reason in wrong:
            reading.fault(CHOICES, row.number, reason)
        lists.setdefault(listed, []).append(Choice(name, label))
        reading.lists.setdefault(listed, []).append(row)
    return {name: tuple(choices) for name, choices in lists.items()}


def mention_unread(reading: Reading) -> None:
    """Mention lists that no question has, and what a list says about grades if no question is graded on it."""
    for listed, rows in reading.lists.items():
        name, used = safe_name(listed), reading.used.get(listed)
        said = [column for column in gradings.LIST_COLUMNS if any(row.text(column) for row in rows)]
        if used is None:
            reading.remarks.append(f"Sheet choices: no question has the list “{name}”.")
        elif said and not used:
            what = f"what it says under {' and '.join(said)}"
            reading.remarks.append(f"Sheet choices: no question is graded on the list “{name}”, so {what} isn't read.")
