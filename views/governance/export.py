"""An export as a workbook: a tab that explains it, every text with its author and time, and the rows of each table."""

from collections.abc import Iterator

from audit.calendar import stamp
from audit.governance import export
from audit.governance.export import Export, ExportedAudit
from audit.governance.export_rows import ExportedText, Value
from views.parts import count_of
from views.workbooks import Cell, WorkbookTab, xlsx

READ_ME, TEXTS, ELSEWHERE, REPORTS = "Read me", "Texts", "Elsewhere", "Reports"
TABS = (READ_ME, TEXTS, ELSEWHERE, REPORTS)
HEAD = (
    "Line", "When", "Written by", "For", "What", "Version", "Text", "Withhold? Why?", "Reference",
    "Table", "Column", "Row",
)  # fmt: skip
_WIDTHS = (7, 19, 28, 22, 40, 9, 90, 40, 13, 18, 16, 34)
NOBODY = "(not recorded)"
_ABOUT = {
    export.CASE: "What is kept about the case", export.AUDIT: "What people wrote about the audit as a whole:",
    export.PERSON: "What is kept about the acts of",
}  # fmt: skip
_REMOVED = {"texts of an audit": "what people wrote", "work to be done": "what was posted, and the sheet"}
_REDACT = (
    (
        "Nothing has been taken out of this file: read every text before you give any of it to anybody, and decide "
        "what is about somebody else or must be withheld. The column “Withhold? Why?” is for you to fill in."
    ),
    (
        "Give out a print, or a new file into which you paste only what may go: a hidden row, or a cell painted "
        "over, can still be read."
    ),
)
_ERASE = (
    "The column “Reference” names a text for `roundtable erase`. A text without one can't be erased: it is a grade, a "
    "number or a choice that figures are counted from, or it can't be opened."
)
_OF_AUDIT = (
    (
        "What people wrote about this audit and about none of its cases: what it is about, recommendations and actions "
        "with their earlier wordings, texts for the report, who was at meetings, reasons, what people wrote beside the "
        "sheet's rows. The texts about a case are in its own export (`roundtable export case`)."
    ),
    (
        "From the versions of its report: each text that is nowhere else any more, once. For example, an earlier name "
        "of the audit or of a learning theme."
    ),
    (
        "Names in lists (the audit's title and theme, learning themes, agencies, areas, questions) aren't here. Change "
        "them in Slack: the old names that versions of the report still have are then listed here."
    ),
)
_ELSEWHERE = (
    f"The tab “{ELSEWHERE}” has texts about something else in the audit (another case, a recommendation) that "
    "mention this reference, or something that may be it; and any that can't be opened, in case they do. What they "
    "say about somebody else isn't about this child."
)
_NOT_HERE = (
    "Which child the reference means: the key to it is not in Roundtable.",
    "What people wrote in Slack themselves; copies of the Google Sheet and its earlier versions; downloads; backups.",
    "What each agency holds about the child in its own systems, from which it answered.",
    (
        "What is about the whole audit: its recommendations with their actions, who was at its meetings, why it was "
        "cancelled or put on hold (`roundtable export audit` has those texts). Who read all of it at once, such as its "
        "findings, is in the register of readings."
    ),
    ("Texts about something else that mean this child without naming the reference."),
    (
        "The reports of the audit, which count this case and may quote what is here; the tab “Reports” says who got "
        "them. `roundtable report` writes one out."
    ),
)
_NOT_THEIRS = (
    (
        "What they wrote about children's cases: that is about the child, and is in the export of its case, each "
        "text with its author. This file says which texts they wrote, and when."
    ),
    (
        "What other people wrote about them: Roundtable asks for roles, refuses or questions names, and doesn't "
        "search texts for any."
    ),
    (
        "Which of the accounts that can open a Google Sheet is theirs, unless Google shows it under the same name: "
        "it mostly shows e-mail addresses, and Roundtable keeps nobody's. Each sheet's own tab “Read me” lists them."
    ),
    "What they wrote in Slack themselves, and what Slack and Google keep about their accounts; backups.",
)


def workbook(made: Export, by: str) -> bytes:
    """The workbook file; `by`: the role of the person who had it made."""
    return xlsx(_title(made), tabs(made, by))


def _title(made: Export) -> str:
    return f"{_ABOUT[made.kind]} {made.subject}"


def tabs(made: Export, by: str) -> Iterator[WorkbookTab]:
    """The workbook's tabs, in order."""
    lines = {each: number for number, each in enumerate(made.texts, 2)}
    places = {
        (table.name, row_id): number for table in made.tables for number, row_id in enumerate(table.ids, 2)
    }  # fmt: skip
    yield WorkbookTab(READ_ME, (), [*_read_me(made, by)], (110,))
    if made.texts:
        yield WorkbookTab(TEXTS, HEAD, [_text(number, each) for each, number in lines.items()], _WIDTHS)
    if made.elsewhere:
        yield WorkbookTab(
            ELSEWHERE, HEAD, [_text(number, each) for number, each in enumerate(made.elsewhere, 2)], _WIDTHS
        )
    sent = [(audit.number, *_sent(audit, number)) for audit in made.audits for number in range(len(audit.sent))]
    if sent and made.kind == export.CASE:
        yield WorkbookTab(REPORTS, ("Audit", "Version", "Edition", "To", "How", "When"), sent, (8, 9, 12, 60, 12, 19))
    for table in made.tables:
        rows = [tuple(_cell(value, lines, places) for value in row) for row in table.rows]
        yield WorkbookTab(table.name, table.columns, rows, tuple(map(_width, table.columns)))


def _text(number: int, each: ExportedText) -> tuple[Cell, ...]:
    place = (each.reference or None, each.table, each.column, each.row_id)
    return (number, each.at, each.by or NOBODY, each.agency, what(each), each.version, each.text, None, *place)


def what(text: ExportedText) -> str:
    """The kind of row that a text belongs to, and the question or field in it that the text answers."""
    about = f" (of {text.case})" if text.case else ""
    return f"{text.table.removesuffix('s').replace('_', ' ').capitalize()}: {text.part}{about}"


def _sent(audit: ExportedAudit, number: int) -> tuple[Cell, ...]:
    each = audit.sent[number]
    return (each.version, each.edition, each.audience, each.how, each.sent_at)


def _cell(value: Value, lines: dict[ExportedText, int], places: dict[tuple[str, str], int]) -> Cell:
    """A value as a cell; a text or a row of another table becomes the tab and line where it stands."""
    if not isinstance(value, tuple):
        return value
    texts = [each for each in value if isinstance(each, ExportedText)]
    if texts:
        first, last = min(lines[each] for each in texts), max(lines[each] for each in texts)
        return f"{TEXTS}, line {first}" if first == last else f"{TEXTS}, lines {first} to {last}"
    table, row_id = str(value[0]) if value else "", str(value[1]) if value else ""
    return f"{table}, line {places[table, row_id]}" if (table, row_id) in places else row_id or None


def _width(column: str) -> int:
    """A column's width in characters, chosen by its name."""
    return 34 if column == "id" else 20 if column.endswith(("_at", "at")) else max(14, min(len(column) + 4, 28))


def _read_me(made: Export, by: str) -> Iterator[tuple[Cell]]:
    for line in (
        _title(made),
        f"Made on {stamp(made.at)} for: {by}. This is recorded in the register of readings.",
        "",
    ):
        yield (line,)
    if made.kind == export.CASE:
        yield from _of_case(made)
    elif made.kind == export.AUDIT:
        yield from ((line,) for line in (*_OF_AUDIT, _ERASE))
        yield from _standing(made)
        return
    else:
        yield from _of_person(made)
    yield ("",)
    yield ("The tabs. docs/data.md explains every column; times are London time:",)
    for table in made.tables:
        yield (f"  {table.name}, {count_of(len(table.rows), 'row')}: {table.about.replace('`', '')}",)
    if made.empty:
        yield (f"  Nothing in: {', '.join(made.empty)}.",)


def _of_case(made: Export) -> Iterator[tuple[Cell]]:
    yield (f"{count_of(len(made.texts), 'text')}, every version, each with its author, time and version number.",)
    yield from ((line,) for line in (*_REDACT, _ERASE))
    if made.elsewhere:
        yield (_ELSEWHERE,)
    yield from _standing(made)
    yield ("",)
    yield ("What isn't here:",)
    yield from ((f"  {line}",) for line in _NOT_HERE)


def _standing(made: Export) -> Iterator[tuple[Cell]]:
    """How many texts can't be opened and, for each audit, whether it is on hold and what was removed."""
    if made.unopened:
        yield (f"{count_of(len(made.unopened), 'text')} can't be opened; `roundtable keys verify` says more.",)
    for audit in made.audits:
        held = " It is on hold: nothing of it is removed." if audit.held else ""
        yield (f"{audit.title}.{held}",)
        yield from ((line,) for line in _removed(audit))


def _removed(audit: ExportedAudit) -> Iterator[str]:
    """Sentences about what was removed, emptied or erased in an audit."""
    for kind, since, count in audit.removed:
        texts = f" ({count_of(count, 'text')} of the audit)" if count else ""
        yield f"  Removed since {stamp(since)}, at the end of its retention period: {_REMOVED.get(kind, kind)}{texts}."
    if audit.emptied:
        entries = count_of(audit.emptied, "entry", "entries")
        yield (
            f"  {entries} of its trail were emptied at the end of their retention period: whom and what they were "
            "about is no longer known."
        )
    if audit.erased:
        texts = count_of(audit.erased, "text of it was", "texts of it were")
        yield f"  {texts} erased before that: the trail says when, by whom and why."
    if not (audit.removed or audit.emptied or audit.erased):
        yield "  Nothing of it was removed."


def _of_person(made: Export) -> Iterator[tuple[Cell]]:
    rows = sum(len(table.rows) for table in made.tables)
    yield (f"{count_of(rows, 'row')} that name this person: who they are here, their roles, and what they did.",)
    yield ("It names other people too: read every tab before you give any of it to anybody.",)
    for audit in made.audits:
        yield (f"{audit.title}.",)
        yield from ((line,) for line in _removed(audit))
    yield ("",)
    yield ("What isn't here:",)
    yield from ((f"  {line}",) for line in _NOT_THEIRS)
