"""Checks of an audit tool as a whole: its names, conditions and the product's own questions must fit together."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence

from audit import question_conditions
from audit.bounds import safe_name
from audit.pasted import comparable_name
from audit.tools import (
    IF_IMMEDIATE,
    IMMEDIATE,
    IMMEDIATE_DETAILS,
    IMMEDIATE_NEEDED,
    OVERALL,
    Kind,
    Section,
    Tool,
)

_MOST_QUESTIONS = 150
_MOST_GRADED = 60
MOST_NOTES = 30
_MOST_ON_A_PAGE = 100_000
"""Characters. The page then stays well below Slack's 250 kB for a view, with everything that is typed."""
_DETAILS: Mapping[str, Kind] = {"immediate_what": "line", "immediate_owner": "line", "immediate_by": "date"}

MOST_BLOCKS = 60
"""Of Slack's 100 blocks per view. The form's other parts need the rest."""
_IN_A_BLOCK = 1_500
"""Characters of descriptors that certainly fit into one block with the grades' names."""
MOST_KEY = 32
_KEY = re.compile(r"[^a-z0-9]+")

Numbered = Sequence[tuple[int, Section]]
"""Questions and notes, each with its row."""


def key_of(name: str) -> str:
    """A tool's key from its name. A digest replaces what a key can't contain, so that no two names share a key."""
    name = comparable_name(name)
    key = _KEY.sub("_", name).strip("_")
    lost = any(letter.isalnum() and not letter.isascii() for letter in name)
    if key and len(key) <= MOST_KEY and not lost:
        return key
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{key[: MOST_KEY - 9].strip('_') or 'tool'}_{digest}"


def rows(tool: Tool) -> tuple[Section, ...]:
    """The parts that have a row in a workbook. A question that a graded section brings with it has none."""
    return tuple(part for part in tool.parts if not part.implied)


def faults(parts: Numbered) -> Iterator[tuple[int, str]]:
    """(row, reason) of everything that is wrong with the tool as a whole."""
    asked = {part.key: part for _, part in parts if part.kind != "note" and part.key != OVERALL}
    yield from _names(parts)
    yield from _circles(parts, asked)
    yield from _values(parts, asked)
    yield from _immediate(parts, asked)
    yield from _weights(parts)
    if parts and not asked:
        yield parts[0][0], "there is no question in it, only notes"
    if len(asked) > _MOST_QUESTIONS or len(parts) - len(asked) > MOST_NOTES:
        yield parts[-1][0], f"at most {_MOST_QUESTIONS} questions and {MOST_NOTES} notes can be asked"
    if sum(part.scale is not None for part in asked.values()) > _MOST_GRADED:
        yield parts[-1][0], f"at most {_MOST_GRADED} sections can be graded"


def _weights(parts: Numbered) -> Iterator[tuple[int, str]]:
    """Check that each page fits into Slack's view for every agency, with its questions, choices, notes and answers."""
    row_of = {part.key: number for number, part in parts}
    tool = Tool("", 0, tuple(part for _, part in parts))
    heavy: dict[int, int] = {}
    for agency in ("", *sorted({label for part in tool.parts for label in part.agencies})):
        for number, page in enumerate(tool.asked_of(agency).steps, 1):
            choices = sum(len(choice.label) + len(choice.name) + 60 for part in page for choice in part.offered)
            typed = sum(len(part.label) + len(part.hint) + part.limit for part in page)
            if choices + typed > _MOST_ON_A_PAGE or _blocks(page) > MOST_BLOCKS:
                heavy.setdefault(row_of[page[0].key], number)
    for row, number in heavy.items():
        yield row, f"from here on, page {number} of the form holds more than Slack shows: shorten it"


def _blocks(page: Sequence[Section]) -> int:
    """How many of Slack's blocks a page needs: one per question, note or heading, and one more for a note's hint.

    The descriptors of a question's grades stand before it.
    """
    before = ["", *(part.heading for part in page)]
    headings = sum(part.heading not in {"", last} for part, last in zip(page, before, strict=False))
    meant = [sum(len(grade.descriptor) for grade in part.scale.grades) for part in page if part.scale]
    notes = sum(part.kind == "note" and bool(part.hint) for part in page)
    return headings + len(page) + notes + sum(1 + each // _IN_A_BLOCK for each in meant if each)


def _names(parts: Numbered) -> Iterator[tuple[int, str]]:
    """Check that every name is unique, regardless of case."""
    names: dict[str, int] = {}
    for number, part in parts:
        first = names.setdefault(part.key.lower(), number)
        if first != number:
            yield number, f"the name “{safe_name(part.key)}” is already used in row {first}"


def _circles(parts: Numbered, asked: Mapping[str, Section]) -> Iterator[tuple[int, str]]:
    """Check that conditions name questions that are asked, and that no question depends on itself, even indirectly."""
    needs = {part.key: question_conditions.parse(part.relevant).keys for _, part in parts}
    for number, part in parts:
        unknown = sorted(needs[part.key] - asked.keys())
        if unknown:
            yield number, f"relevant: there is no question “{safe_name(unknown[0])}”"
        reached: set[str] = set()
        left = set(needs[part.key])
        while left:
            key = left.pop()
            reached.add(key)
            left |= needs.get(key, frozenset()) - reached
        if part.key in reached:
            yield number, f"relevant: “{safe_name(part.key)}” depends on itself"


def _values(parts: Numbered, asked: Mapping[str, Section]) -> Iterator[tuple[int, str]]:
    """Check that the choices in conditions exist."""
    for number, part in parts:
        for said in question_conditions.answers_in(question_conditions.parse(part.relevant)):
            offered = [choice.name for choice in asked[said.key].offered] if said.key in asked else []
            if offered and said.value and said.value not in offered:
                names = safe_name(", ".join(offered))
                yield number, f"relevant: “{safe_name(said.key)}” has no choice “{safe_name(said.value)}”, but: {names}"


def _immediate(parts: Numbered, asked: Mapping[str, Section]) -> Iterator[tuple[int, str]]:
    """Check that immediate action is asked about in full, as the product handles it, or not at all."""
    first = asked.get(IMMEDIATE)
    for number, part in parts:
        choices = {choice.name for choice in part.offered}
        yes_or_no = part.kind != "several_of" and choices == {"yes", "no"}
        if part.key == IMMEDIATE and (not yes_or_no or _DETAILS.keys() - asked.keys()):
            also = ", ".join(IMMEDIATE_DETAILS)
            yield number, f"{IMMEDIATE} needs a select_one of the choices yes and no, and beside it: {also}"
        if part.key in _DETAILS and (first is None or part.kind != _DETAILS[part.key]):
            kind = "a date" if _DETAILS[part.key] == "date" else "a text with the appearance line"
            yield number, f"{part.key} must be {kind}, beside {IMMEDIATE}"
        elif part.key in _DETAILS and first is not None:
            yield from ((number, reason) for reason in _detail(part, first))


def _detail(part: Section, first: Section) -> Iterator[str]:
    """Why a detail wouldn't be asked of exactly those agencies that answer that immediate action is needed."""
    if question_conditions.together(part.relevant) - question_conditions.together(first.relevant) - IMMEDIATE_NEEDED:
        yield f"relevant: {part.key} is asked if {IF_IMMEDIATE}, and depends on nothing else"
    if {comparable_name(each) for each in part.agencies} != {comparable_name(each) for each in first.agencies}:
        yield f"agencies: {part.key} must be asked of the same agencies as {IMMEDIATE}"
