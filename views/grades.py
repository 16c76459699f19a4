"""Grades in words, and the inputs that every form with a grade ends with."""

from audit.answers import GRADE, REASON, WHY
from audit.scales import NOT_GRADED, REASONS, Scale
from views.parts import Block, escape, paragraphs, radios, select, text_input

NOT_GRADED_LABEL = "Not graded"
_OTHERS = {"nil": "Nil return", "declined": "Declined", "awaiting": "Awaited"}


def grade_words(scale: Scale, result: str, reason: str | None = None) -> str:
    """A grade's label, or what stands in its place; `result` is as audit.cases.Line counts it."""
    if result == NOT_GRADED:
        return f"{NOT_GRADED_LABEL} ({REASONS.get(reason or '', 'no reason given')})"
    return _OTHERS.get(result) or scale.grade(result).label


def grading(
    scale: Scale, label: str, *, grade: str | None = None, reason: str | None = None, why: str = ""
) -> list[Block]:
    """What the grades mean, the grade, the reason if there is none, and why."""
    meanings = [f"*{escape(each.label)}*: {escape(each.descriptor)}" for each in scale.grades]
    grades = [(each.key, each.label) for each in scale.grades]
    only_then = "Only for Not graded. Leave it empty when you give a grade."
    return [
        *paragraphs(["What the grades mean:", *meanings]),
        radios(GRADE, label, [*grades, (NOT_GRADED, NOT_GRADED_LABEL)], grade),
        select(REASON, "If not graded: the reason", list(REASONS.items()), reason, hint=only_then),
        text_input(WHY, "Why?", why, optional=False, hint="Why this grade, or why it is not graded."),
    ]
