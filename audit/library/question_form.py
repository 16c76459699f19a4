"""A question of an audit tool as a form: the form's fields, and the question made from them."""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import get_args

from audit import question_conditions
from audit.bounds import safe_name
from audit.choice_words import not_applicable
from audit.errors import Refused
from audit.library import consistency, xlsform_faults
from audit.library.from_xlsform import MOST_CHOICES
from audit.library.workbook_rows import WorkbookRow
from audit.past import scale_file
from audit.pasted import comparable_name, numbered
from audit.question_conditions import Says
from audit.returns.answers import OWN
from audit.scales import SCALES, Scale
from audit.tools import Choice, Kind, Section, Tool

LABEL, HINT, KIND, CHOICES, REQUIRED = "label", "hint", "kind", "choices", "required"
COUNTS, HEADING, AGENCIES, WHEN, PLACE = "counts", "heading", "agencies", "when", "place"
"""The form's fields."""
ALWAYS, KEPT, FIRST = "always", "kept", "first"
"""Choices: always ask; keep the present condition; put the question first."""
NONE = "none"
_CHOOSING = ("one_of", "several_of", "graded")
_NO_NAME = re.compile(r"[^a-z0-9]+")
_NAME = 40
_MOST_WRITTEN = 3_000
"""Characters of choices that the form has room for."""


@dataclass(frozen=True)
class TypedQuestion:
    """The form as typed: field -> text, and the labels of the agencies that are asked (empty for all)."""

    texts: Mapping[str, str]
    agencies: tuple[str, ...] = ()

    def text(self, field: str) -> str:
        """A field's text."""
        return self.texts.get(field, "").strip()


def typed(tool: Tool, part: Section | None) -> TypedQuestion:
    """The form's initial content: a question of the tool, or (None) a new question at its end.

    Choices that are too long for the form have no field, and stay unchanged.
    """
    parts, room = consistency.rows(tool), dict[str, str]()
    if part is None:
        return TypedQuestion({KIND: "text", WHEN: ALWAYS, PLACE: digest(parts[-1].key) if parts else FIRST})
    at = parts.index(part)
    if len(written := _written(part)) <= _MOST_WRITTEN:
        room = {CHOICES: written}
    return TypedQuestion(room | {
        LABEL: part.label, HINT: part.hint, KIND: part.kind, COUNTS: part.group or NONE,
        REQUIRED: "yes" if part.required else "no", HEADING: part.heading, WHEN: _when(tool, part),
        PLACE: digest(parts[at - 1].key) if at else FIRST,
    }, part.agencies)  # fmt: skip


def section(tool: Tool, part: Section | None, given: TypedQuestion) -> Section:
    """The question that the form makes from `part`, or a new one. Refused at the fields."""
    kind: Kind = given.text(KIND)  # type: ignore[assignment]  # checked in the next line
    if kind not in get_args(Kind):
        raise Refused("Choose how it is answered.", KIND)
    label, wrong = given.text(LABEL), dict[str, str]()
    old = part if part and (part.kind == kind or {part.kind, kind} == {"line", "text"}) else None
    key = (
        old.key
        if old
        else fresh(label, {each.key for each in tool.parts} | {each.key for each in consistency.rows(tool)})
    )
    choices: tuple[Choice, ...] = ()
    scale = None
    try:
        if CHOICES not in given.texts and old:
            choices, scale = old.choices, old.scale
        elif kind == "graded":
            scale = _scale(key, given.text(CHOICES), old)
        elif kind in _CHOOSING:
            choices = _choices(given.text(CHOICES), old)
        elif given.text(CHOICES) and kind != "yes_no":
            wrong[CHOICES] = "Only “one of”, “any of” and a grade have choices: leave this empty."
    except Refused as refusal:
        wrong[CHOICES] = refusal.sentence
    made = Section(
        key, label, kind, given.text(HINT), "" if given.text(COUNTS) == NONE else given.text(COUNTS),  # type: ignore[arg-type]
        kind == "graded" or given.text(REQUIRED) == "yes", _relevant(tool, part, given.text(WHEN)),
        choices, given.text(HEADING), given.agencies, scale,
    )  # fmt: skip
    if wrong := wrong | _faults(made):
        raise Refused(next(iter(wrong.values())), fields=wrong)
    return made


def digest(*names: str) -> str:
    """12 hexadecimal digits that stand for names in menus and buttons, which have no room for the names."""
    return hashlib.sha256("\n".join(names).encode()).hexdigest()[:12]


def triggers(tool: Tool, part: Section | None) -> Iterator[tuple[Section, list[tuple[str, str]]]]:
    """Each earlier question with choices, on which `part` may depend, with (id, label) of its choices."""
    for question in consistency.rows(tool):
        if part is not None and question.key == part.key:
            return
        if question.offered:
            yield question, [(digest(question.key, choice.name), choice.label) for choice in question.offered]


def fresh(label: str, taken: Collection[str]) -> str:
    """A unique name for a question with this label."""
    plainly = unicodedata.normalize("NFKD", label.lower()).encode("ascii", "ignore").decode()
    name = _NO_NAME.sub("_", plainly).strip("_")[:_NAME].strip("_") or "question"
    name = name if name[0].isalpha() else f"q_{name}"
    used = {each.lower() for each in taken} | {*OWN, "nobody"}
    return next(each for n in count(1) if (each := name if n == 1 else f"{name}_{n}") not in used)


def _faults(made: Section) -> dict[str, str]:
    """Field -> what is wrong with the question itself, checked like a workbook's row."""
    row = WorkbookRow(1, {})
    reasons = xlsform_faults.question(row, made.key, made.label, made.hint, made.group, note=made.kind == "note")
    wrong = {HINT if " hint " in f" {reason} " else LABEL: reason for reason in reasons}
    long = [*xlsform_faults.texts("heading", made.heading, xlsform_faults.HEADING_LIMIT)]
    offered = (each for choice in made.choices for each in xlsform_faults.choice("choices", choice.name, choice.label))
    for field, reason in ((HEADING, next(iter(long), "")), (CHOICES, next(offered, ""))):
        wrong |= {field: reason} if reason else {}
    if made.scale and made.group:
        wrong[COUNTS] = "a graded question counts as its grade: choose nothing here"
    return {field: f"{reason[:1].upper()}{reason[1:]}." for field, reason in wrong.items()}


def _lines(text: str) -> list[str]:
    return [line.strip() for _, line in numbered(text)]


def _choices(text: str, old: Section | None) -> tuple[Choice, ...]:
    """The choices, one per line. An existing label keeps its name, and so may a label that replaces another."""
    labels = _lines(text)
    if not labels:
        raise Refused("Write the choices, a line each.")
    if len(labels) > MOST_CHOICES:
        raise Refused(f"At most {MOST_CHOICES} choices can be offered.")
    if twice := next(
        (label for at, label in enumerate(labels) if comparable_name(label) in map(comparable_name, labels[:at])), ""
    ):
        raise Refused(f"Two choices read “{safe_name(twice)}”: nobody could tell them apart.")
    return tuple(Choice(name, label) for name, label in zip(_names(labels, _old(old)), labels, strict=True))


def _old(old: Section | None) -> list[tuple[str, str]]:
    if old is None:
        return []
    return [(g.key, g.label) for g in old.scale.grades] if old.scale else [(c.name, c.label) for c in old.choices]


def _names(labels: Sequence[str], before: Sequence[tuple[str, str]]) -> list[str]:
    """A name for each label: the one it had, or that of the label it replaces, otherwise a new one.

    A label replaces another if that is gone, stood in the same place, and the number of labels is unchanged.
    """
    left = [*before]
    gone = {at: name for at, (name, label) in enumerate(before) if label not in labels}
    kept: list[str | None] = []
    for at, label in enumerate(labels):
        same = next((each for each in left if each[1] == label), None)
        left = [each for each in left if each is not same]
        kept.append(same[0] if same else gone.get(at) if len(labels) == len(before) else None)
    names: list[str] = []
    for name, made in zip(kept, scale_file.keys(labels), strict=True):
        free = (each for n in count(1) if (each := made if n == 1 else f"{made}_{n}") not in {*kept, *names})
        names.append(name or next(free))
    return names


def _scale(key: str, text: str, old: Section | None) -> Scale:
    """A scale, one grade per line and best first: its label and, after a |, its descriptor."""
    pairs = [[part.strip() for part in line.partition("|")] for line in _lines(text)]
    apart = [label for label, *_ in pairs if not_applicable(label) or (old and _says_so(old, label))]
    if apart[1:]:
        raise Refused(
            f"“{safe_name(apart[0])}” and “{safe_name(apart[1])}” both say that no grade applies: one is enough."
        )
    if any(meaning and label in apart for label, _, meaning in pairs):
        raise Refused(f"“{safe_name(apart[0])}” is no grade, and has no meaning after a |: put it in the hint.")
    graded = [(label, meaning) for label, _, meaning in pairs if label not in apart]
    names = _names([label for label, _ in graded], _old(old))
    kept = {grade.key: grade for grade in old.scale.grades} if old and old.scale else {}
    grades: list[object] = []
    for name, (label, meaning) in zip(names, graded, strict=True):
        was = kept.get(name)
        more = {"colour": was.colour, "aliases": [*was.aliases]} if was and len(kept) == len(graded) else {}
        more |= {"short_label": was.short_label} if was and was.label == label else {}
        grades.append({"key": name, "label": label} | more | ({"descriptor": meaning} if meaning else {}))
    data: dict[str, object] = {"key": "own", "best": "first", "grades": grades, "not_applicable": bool(apart)}
    if apart:
        data["inapplicable"] = apart[0]
    made = scale_file.scale(data, [f"“{label}”" for label, _ in graded])
    alike = [*SCALES.values(), *([old.scale] if old and old.scale else [])]
    named = next((each.key for each in alike if each.same_steps(made)), consistency.key_of(f"scale {key}"))
    return replace(made, key=named)


def _says_so(old: Section, label: str) -> bool:
    return bool(
        old.scale and old.scale.not_applicable and comparable_name(label) == comparable_name(old.scale.inapplicable)
    )


def _written(part: Section) -> str:
    if part.scale is None:
        return "\n".join(choice.label for choice in part.choices)
    lines = (f"{each.label} | {each.descriptor}" if each.descriptor else each.label for each in part.scale.grades)
    return "\n".join([*lines, *([part.scale.inapplicable] if part.scale.not_applicable else [])])


def _when(tool: Tool, part: Section) -> str:
    """The menu's value for a question's condition: ALWAYS, the id of a single answer, or KEPT for anything else."""
    if not part.relevant:
        return ALWAYS
    condition = question_conditions.parse(part.relevant)
    said = digest(condition.key, condition.value) if isinstance(condition, Says) else KEPT
    return said if said in {name for _, offered in triggers(tool, part) for name, _ in offered} else KEPT


def _relevant(tool: Tool, part: Section | None, when: str) -> str:
    if part is not None and when in {KEPT, _when(tool, part)}:
        return part.relevant
    for question, offered in triggers(tool, part):
        for choice, (name, _) in zip(question.offered, offered, strict=True):
            if name == when:
                mark = '"' if "'" in choice.name else "'"
                value = f"{mark}{choice.name}{mark}"
                return (
                    f"selected(${{{question.key}}}, {value})"
                    if question.kind == "several_of"
                    else f"${{{question.key}}} = {value}"
                )
    if when not in {"", ALWAYS}:
        raise Refused("That answer is no longer offered. Please choose again.", WHEN)
    return ""


def placed(parts: Iterable[Section], part: Section, place: str) -> tuple[Section, ...]:
    """The parts with this one after the part that `place` stands for, or first if that is FIRST."""
    others = [each for each in parts if each.key != part.key]
    if place == FIRST:
        return (part, *others)
    at = next((n for n, each in enumerate(others, 1) if digest(each.key) == place), len(others))
    return (*others[:at], part, *others[at:])
