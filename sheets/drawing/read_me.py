"""The tab Read me: what the sheet is, how current it is, who can open it, and what its words mean."""

from audit.cases import graded_sections
from audit.cycle.board import Board, PartOfAudit
from audit.labels import within
from audit.tools import Section
from sheets.drawing.words import CAVEAT, CONCEALED, MEANINGS, SECTIONED, long_moment, rules
from sheets.tabs import Column, Row, SyncInfo, Tab
from sheets.text import clean, fit

SHEET_ID = 731_000_001
COLUMNS = (Column("what", "About this sheet", 200, identity=True, wrap=True), Column("says", "", 640, wrap=True))

_HOW = (
    "Roundtable fills this sheet from its database. If somebody changes what it wrote here, it is put back and the "
    "coordinators are told; change a return in Slack instead. Your own columns, rows, notes, colours, sorting and tab "
    "names are yours: they stay."
)
_COPY = (
    "Roundtable wrote this file from its database. Nothing keeps it up to date, and nothing is read back from it: "
    "change a return in Slack instead."
)
_CANCELLED = "This audit was cancelled: nothing more is asked. The other tabs show how it stood."
_WITHHELD = "Reflections and reasons are withheld from this sheet by a setting of this {whose}."

_LINKED = (
    "Withheld from this sheet, since anyone who has its link can open it. They come back once it is shared with "
    "people only."
)
_TRAIL = (
    "These lines, kept outside the database, prove the record of who did what: with `roundtable trail verify --head` "
    "whoever runs Roundtable can show that nothing recorded before they were written has been changed or cut off since."
)
_PARTS = {
    PartOfAudit.AGENCY: (
        "The returns and actions of {whose} only. What the meeting made of a case appears here once its summary is out."
        " No other agency's returns are in this sheet, and no numbers that count them."
    ),
    PartOfAudit.AREA: "The cases of {whose} whose summaries are out, and numbers that count those only.",
}
_CONCEALED = (
    "The return has been sent. Its grade, and what was written, appear here once its case's summary is out, since not "
    "only coordinators read this sheet. Until then nothing on Tallies counts the case."
)


def tab(board: Board, sync: SyncInfo) -> Tab:
    """The tab Read me: a row for each fact about the audit and the sheet, then one for each grade and status."""
    cycle, meanings = board.cycle, MEANINGS | (SECTIONED if board.cycle.tool.graded else {})
    overall = cycle.scale.grades if cycle.tool.asks_overall else ()
    names = graded_sections.names(cycle.tool)
    rows = [
        _row("about", "What this is", f"{cycle.name}. {_COPY if sync.copy else _HOW}"),
        *([_row("part", "What it shows", _PARTS[board.part].format(whose=board.whose))] if board.part else []),
        *([_row("cancelled", "Cancelled", _CANCELLED)] if cycle.state == "cancelled" else []),
        _row("theme", "Audit theme", cycle.theme),
        _row("origin", "Origin", cycle.origin),
        *([_row("period", "Period looked at", cycle.period)] if cycle.period else []),
        _row("due", "Returns due", long_moment(cycle.due_at)),
        *(
            _row(f"meeting:{place}", within("Audit meeting", ", ".join(meeting.areas)), long_moment(meeting.starts_at))
            for place, meeting in enumerate(cycle.meetings, 1)
        ),
        *([_row("as_of", "As of", long_moment(sync.drawn_at))] if sync.copy else _in_step(board, sync)),
        *([] if board.part else [_row("trail", "Trail", _trail(sync.trail), volatile=True)]),
        _row("caveat", "Caveat", CAVEAT),
        *([] if board.reflections else [_row("withheld", "Reflections", _withheld(board, sync))]),
        *([] if board.unreleased or board.part else [_row("unreleased", CONCEALED, _CONCEALED)]),
        *([_row("help", "Help", sync.help_url)] if sync.help_url else []),
        *(_row(f"grade:{grade.key}", grade.label, grade.descriptor) for grade in overall),
        *(_row(f"section:{section.key}", names[section.key], _meanings(section)) for section in cycle.tool.graded),
        *(_row(f"status:{word}", word, meaning) for word, meaning in meanings.items()),
    ]
    return Tab(
        "read_me", "Read me", SHEET_ID, COLUMNS, tuple(rows), rules=rules(cycle.scale), coloured=("what", "what")
    )


def _withheld(board: Board, sync: SyncInfo) -> str:
    """Why reflections aren't shown."""
    return _LINKED if sync.withheld else _WITHHELD.format(whose="sheet" if board.part else "audit")


def _in_step(board: Board, sync: SyncInfo) -> list[Row]:
    """How current the sheet is and who can open it; the number of changes only if its readers may see everything."""
    counted = [
        _row("generation", "Generation", str(sync.generation), volatile=True),
        _row("pending", "Pending", _pending(sync.pending), volatile=True),
    ]
    return [
        _row("last_sync", "Last sync", long_moment(sync.drawn_at), volatile=True),
        *(counted if board.unreleased and not board.part else []),
        _row("readers", "Who can open it", _readers(sync.readers)),
    ]


def _meanings(section: Section) -> str:
    """A graded section's grades, each with its descriptor."""
    grades = section.graded_on.grades
    return "\n".join(f"{grade.label}: {grade.descriptor}" if grade.descriptor else grade.label for grade in grades)


def _row(key: str, what: str, says: str, *, volatile: bool = False) -> Row:
    return Row(key, (clean(what), fit(says, "the whole of it is in Slack")), volatile=volatile)


def _pending(count: int) -> str:
    return f"{count} changes are still to come" if count > 1 else "1 change is still to come" if count else "Nothing"


def _trail(heads: tuple[str, ...]) -> str:
    return "\n".join((*heads, _TRAIL)) if heads else "Nothing of it is sealed yet: that takes some seconds."


def _readers(readers: tuple[str, ...]) -> str:
    return "\n".join(readers) if readers else "Not known yet: Roundtable asks Google now and then."
