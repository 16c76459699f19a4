"""Checks of single questions, choices and groups of an XLSForm workbook."""

import re
from collections.abc import Iterator

from audit.bounds import safe_name
from audit.library.workbook_rows import WorkbookRow
from audit.returns.answers import OWN
from audit.tools import OVERALL

LABEL_LIMIT = 2_000
"""Characters of a label and of a hint: Slack's limit."""
_NOTE_LIMIT = 1_500
HEADING_LIMIT = 150
"""Characters of a group's label."""
_CHOICE_LIMIT = 75
"""Characters of a choice's label: Slack's limit."""
_GROUPS = ("strength", "concern", "learning")
INSTEAD = {
    "begin_repeat": "questions can't repeat: ask them as often as they may be needed",
    "calculate": "nothing is calculated in a return", "range": "take integer, or a list",
    "rank": "take select_multiple, or a question for each place", "acknowledge": "take select_one",
    "datetime": "take date, and text for the time", "time": "take text",
    **dict.fromkeys(("image", "audio", "video", "file"), "no file can be handed in with a return"),
    **dict.fromkeys(("geopoint", "geotrace", "geoshape"), "no place on a map can be given"),
    **dict.fromkeys(
        ("start", "end", "today", "deviceid", "username", "audit"), "nothing is noted by itself: take the row out"
    ),
    **dict.fromkeys(
        ("select_one_from_file", "select_multiple_from_file"), "write the choices in the sheet choices"
    ),
}  # fmt: skip
"""Type of the standard that isn't accepted -> what to do instead."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_CHOICE = re.compile(r"[^\s\x00-\x1f]{1,75}")


def choice(listed: str, name: str, label: str) -> Iterator[str]:
    """What is wrong with a choice in the list `listed`."""
    if not listed:
        yield "the column list_name is empty"
    if not _CHOICE.fullmatch(name):
        yield f"a choice's name has 1 to {_CHOICE_LIMIT} characters and no space"
    if not label:
        yield "the label is empty"
    yield from texts("label", label, _CHOICE_LIMIT)


def question(row: WorkbookRow, name: str, label: str, hint: str, group: str, *, note: bool) -> Iterator[str]:
    """What is wrong with a question or a note. `group`: what it counts as."""
    if not _NAME.fullmatch(name):
        yield (
            f"the name “{safe_name(name)}” must begin with a letter, and have at most 64 letters, digits, _ and -"
            if name
            else "the name is missing"
        )
    if name in OWN or "__" in name or name.endswith("_") or name.startswith("nobody-"):
        yield f"the name “{safe_name(name)}” is used by the form itself: call the question something else"
    if name.lower() == OVERALL and name != OVERALL:
        yield f"the name “{safe_name(name)}” is written {OVERALL}"
    if not label:
        yield "the label is missing"
    for column, text in (("label", label), ("hint", hint)):
        yield from texts(column, text, _NOTE_LIMIT if note else LABEL_LIMIT)
    for column in ("required", "graded"):
        if yes(row.text(column)) is None:
            yield f"{column} must be yes or no"
    if group and group not in _GROUPS:
        yield f"“counts as” must be one of: {', '.join(_GROUPS)}"


def texts(what: str, text: str, limit: int) -> Iterator[str]:
    """What is wrong with a text that people read. `what`: its name in the reason, for example "label"."""
    if len(text) > limit:
        yield f"the {what} has {len(text):,} characters, and Slack takes at most {limit:,}"
    if "${" in text:
        yield f"the {what} has ${{…}} in it, and an answer can't be shown within a text: name the question in words"


def yes(text: str) -> bool | None:
    """A yes or no as XLSForm writes it; None if it is neither."""
    return {
        "yes": True, "true": True, "true()": True, "1": True,
        "": False, "no": False, "false": False, "false()": False, "0": False,
    }.get(text.lower())  # fmt: skip
