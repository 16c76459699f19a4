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
    "guidance_hint": "write it in the hint, or in a note", "parameters": "a type can't be set up further",
    "constraint_message": "Slack has messages of its own", "required_message": "Slack has messages of its own",
    **dict.fromkeys(("media", "image", "big-image", "audio", "video"), "pictures and sounds can't be shown"),
}  # fmt: skip


@dataclass
class Reading:
    """The results so far. `groups`: those still open, each with its row, heading and condition.

    `language`: that of the texts that are read, as in `languages`, in lower case. `lists`: list's name -> its rows.
    `used`: name of a list that a question has -> whether one is graded on it. `best`: as in gradings.scale.
    `untranslated`: how many texts are read from a column without a language, though another is read.
    """

    language: str = ""
    languages: tuple[str, ...] = ()
    best: str = ""
    untranslated: int = 0
    lists: dict[str, list[WorkbookRow]] = field(default_factory=dict)
    used: dict[str, bool] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    groups: list[tuple[int, str, str]] = field(default_factory=list)
    parts: list[tuple[int, Section]] = field(default_factory=list)

    def fault(self, sheet: str, row: int, reason: str) -> None:
        """Note a reason why the workbook can't be an audit tool."""
        self.faults.append(Fault(sheet, row, reason))

    def label(self, sheet: str, row: WorkbookRow, column: str) -> str:
        """A text in the language that is read, or else of the column without a language.

        A text that is only in columns of other languages is mentioned.
        """
        named, plain = row.text(f"{column}::{self.language}"), row.text(column)
        if not (named or plain) and any(each.startswith(f"{column}::") for each in row.cells):
            self.remarks.append(f"Sheet {sheet}, row {row.number}: the {column} is in another language only.")
        if plain and not named and self.language and "" in self.languages:
            self.untranslated += 1
        return named or plain


def choose_language(reading: Reading, sheet: WorkbookSheet, default: str, chosen: int) -> str:
    """Choose the language that is read. Returns what is wrong with `default`, the one that the settings name; or "".

    `chosen`: the place of another language among the `languages`, from 1; 0 for the workbook's own.
    """
    named = [column.partition("::")[2] for column in sheet.columns if column.startswith("label::")]
    plain = "label" in sheet.columns
    default = "" if default == "default" else next((each for each in named if default in _names(each)), default)
    unknown = bool(default and named) and not plain and default not in named
    own = named[0] if named and not plain and (unknown or not default) else default
    reading.languages = tuple(dict.fromkeys([own, *named] if plain else named))
    reading.language = reading.languages[chosen - 1] if 0 < chosen <= len(reading.languages) else own
    if others := [called(each) for each in reading.languages if each != reading.language]:
        reading.remarks.append(
            f"The form is in {called(reading.language)}; what is there in {', '.join(others)} isn't shown. The sheet"
            " “settings” can name another as default_language."
        )
    return f"default_language “{safe_name(default)}” is none of: {', '.join(map(safe_name, named))}" if unknown else ""


def _names(language: str) -> set[str]:
    """What a language can be called: "welsh (cy)", "welsh" or "cy"."""
    name, _, code = language.partition("(")
    return {language, name.strip(), code.rstrip(") ")} - {""}


def called(language: str) -> str:
    """A language, as people read it."""
    return safe_name(language).capitalize() if language else "the language of the column “label”"


def columns(reading: Reading, sheet: WorkbookSheet, known: tuple[str, ...], translated: tuple[str, ...]) -> None:
    """Note a fault for each unknown column with content. Columns that Kobo's exports add are ignored, with a remark."""
    for column in sheet.columns:
        first = next((row.number for row in sheet.rows if row.text(column)), None)
        if column in known or first is None:
            continue
        if translated and column.startswith(translated):
            if column.partition("::")[2] not in reading.languages:
                why = "is in a language that no question has, and isn't read"
                reading.remarks.append(f"Sheet {sheet.name}: column {safe_name(column)} {why}.")
        elif translated[1:] and column.startswith(DESCRIPTOR):
            continue
        elif column.startswith("$"):
            reading.remarks.append(f"Sheet {sheet.name}: column {safe_name(column)} makes no difference.")
        else:
            why = _WHY_NOT.get(column.partition("::")[0], "that column isn't known here")
            reading.fault(sheet.name, first, f"column “{safe_name(column)}”: {why}")
