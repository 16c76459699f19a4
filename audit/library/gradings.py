"""The scales of graded questions in an audit tool's workbook, made from its lists of choices."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from audit.bounds import safe_name
from audit.choice_words import NOT_APPLICABLE_WORDS, not_applicable
from audit.errors import Refused
from audit.library import consistency
from audit.library.workbook_rows import CHOICES, WorkbookRow
from audit.library.xlsform_reading import DESCRIPTOR
from audit.past import scale_file
from audit.pasted import comparable_name
from audit.scales import DESCRIPTOR_LIMIT, NOT_APPLICABLE, SCALES, Scale
from audit.tools import OVERALL, Section

LIST_COLUMNS = ("rank", "counts as", "short label", "colour", "descriptor", "aliases")
"""Columns of the sheet "choices" for lists that are scales."""
_OF_ANY = ("rank", "counts as")
"""Those of them that a choice which isn't a grade may have, too."""
SETTING = "best"


def scale(name: str, rows: Sequence[WorkbookRow], labels: Mapping[str, str], best: str) -> Scale:
    """The scale made from a list of choices. Refused if it can't be one. `labels`: choice's name -> label.

    `best`: whether the "first" or the "last" of the list is the best grade; "" if the workbook doesn't say.
    """
    apart = [row for row in rows if _apart(row, labels)]
    if apart[1:]:
        two = f"{apart[0].number} and {apart[1].number}"
        raise Refused(f"in rows {two} of {CHOICES}, two choices say that no grade applies: one is enough.")
    for row in apart:
        if beside := next((column for column in LIST_COLUMNS if column not in _OF_ANY and row.text(column)), ""):
            raise Refused(f"{_place(row)}, {beside}: “{labels[row.text('name')]}” is no grade, and has only its label.")
    graded = [row for row in rows if row not in apart]
    grades = [_grade(row, labels[row.text("name")]) for row in graded]
    data: dict[str, object] = {"key": _key(name), "grades": grades, "not_applicable": bool(apart)}
    if apart:
        data["inapplicable"] = labels[apart[0].text("name")]
    ranked = any("rank" in grade for grade in grades)
    return scale_file.scale(data | ({"best": best} if best and not ranked else {}), [_place(row) for row in graded])


def _place(row: WorkbookRow) -> str:
    return f"row {row.number} of {CHOICES}"


def _key(name: str) -> str:
    """A scale's key, from its list's name; never the key of one of the product's own scales."""
    key = consistency.key_of(name)
    return key if key[0].isalpha() and key not in SCALES else f"scale_{key}"[: consistency.MOST_KEY]


def _apart(row: WorkbookRow, labels: Mapping[str, str]) -> bool:
    """Whether a choice isn't a grade but means "not applicable"."""
    name, said = row.text("name"), comparable_name(row.text("counts as"))
    return said in NOT_APPLICABLE_WORDS or name.lower() == NOT_APPLICABLE or not_applicable(labels[name])


def _grade(row: WorkbookRow, label: str) -> dict[str, object]:
    name, rank, place = row.text("name"), row.text("rank"), _place(row)
    if row.text("counts as"):
        raise Refused(f"{place}: “counts as” of a choice says “not applicable”, or nothing.")
    if rank and not rank.isdecimal():
        raise Refused(f"{place}: the rank “{safe_name(rank)}” is no whole number: 1 is the best grade.")
    texts = {"short_label": "short label", "colour": "colour", "descriptor": "descriptor"}
    given: dict[str, object] = {key: text for key, column in texts.items() if (text := row.text(column))}
    aliases = [alias.strip() for alias in row.text("aliases").split(",") if alias.strip()]
    return given | {"key": name, "label": label, "aliases": aliases} | ({"rank": int(rank)} if rank else {})


def described(scale: Scale, row: WorkbookRow) -> Scale:
    """The scale with the descriptors that this row gives its grades for its question."""
    said = {
        column.removeprefix(DESCRIPTOR): text for column, text in row.cells.items() if column.startswith(DESCRIPTOR)
    }
    grades = tuple(
        replace(
            grade,
            descriptor=next((said[name] for name in said if comparable_name(name) in grade.names), grade.descriptor),
        )
        for grade in scale.grades
    )
    return replace(scale, grades=grades)


def faults(section: Section, row: WorkbookRow) -> Iterator[str]:
    """What is wrong with a row's descriptors and with its use of grades."""
    names = {name for grade in (section.scale.grades if section.scale else ()) for name in grade.names}
    for column, text in row.cells.items():
        if not column.startswith(DESCRIPTOR):
            continue
        if comparable_name(column.removeprefix(DESCRIPTOR)) not in names:
            yield f"{safe_name(column)}: this question isn't graded so"
        elif len(text) > DESCRIPTOR_LIMIT:
            yield f"{safe_name(column)} has {len(text):,} characters, and at most {DESCRIPTOR_LIMIT:,} are shown"
    if section.scale is None:
        return
    if section.group:
        yield "a graded question counts as its grade: leave “counts as” empty"
    if section.key == OVERALL and (section.relevant or section.agencies):
        yield f"{OVERALL} is asked of everybody, whatever else they answer"
    if section.key == OVERALL and section.scale.not_applicable:
        yield f"{OVERALL} can't be not applicable: an agency that wasn't involved says so in a nil return"
