"""Grades in words, and the inputs at the end of every form with a grade."""

from collections.abc import Mapping

from audit.returns.answers import GRADE, REASON, WHY
from audit.scales import (
    AWAITING,
    MISSED,
    NO_OVERALL,
    NOT_APPLICABLE,
    NOT_GRADED,
    NOT_GRADED_LABEL,
    REASONS,
    SENT,
    Grade,
    Scale,
)
from views.parts import SECTION_LIMIT, Block, escape, paragraphs, pieces, select, sent_at_once, text_input
from views.pickers import one_of

AWAITED, DIDNT_COME = "Awaited", "Didn't come"
BY_SECTION = "Graded by section"
_NO_GRADE = (
    "It can't be graded: too little information, for example. You are asked why, and it is counted as not graded."
)
_NO_SECTION_GRADE = "It can't be graded. Choose the reason; it is counted as not graded."
_NOT_APPLICABLE = "It doesn't apply to this case."
_LABEL_ROOM = 400
"""Characters that a grade's label certainly fits into."""
_ASKED_WHY = " You are asked why."
_OTHERS = {
    "nil": "Nil return", "declined": "Declined", AWAITING: AWAITED, MISSED: DIDNT_COME, SENT: "Sent",
    NO_OVERALL: BY_SECTION,
}  # fmt: skip


def grade_words(scale: Scale, result: str, reason: str | None = None) -> str:
    """A grade's label, or the words for another outcome; `result` is as audit.cases.summary.Line counts it."""
    if result == NOT_GRADED:
        return f"{NOT_GRADED_LABEL} ({REASONS.get(reason or '', 'no reason given')})"
    if result == NOT_APPLICABLE:
        return scale.inapplicable
    return _OTHERS.get(result) or scale.grade(result).label


def grading(
    scale: Scale, label: str, *, grade: str | None = None, reason: str | None = None, why: str = "", hint: str = "",
    optional: bool = False,
) -> list[Block]:  # fmt: skip
    """What the grades mean, the grade (Slack sends the choice at once), the reason if it is Not graded, and why."""
    grades = [(each.key, each.label) for each in scale.grades]
    asked = one_of(GRADE, label, [*grades, (NOT_GRADED, NOT_GRADED_LABEL)], grade, hint=hint)
    return [
        *meanings(scale),
        sent_at_once(asked | {"optional": optional}),
        *why_not(grade, reason),
        text_input(WHY, "Why?", why, optional=optional, hint="Why this grade, or why it is not graded."),
    ]


def meanings(scale: Scale) -> list[Block]:
    """What the grades mean, if the scale describes them."""
    return _meanings("What the grades mean:", scale, {NOT_GRADED_LABEL: _NO_GRADE})


def section_meanings(scale: Scale, about: str, *, why: bool = True) -> list[Block]:
    """What the grades of graded sections mean; `about`: the section's label, or "" if the sections share a scale.

    `why`: the text says that "not applicable" needs a reason.
    """
    others = {escape(scale.inapplicable): _NOT_APPLICABLE + _ASKED_WHY * why} if scale.not_applicable else {}
    top = f"What the grades of “{escape(about)}” mean:" if about else "What the grades mean:"
    return _meanings(top, scale, others | {NOT_GRADED_LABEL: _NO_SECTION_GRADE})


def _meanings(top: str, scale: Scale, others: Mapping[str, str]) -> list[Block]:
    lines = [line for each in scale.grades if each.descriptor for line in _meaning(each)]
    return paragraphs([top, *lines, *(f"*{label}*: {words}" for label, words in others.items())]) if lines else []


def _meaning(grade: Grade) -> list[str]:
    """A grade and its descriptor, in lines that each fit a block."""
    first, *rest = pieces(grade.descriptor, SECTION_LIMIT - _LABEL_ROOM)
    return [f"*{escape(grade.label)}*: {escape(first)}", *map(escape, rest)]


def why_not(grade: str | None, reason: str | None) -> list[Block]:
    """Why something is not graded: asked only if Not graded is chosen."""
    if grade != NOT_GRADED:
        return []
    return [select(REASON, "Why is it not graded?", list(REASONS.items()), reason, optional=False)]
