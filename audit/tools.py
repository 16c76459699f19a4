"""Audit tools as data: what a single-agency return asks for."""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any, Literal, Self

from audit import calendar, form_pages, question_conditions
from audit.bounds import twice
from audit.pasted import comparable_name
from audit.scales import NOT_APPLICABLE, Scale
from storage.cycles import AuditTool

Kind = Literal["text", "line", "yes_no", "one_of", "several_of", "integer", "decimal", "date", "graded", "note"]

TEXT_LIMIT = 3000
LINE_LIMIT = 150
_LIMITS = {"text": TEXT_LIMIT, "several_of": TEXT_LIMIT}
_ANYTHING = re.compile(r".*", re.DOTALL)
NUMBERS = {  # number kinds -> (accepted form, sentence if an answer doesn't have it)
    "integer": (re.compile(r"-?[0-9]{1,15}"), "Write a whole number, such as 12."),
    "decimal": (re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?"), "Write a number, such as 12.5."),
}

IMMEDIATE = "immediate_action"
IMMEDIATE_DETAILS = ("immediate_what", "immediate_owner", "immediate_by")
YES = "yes"
IF_IMMEDIATE = f"${{{IMMEDIATE}}} = '{YES}'"
IMMEDIATE_NEEDED = frozenset(question_conditions.Says(IMMEDIATE, YES, among) for among in (False, True))
"""The conditions that an immediate action is needed: chosen alone, or among several."""
OVERALL = "overall_grade"
"""The key of the overall grade's question, in a tool that says how it is asked or that grades its sections."""
IMPLIED = "."
"""Part of the keys of questions that another question brings with it, and of no other keys."""


@dataclass(frozen=True)
class Choice:
    """One answer that a question offers: its name, as stored, and its label, as read."""

    name: str
    label: str


YES_NO = (Choice(YES, "Yes"), Choice("no", "No"))


@dataclass(frozen=True)
class Section:
    """One question or, with the kind "note", a text between questions that isn't answered.

    `group`: what an answer counts as in a summary. `relevant`: when it is asked, as audit.question_conditions reads it;
    "" for always. `heading`: the title of its group of questions. `agencies`: the labels of the agencies that are
    asked; empty for all. `scale`: what it is graded on, or None.
    """

    key: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    group: Literal["strength", "concern", "learning", ""] = ""
    required: bool = False
    relevant: str = ""
    choices: tuple[Choice, ...] = ()
    heading: str = ""
    agencies: tuple[str, ...] = ()
    scale: Scale | None = None

    @property
    def implied(self) -> bool:
        """Whether it comes with another question, which brings it along."""
        return IMPLIED in self.key

    @property
    def graded_on(self) -> Scale:
        """The scale of a graded section."""
        assert self.scale is not None  # noqa: S101  # else it isn't one
        return self.scale

    @property
    def limit(self) -> int:
        """The most characters of an answer."""
        return _LIMITS.get(self.kind, LINE_LIMIT)

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The choices; empty if the answer is typed."""
        if self.scale is not None:
            return tuple(Choice(name, label) for name, label in self.scale.options)
        return YES_NO if self.kind == "yes_no" else self.choices

    def chosen(self, text: str) -> list[str]:
        """The names of the choices in an answer."""
        return text.split() if self.kind == "several_of" else [text] if text else []

    def shown(self, text: str) -> str:
        """An answer as people read it: choices by their labels, a date in words."""
        if self.kind == "date":
            return calendar.in_words(text)
        labels = {choice.name: choice.label for choice in self.offered}
        return "; ".join(labels.get(name, name) for name in self.chosen(text)) if labels else text

    def fault(self, text: str) -> str | None:
        """Why this text can't be the answer, as a sentence; None if it can, or if it is blank."""
        if not text.strip():
            return None
        if self.offered:
            known = {choice.name for choice in self.offered}
            chosen = self.chosen(text)
            return None if known.issuperset(chosen) and not twice(chosen) else "Choose from what is shown."
        if self.kind == "date":
            return None if calendar.chosen(text) else "Choose a day."
        pattern, wanted = NUMBERS.get(self.kind, (_ANYTHING, ""))
        return None if pattern.fullmatch(text.strip()) else wanted


@dataclass(frozen=True)
class Tool:
    """A version of an audit tool. `parts`: its questions and notes in order; `title`: what it is called.

    `overall`: the question about the overall grade, with its scale; None if the tool doesn't mention one.
    """

    key: str
    version: int
    parts: tuple[Section, ...]
    title: str = ""
    overall: Section | None = None

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The questions, without notes."""
        return tuple(part for part in self.parts if part.kind != "note")

    @cached_property
    def graded(self) -> tuple[Section, ...]:
        """The sections or standards that are graded individually."""
        return tuple(part for part in self.parts if part.scale is not None)

    @property
    def asks_overall(self) -> bool:
        """Whether a return ends with an overall grade. Not if sections are graded and the tool doesn't ask for one."""
        return self.overall is not None or not self.graded

    @property
    def needs_overall(self) -> bool:
        """Whether a return can't be sent without the overall grade."""
        return self.overall.required if self.overall else not self.graded

    @property
    def scale(self) -> Scale | None:
        """The overall grade's scale, or the first graded section's if none is asked; None if a cycle may choose any."""
        parts = (self.overall, *self.graded)
        return next((part.scale for part in parts if part), None) if self.overall or not self.asks_overall else None

    @cached_property
    def steps(self) -> tuple[tuple[Section, ...], ...]:
        """The pages of its form."""
        return form_pages.pages(self.parts)

    def asked_of(self, agency: str) -> Self:
        """The tool with only the parts that the agency with this label is asked."""
        label = comparable_name(agency)
        own = tuple(part for part in self.parts if not part.agencies or label in map(comparable_name, part.agencies))
        return self if len(own) == len(self.parts) else replace(self, parts=own)

    def page_of(self, keys: Collection[str]) -> int:
        """The number of the page with one of these questions, from 0; the last page if there is none."""
        return next(
            (number for number, page in enumerate(self.steps) if any(part.key in keys for part in page)),
            len(self.steps) - 1,
        )

    def before(self, page: int) -> list[str]:
        """The keys of the questions on earlier pages."""
        return [part.key for step in self.steps[:page] for part in step]

    def needs(self, key: str) -> frozenset[str]:
        """The keys of the questions whose answers decide whether this one is asked."""
        relevants = (part.relevant for part in self.parts if part.key == key)
        return frozenset(each for relevant in relevants for each in question_conditions.parse(relevant).keys)

    def followers(self, key: str) -> frozenset[str]:
        """The keys of the questions that this one's answer decides about."""
        return frozenset(part.key for part in self.parts if key in question_conditions.parse(part.relevant).keys)

    def shows(self, answers: Mapping[str, str]) -> frozenset[str]:
        """The keys of what is asked, given these `answers`. A question that isn't asked counts as empty."""
        known = {part.key: part for part in self.parts}
        shown: dict[str, bool] = {}

        def asked(key: str) -> bool:
            if key not in shown:
                shown[key] = False  # in case it depends on itself
                condition = question_conditions.parse(known[key].relevant)
                shown[key] = condition.holds({
                    each: answers.get(each, "") for each in condition.keys if each in known and asked(each)
                })  # fmt: skip
            return shown[key]

        return frozenset(key for key in known if asked(key))

    def answered(self, answers: Mapping[str, str]) -> tuple[Section, ...]:
        """The questions that are asked, given these `answers`, and any others that have an answer nevertheless."""
        shown = self.shows(answers)
        return tuple(
            section for section in self.sections if answers.get(section.key, "").strip() or section.key in shown
        )

    def to_json(self) -> list[dict[str, object]]:
        """The parts and the overall question as `stored` reads them. Default values are left out."""
        usual = asdict(Section("", ""))
        return [
            {name: value for name, value in _written(part).items() if name in {"key", "label"} or value != usual[name]}
            for part in (*self.parts, *([self.overall] if self.overall else []))
        ]

    @classmethod
    def stored(cls, row: AuditTool) -> Self:
        """Read a tool from its row."""
        read = [_part(part) for part in row.sections]
        parts = tuple(part for part in read if part.key != OVERALL)
        overall = next((part for part in read if part.key == OVERALL), None)
        return cls(row.key, row.version, parts, row.title or row.key, overall)


def graded(section: Section) -> tuple[Section, ...]:
    """A graded section, followed by the question why it doesn't apply if "not applicable" can be chosen."""
    if section.scale is None or not section.scale.not_applicable:
        return (section,)
    applies = question_conditions.joined(section.relevant, f"${{{section.key}}} = '{NOT_APPLICABLE}'")
    why = Section(
        f"{section.key}{IMPLIED}why", "Why is it not applicable?", "line", required=True, relevant=applies,
        heading=section.heading, agencies=section.agencies,
    )  # fmt: skip
    return section, why


def _written(part: Section) -> dict[str, object]:
    return asdict(part) | ({"scale": part.scale.to_json()} if part.scale else {})


def _part(data: Mapping[str, Any]) -> Section:
    choices = tuple(Choice(**choice) for choice in data.get("choices", ()))
    scale = Scale.from_json(data["scale"]) if "scale" in data else None
    read = {**data, "choices": choices, "agencies": tuple(data.get("agencies", ())), "scale": scale}
    return if_immediate(Section(**read))


def if_immediate(part: Section) -> Section:
    """A detail of an immediate action, made required and asked only if one is needed. Other questions are unchanged."""
    if part.key not in IMMEDIATE_DETAILS:
        return part
    conditions = question_conditions.together(part.relevant) & IMMEDIATE_NEEDED
    relevant = part.relevant if conditions else question_conditions.joined(part.relevant, IF_IMMEDIATE)
    return replace(part, required=True, relevant=relevant)
