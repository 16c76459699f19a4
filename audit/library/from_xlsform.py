"""Read a board's audit tool from an XLSForm workbook: the part of the standard that audit tools support.

https://xlsform.org/en/ and docs/guides/audit-tools.md. Anything else is refused with its sheet, row and reason.
"""

import hashlib
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count

from audit import apart, question_conditions
from audit.bounds import safe_name
from audit.errors import Refused
from audit.library import choice_lists, consistency, gradings, workbook_rows, xlsform_faults
from audit.library.workbook_rows import (
    CHOICES,
    SETTINGS,
    SURVEY,
    Fault,
    NoTool,
    Workbook,
    WorkbookRow,
    WorkbookSheet,
)
from audit.library.xlsform_reading import DESCRIPTOR, Reading, called, choose_language, columns
from audit.scales import SCALES, Scale
from audit.tools import OVERALL, YES_NO, Choice, Kind, Section, Tool, graded, if_immediate

MOST_CHOICES = 100
_MOST_NESTED = 20
"""Levels of groups within groups."""
TITLE_LIMIT = 100
_KINDS: Mapping[str, Kind] = {
    "text": "text", "string": "text", "note": "note", "integer": "integer", "int": "integer", "decimal": "decimal",
    "date": "date", "select_one": "one_of", "select one": "one_of", "select_multiple": "several_of",
    "select multiple": "several_of",
}  # fmt: skip
_TYPES = "text, select_one LIST, select_multiple LIST, integer, decimal, date, note, begin_group and end_group"
_ASKING = ("type", "name", "label", "hint", "required", "relevant", "appearance", "counts as", "agencies", "graded")
_SETTING = ("form_title", "form_id", "id_string", "version", "default_language", "style", gradings.SETTING)
_LOOKS = (
    "multiline", "minimal", "quick", "compact", "likert", "horizontal", "vertical", "columns", "field-list",
    "horizontal-compact", "quickcompact", "columns-pack", "autocomplete", "numbers", "label", "list-nolabel",
    "table-list", "no-calendar",
)  # fmt: skip
_SIZE = re.compile(r"(w|columns-)[0-9]{1,2}")
"""Appearances that don't change what is asked."""
_OF_QUESTIONS = ("hint", "required", "counts as", "agencies", "graded")
_LINE = "line"


@dataclass(frozen=True)
class Read:
    """An audit tool as a workbook describes it, and sentences about what the workbook contains without effect.

    `languages`: those of its labels. `language`: the one that is read.
    """

    tool: Tool
    remarks: tuple[str, ...]
    languages: tuple[str, ...] = ()
    language: str = ""


_OPENED: deque[tuple[bytes, Workbook]] = deque(maxlen=16)
"""(digest, sheets) of the workbooks that were opened last."""


def read(data: bytes, filename: str, language: int = 0) -> Read:
    """The audit tool in an .xlsx workbook from outside, which a separate process opens. NoTool or Refused.

    That takes a second, so the sheets are remembered: a tool is first tried, then previewed and then stored.
    `language`: as in `in_sheets`.
    """
    digest = hashlib.sha256(data).digest()
    known = next((found for of, found in _OPENED.copy() if of == digest), None)
    if known is None:
        known = apart.run_apart(workbook_rows.read, data, "The workbook")
        _OPENED.append((digest, known))
    return in_sheets(known, filename, language)


def in_sheets(workbook: Workbook, filename: str, language: int) -> Read:
    """The audit tool in a workbook's sheets. NoTool lists what is wrong.

    Its key comes from `form_id` in the settings, or from the title or the file's name. Its version is 0 until it is
    stored. `language`: the place of a language among the labels', from 1, if not the workbook's own is read.
    """
    sheets, beside, unread, elsewhere = workbook
    names = [safe_name(name) for name in beside]
    if SURVEY not in sheets:
        why = (
            "this sheet is missing: it lists the questions, one in each row. The workbook has these sheets: "
            f"{', '.join([*sheets, *names])}. You can start from an existing tool: press Get it as Excel, under Audit "
            "tools"
        )
        raise NoTool([Fault(SURVEY, 1, why)])
    reading = Reading(faults=[*unread], remarks=[f"Sheet {name} isn't read." for name in names])
    settings = _settings(reading, sheets.get(SETTINGS))
    if wrong := choose_language(reading, sheets[SURVEY], settings.get("default_language", "").lower(), language):
        reading.fault(SETTINGS, 2, wrong)
    reading.best = settings.get(gradings.SETTING, "").lower()
    offered = choice_lists.read(reading, sheets.get(CHOICES))
    columns(reading, sheets[SURVEY], _ASKING, ("label::", "hint::"))
    for row in sheets[SURVEY].rows:
        _row(reading, row, offered)
    for number, heading, _ in reading.groups:
        reading.fault(SURVEY, number, f"the group “{safe_name(heading)}” isn't ended by a row of the type end_group")
    choice_lists.mention_unread(reading)
    if not (reading.parts or reading.faults):
        reading.fault(SURVEY, 1, "there is no question in it")
    for number, reason in consistency.faults(reading.parts):
        reading.fault(SURVEY, number, reason)
    reading.faults = reading.faults or elsewhere
    if reading.faults:
        raise NoTool(sorted(reading.faults, key=lambda fault: (fault.sheet != SURVEY, fault.sheet, fault.row)))
    if reading.untranslated:
        missing = f"Texts that aren't there in {called(reading.language)}"
        reading.remarks.append(f"{missing}, and are shown in {called('')}: {reading.untranslated}.")
    title = settings.get("form_title") or filename.rpartition(".")[0] or filename
    key = consistency.key_of(settings.get("form_id") or settings.get("id_string") or title)
    asked = [part for _, part in reading.parts]
    parts = tuple(each for part in asked if part.key != OVERALL for each in graded(part))
    overall = next((part for part in asked if part.key == OVERALL), None)
    made = Tool(key, 0, parts, title[:TITLE_LIMIT], overall)
    return Read(made, tuple(reading.remarks), reading.languages, reading.language)


def _settings(reading: Reading, sheet: WorkbookSheet | None) -> dict[str, str]:
    if sheet is None:
        return {}
    columns(reading, sheet, _SETTING, ())
    for row in sheet.rows[1:]:
        reading.fault(SETTINGS, row.number, "only one row of settings is read")
    settings = dict(sheet.rows[0].cells) if sheet.rows else {}
    if len(settings.get("form_title", "")) > TITLE_LIMIT:
        reading.fault(SETTINGS, sheet.rows[0].number, f"a title has at most {TITLE_LIMIT} characters")
    return settings


def _row(reading: Reading, row: WorkbookRow, offered: Mapping[str, tuple[Choice, ...]]) -> None:
    """Read one row of the survey: a question, a note, or the beginning or end of a group."""
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


def _begin(reading: Reading, row: WorkbookRow) -> None:
    heading = reading.label(SURVEY, row, "label")
    for reason in xlsform_faults.texts("label", heading, xlsform_faults.HEADING_LIMIT):
        reading.fault(SURVEY, row.number, reason)
    if len(reading.groups) == _MOST_NESTED:
        reading.fault(SURVEY, row.number, f"at most {_MOST_NESTED} groups stand within each other")
    _nothing_else(reading, row, *_OF_QUESTIONS)
    _condition(reading, row, row.text("relevant"))
    reading.groups.append((row.number, heading, row.text("relevant")))


def _look(reading: Reading, row: WorkbookRow, look: str) -> None:
    """Note a fault for an appearance that may change what is asked."""
    if any(each not in _LOOKS and not _SIZE.fullmatch(each) for each in look.split()):
        reading.fault(SURVEY, row.number, f"appearance “{safe_name(look)}” isn't known here")


def _nothing_else(reading: Reading, row: WorkbookRow, *columns: str) -> None:
    """Note a fault for each of these columns that a group's row fills in."""
    _look(reading, row, row.text("appearance").lower())
    for column in (*columns, *(each for each in row.cells if each.startswith(DESCRIPTOR))):
        text = reading.label(SURVEY, row, column)
        if text and (column != "required" or xlsform_faults.yes(text) is not False):
            why = "isn't read where a group begins or ends: write it in the rows of its questions"
            reading.fault(SURVEY, row.number, f"column “{column}” {why}")


def _condition(reading: Reading, row: WorkbookRow, text: str) -> None:
    try:
        question_conditions.parse(text)
    except Refused as refusal:
        reading.fault(SURVEY, row.number, f"relevant: {refusal.sentence}")


def _question(reading: Reading, row: WorkbookRow, offered: Mapping[str, tuple[Choice, ...]]) -> None:
    before = len(reading.faults)
    kind, choices = _kind(reading, row, offered)
    name, label, hint = row.text("name"), reading.label(SURVEY, row, "label"), reading.label(SURVEY, row, "hint")
    group = row.text("counts as").lower()
    for reason in xlsform_faults.question(row, name, label, hint, group, note=kind == "note"):
        reading.fault(SURVEY, row.number, reason)
    relevant = question_conditions.joined(*(condition for _, _, condition in reading.groups), row.text("relevant"))
    _condition(reading, row, row.text("relevant") if len(reading.faults) > before else relevant)
    if kind is None or len(reading.faults) > before:
        return
    scale = _scale(reading, row, kind, choices)
    if choices:
        listed = row.text("type").split()[-1]
        reading.used[listed] = reading.used.get(listed, False) or scale is not None
    if scale:
        kind, choices = "graded", ()
    look = row.text("appearance").lower()
    kind = "line" if kind == "text" and look == _LINE else kind
    if kind == "one_of" and choices == YES_NO:
        kind, choices = "yes_no", ()
    if kind != "line":
        _look(reading, row, look)
    heading = next((heading for _, heading, _ in reversed(reading.groups) if heading), "")
    required = xlsform_faults.yes(row.text("required")) or (scale is not None and name != OVERALL)
    agencies = tuple(each.strip() for each in row.text("agencies").split(",") if each.strip())
    section = Section(
        name, label, kind, hint, group, required, relevant, choices, heading, agencies, scale,  # type: ignore[arg-type]  # one of faults' groups
    )  # fmt: skip
    for reason in gradings.faults(section, row):
        reading.fault(SURVEY, row.number, reason)
    if kind == "note" and (required or group):
        reading.remarks.append(
            f"Sheet survey, row {row.number}: a note is only read, so it can't be required or count."
        )
    reading.parts.append((row.number, if_immediate(section)))


def _scale(reading: Reading, row: WorkbookRow, kind: Kind, choices: tuple[Choice, ...]) -> Scale | None:
    """The scale of a graded question. None if it isn't graded, or (noted as a fault) if its list is no scale."""
    if not (xlsform_faults.yes(row.text("graded")) or row.text("name") == OVERALL):
        return None
    if kind != "one_of":
        reading.fault(SURVEY, row.number, "a graded question is a select_one, whose list is its scale")
        return None
    listed = row.text("type").split()[-1]
    try:
        scale = gradings.scale(listed, reading.lists[listed], {each.name: each.label for each in choices}, reading.best)
    except Refused as refusal:
        reading.fault(SURVEY, row.number, f"the list “{safe_name(listed)}” is no scale: {refusal.sentence}")
        return None
    alike = (*SCALES.values(), *(part.scale for _, part in reading.parts if part.scale))
    key = next((other.key for other in alike if other.same_steps(scale)), None)
    taken = {other.key for other in alike}
    key = key or next(each for n in count(1) if (each := scale.key if n == 1 else f"{scale.key}_{n}") not in taken)
    return gradings.described(replace(scale, key=key), row)


def _kind(
    reading: Reading, row: WorkbookRow, offered: Mapping[str, tuple[Choice, ...]]
) -> tuple[Kind | None, tuple[Choice, ...]]:
    """The kind of question in a row, and its choices. An unsupported type is noted as a fault and gives (None, ())."""
    words = row.text("type").split()
    word = " ".join(words[:2] if words[:1] == ["select"] else words[:1])
    operands = words[len(word.split()) :]
    kind = _KINDS.get(word)
    if kind is None or (operands and kind not in {"one_of", "several_of"}):
        typed, small = safe_name(row.text("type")), row.text("type").lower()
        why = f"the type “{typed}” isn't accepted" if typed else "the type is missing"
        capitals = small != typed and word.lower() in _KINDS
        instead = (
            xlsform_faults.INSTEAD.get(re.sub(r"^begin repeat$", "begin_repeat", small).split()[0]) if typed else None
        )
        more = "types are written in small letters" if capitals else instead or f"there are {_TYPES}"
        reading.fault(SURVEY, row.number, f"{why}: {more}")
        return None, ()
    if kind not in {"one_of", "several_of"}:
        return kind, ()
    listed = operands[0] if len(operands) == 1 else ""
    if operands[1:]:
        reading.fault(SURVEY, row.number, "one list of choices is named, nothing more: for others, add a choice")
    elif listed not in offered:
        reading.fault(SURVEY, row.number, f"sheet choices has no list “{safe_name(listed)}”")
    elif len(offered[listed]) > MOST_CHOICES:
        reading.fault(SURVEY, row.number, f"the list “{safe_name(listed)}” has more than {MOST_CHOICES} choices")
    else:
        return kind, offered[listed]
    return None, ()
