"""A board's audit tool out of an XLSForm workbook: as much of that standard as an audit tool takes.

https://xlsform.org/en/ and docs/guides/audit-tools.md. What isn't taken is refused by its sheet, row and reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit import conditions
from audit.bounds import shown
from audit.errors import Refused
from audit.library import faults, whole, workbook
from audit.library.workbook import Fault, NoTool, Row, Sheet
from audit.tools import YES_NO, Choice, Kind, Section, Tool, if_immediate

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
MOST_CHOICES = 100
MOST_NESTED = 20
"""Groups within groups."""
TITLE_LIMIT = 100
_KINDS: Mapping[str, Kind] = {
    "text": "text", "string": "text", "note": "note", "integer": "integer", "int": "integer", "decimal": "decimal",
    "date": "date", "select_one": "one_of", "select one": "one_of", "select_multiple": "several_of",
    "select multiple": "several_of",
}  # fmt: skip
_ASKING = ("type", "name", "label", "hint", "required", "relevant", "appearance", "counts as", "agencies")
_CHOOSING = ("list_name", "list name", "name", "label")
_SETTING = ("form_title", "form_id", "id_string", "version", "default_language", "style")
_LOOKS = ("multiline", "minimal", "quick", "compact", "likert", "horizontal", "vertical", "columns", "field-list")
"""Appearances that change nothing of what is asked."""
_OF_QUESTIONS = ("hint", "required", "counts as", "agencies")
_LINE = "line"
_WHY_NOT = {
    "graded": "questions can't be graded by themselves: a return ends with one grade, on the cycle's scale",
    "constraint": "answers can't be checked by a formula", "calculation": "nothing is calculated in a return",
    "default": "a return begins empty", "choice_filter": "choices can't depend on other answers",
    "repeat_count": "questions can't repeat", "read_only": "every question can be answered",
    "readonly": "every question can be answered", "trigger": "nothing is calculated in a return",
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """An audit tool as a workbook describes it, and what in it makes no difference here, as sentences."""

    tool: Tool
    remarks: tuple[str, ...]


@dataclass
class _Reading:
    """What was found while reading; `groups`: the open ones, each its row, heading and condition."""

    language: str = ""
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    groups: list[tuple[int, str, str]] = field(default_factory=list)
    parts: list[tuple[int, Section]] = field(default_factory=list)

    def fault(self, sheet: str, row: int, reason: str) -> None:
        self.faults.append(Fault(sheet, row, reason))

    def label(self, row: Row, column: str) -> str:
        """A text in the form's own language."""
        return row.text(f"{column}::{self.language}") or row.text(column)


def read(data: bytes, filename: str, *, checked: bool = False) -> Read:
    """The audit tool in an .xlsx workbook; NoTool (or Refused, where it can't even be opened) says what is wrong.

    Its key comes from the settings' `form_id`, or else from the file's name; its version is 0 until it is stored.
    `checked`: other readers of the standard have taken it before.
    """
    sheets, unread = workbook.read(data)
    if SURVEY not in sheets:
        raise NoTool([Fault(SURVEY, 1, "there is no sheet of that name, which lists the questions")])
    others = [name for name in sheets if name not in {SURVEY, CHOICES, SETTINGS}]
    reading = _Reading(faults=unread, remarks=[f"Sheet {shown(name)} isn't read." for name in others])
    settings = _settings(reading, sheets.get(SETTINGS))
    reading.language = settings.get("default_language", "").lower() or _first_language(sheets[SURVEY])
    offered = _choices(reading, sheets.get(CHOICES))
    _columns(reading, sheets[SURVEY], _ASKING, ("label::", "hint::"))
    for row in sheets[SURVEY].rows:
        _row(reading, row, offered)
    for number, heading, _ in reading.groups:
        reading.fault(SURVEY, number, f"the group “{shown(heading)}” isn't ended by a row of the type end_group")
    if not (reading.parts or reading.faults):
        reading.fault(SURVEY, 1, "there is no question in it")
    for number, reason in whole.faults(reading.parts):
        reading.fault(SURVEY, number, reason)
    if not (reading.faults or checked):
        reading.faults += workbook.as_others_read_it(data)
    if reading.faults:
        raise NoTool(sorted(reading.faults, key=lambda fault: (fault.sheet != SURVEY, fault.sheet, fault.row)))
    title = settings.get("form_title") or filename.rpartition(".")[0] or filename
    key = whole.key_of(settings.get("form_id") or settings.get("id_string") or title)
    tool = Tool(key, 0, tuple(part for _, part in reading.parts), title[:TITLE_LIMIT])
    return Read(tool, tuple(reading.remarks))


def _settings(reading: _Reading, sheet: Sheet | None) -> dict[str, str]:
    if sheet is None:
        return {}
    _columns(reading, sheet, _SETTING, ())
    for row in sheet.rows[1:]:
        reading.fault(SETTINGS, row.number, "only one row of settings is read")
    settings = dict(sheet.rows[0].cells) if sheet.rows else {}
    if len(settings.get("form_title", "")) > TITLE_LIMIT:
        reading.fault(SETTINGS, sheet.rows[0].number, f"a title has at most {TITLE_LIMIT} characters")
    return settings


def _first_language(sheet: Sheet) -> str:
    """The language of the first label, where no label goes without one."""
    labels = [column for column in sheet.columns if column.startswith("label")]
    return "" if "label" in labels else next((column.partition("::")[2] for column in labels), "")


def _columns(reading: _Reading, sheet: Sheet, known: tuple[str, ...], translated: tuple[str, ...]) -> None:
    """Every column must be known, or be empty; one that an export of Kobo's adds for itself is passed over."""
    for column in sheet.columns:
        first = next((row.number for row in sheet.rows if row.text(column)), 1)
        if column in known:
            continue
        if translated and column.startswith(translated):
            if column.partition("::")[2] != reading.language:
                reading.remarks.append(f"Sheet {sheet.name}: column {shown(column)} is in another language.")
        elif column.startswith("$"):
            reading.remarks.append(f"Sheet {sheet.name}: column {shown(column)} makes no difference.")
        else:
            why = _WHY_NOT.get(column.partition("::")[0], "that column isn't known here")
            reading.fault(sheet.name, first, f"column “{shown(column)}”: {why}")


def _choices(reading: _Reading, sheet: Sheet | None) -> dict[str, tuple[Choice, ...]]:
    """The lists of choices by their names."""
    lists: dict[str, list[Choice]] = {}
    if sheet is None:
        return {}
    _columns(reading, sheet, _CHOOSING, ("label::",))
    for row in sheet.rows:
        listed, name = row.text("list_name") or row.text("list name"), row.text("name")
        label = reading.label(row, "label")
        wrong = [*faults.choice(listed, name, label)]
        if name in {choice.name for choice in lists.get(listed, [])}:
            wrong.append(f"the list “{shown(listed)}” has a choice “{shown(name)}” already")
        for reason in wrong:
            reading.fault(CHOICES, row.number, reason)
        lists.setdefault(listed, []).append(Choice(name, label))
    return {name: tuple(choices) for name, choices in lists.items()}


def _row(reading: _Reading, row: Row, offered: Mapping[str, tuple[Choice, ...]]) -> None:
    """One row of the survey: a question, a note, or where a group begins or ends."""
    kind = "_".join(row.text("type").split())
    if kind == "begin_group":
        _begin(reading, row)
    elif kind == "end_group":
        _nothing_else(reading, row, *_OF_QUESTIONS, "relevant")
        if reading.groups:
            reading.groups.pop()
        else:
            reading.fault(SURVEY, row.number, "no group is open that could end here")
    else:
        _question(reading, row, offered)


def _begin(reading: _Reading, row: Row) -> None:
    heading = reading.label(row, "label")
    for reason in faults.texts("label", heading, faults.HEADING_LIMIT):
        reading.fault(SURVEY, row.number, reason)
    if len(reading.groups) == MOST_NESTED:
        reading.fault(SURVEY, row.number, f"at most {MOST_NESTED} groups stand within each other")
    _nothing_else(reading, row, *_OF_QUESTIONS)
    _condition(reading, row, row.text("relevant"))
    reading.groups.append((row.number, heading, row.text("relevant")))


def _nothing_else(reading: _Reading, row: Row, *columns: str) -> None:
    """A group's row says nothing in `columns`."""
    for column in columns:
        text = reading.label(row, column)
        if text and (column != "required" or faults.yes(text) is not False):
            why = "isn't read where a group begins or ends: write it in the rows of its questions"
            reading.fault(SURVEY, row.number, f"column “{column}” {why}")


def _condition(reading: _Reading, row: Row, text: str) -> None:
    try:
        conditions.parse(text)
    except Refused as refusal:
        reading.fault(SURVEY, row.number, f"relevant: {refusal.sentence}")


def _question(reading: _Reading, row: Row, offered: Mapping[str, tuple[Choice, ...]]) -> None:
    before = len(reading.faults)
    kind, choices = _kind(reading, row, offered)
    name, label, hint = row.text("name"), reading.label(row, "label"), reading.label(row, "hint")
    group = row.text("counts as").lower()
    for reason in faults.question(row, name, label, hint, group, note=kind == "note"):
        reading.fault(SURVEY, row.number, reason)
    relevant = conditions.joined(*(condition for _, _, condition in reading.groups), row.text("relevant"))
    _condition(reading, row, row.text("relevant") if len(reading.faults) > before else relevant)
    if kind is None or len(reading.faults) > before:
        return
    look = row.text("appearance").lower()
    kind = "line" if kind == "text" and look == _LINE else kind
    if kind == "one_of" and choices == YES_NO:
        kind, choices = "yes_no", ()
    if look and kind != "line" and not set(look.split()) <= set(_LOOKS):
        reading.fault(SURVEY, row.number, f"appearance “{shown(look)}” isn't known here")
    heading = next((heading for _, heading, _ in reversed(reading.groups) if heading), "")
    required = faults.yes(row.text("required")) or False
    agencies = tuple(each.strip() for each in row.text("agencies").split(",") if each.strip())
    reading.parts.append((row.number, if_immediate(Section(
        name, label, kind, hint, group, required, relevant, choices, heading, agencies,  # type: ignore[arg-type]  # one of _GROUPS
    ))))  # fmt: skip


def _kind(
    reading: _Reading, row: Row, offered: Mapping[str, tuple[Choice, ...]]
) -> tuple[Kind | None, tuple[Choice, ...]]:
    """What kind of question a row is, and what it offers; None if it is none that is taken."""
    words = row.text("type").split()
    word = " ".join(words[:2] if words[:1] == ["select"] else words[:1])
    rest = words[len(word.split()) :]
    kind = _KINDS.get(word)
    if kind is None or (rest and kind not in {"one_of", "several_of"}):
        what, small = shown(row.text("type")), row.text("type").lower()
        why = f"the type “{what}” isn't taken" if what else "the type is missing"
        capitals = ": types are written in small letters" if small != what and word.lower() in _KINDS else ""
        reading.fault(SURVEY, row.number, why + capitals)
        return None, ()
    if kind not in {"one_of", "several_of"}:
        return kind, ()
    listed = rest[0] if len(rest) == 1 else ""
    if rest[1:]:
        reading.fault(SURVEY, row.number, "one list of choices is named, nothing more: for others, add a choice")
    elif listed not in offered:
        reading.fault(SURVEY, row.number, f"sheet choices has no list “{shown(listed)}”")
    elif len(offered[listed]) > MOST_CHOICES:
        reading.fault(SURVEY, row.number, f"the list “{shown(listed)}” has more than {MOST_CHOICES} choices")
    else:
        return kind, offered[listed]
    return None, ()
