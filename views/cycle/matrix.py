"""Case by agency: who has answered and, once a case's summary is released, each agency's self-grade.

It is written as text, since a table with a column for each agency is too wide for a channel or a phone.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from audit.cases import graded_sections
from audit.cases.graded_sections import SectionSpread
from audit.cases.outline import CaseOutline, LineOutline
from audit.cycle.outline import GradedCycle
from audit.scales import AWAITING, NOT_GRADED, Scale
from views.pages import pages
from views.parts import (
    MESSAGE_CHARACTERS,
    SECTION_LIMIT,
    Block,
    Content,
    View,
    actions,
    button,
    context,
    count_of,
    escape,
    fitted,
    header,
    modal,
    paragraphs,
    section,
)
from views.returns.grades import grade_words
from views.words import in_message

SHOW = "matrix.show"
"""The button that shows the whole matrix (value: the cycle's id)."""
PAGE = "matrix.page"

_UNRELEASED = "A grade shows once its case's summary is out; until then only who has answered."
_CASE = SECTION_LIMIT - 300
"""The most characters for a case's agencies; the rest is for its name, its sections and the count of those left out."""
_MOST_APART, _SECTION = 3, 150
"""The most sections shown for a case, those with the widest disagreement, and the most characters of each name."""
_FEW = 3
"""Up to this number, agencies are named even if they all have the same state."""
_ROOM = MESSAGE_CHARACTERS - 1000
"""The most characters for cases in a message; the rest is for the text around them."""


def matrix(board: GradedCycle) -> Content:
    """The message: a few lines for each case, as many as fit. `board`: without the grades of cases not yet released."""
    cycle, blocks = board.cycle, [*_top(board)]
    texts, left = _fitting([_case_lines(case, board) for case in board.cases])
    blocks += [*paragraphs(texts), context(_UNRELEASED)]
    if left:
        whole = button("Every case", SHOW, cycle.id, about=cycle.name)
        blocks += [context(f"and {count_of(left, 'case')} more: press *Every case*."), actions("matrix", whole)]
    return Content(f"Case by agency, {escape(cycle.name)}: {_state(board)}.", blocks)


def view(board: GradedCycle, page: int = 0) -> View:
    """A page of the matrix of all cases."""
    current = pages(("Case by agency", [section(_case_lines(case, board))]) for case in board.cases).nearest(page)
    cycle = board.cycle
    top = section(f"*{escape(cycle.name)}*{current.where}\n{_state(board)}")
    blocks = [top, *current.blocks, context(_UNRELEASED), *current.turning(PAGE)]
    return modal("Case by agency", blocks, record_id=cycle.id)


def _fitting(told: list[str]) -> tuple[list[str], int]:
    """The cases that fit in a message, and the number of those left out."""
    room = _ROOM
    for number, text in enumerate(told):
        room -= len(text) + 1
        if room < 0:
            return told[:number], len(told) - number
    return told, 0


def _top(board: GradedCycle) -> list[Block]:
    deadline = f"Deadline: {in_message(board.cycle.due_at, board.now)}"
    return [header(f"Case by agency: {board.cycle.name}"), section(f"*{_state(board)}*\n{deadline}")]


def _state(board: GradedCycle) -> str:
    lines = [line for case in board.cases for line in case.lines]
    answered = len(lines) - sum(len(case.unanswered) for case in board.cases)
    ratified = sum(case.judgement is not None for case in board.cases)
    state = f"{answered} of {count_of(len(lines), 'return')} answered"
    return f"{state} · {ratified} of {count_of(len(board.cases), 'case')} ratified" if ratified else state


def _case_lines(case: CaseOutline, board: GradedCycle) -> str:
    """A case and its agencies, grouped by grade or state: best grade first, then Not graded, then the others."""
    given: dict[str, list[str]] = {}
    places = _places(case.scale)
    for line in sorted(case.lines, key=lambda line: (places.get(line.result, places[""]), line.reason or "")):
        given.setdefault(_standing(case, line, board.now), []).append(line.agency)
    area = f" · {escape(case.area)}" if len(board.cycle.areas) > 1 else ""
    ratified = " (ratified)" if case.judgement else ""
    apart = _sections(case)
    agencies, room = [], _CASE - sum(map(len, apart))
    for place, (words, names) in enumerate(given.items()):
        group = f"{escape(words)}: {_who(names, len(case.lines))}"
        room -= len(group) + 3
        if room < 0:
            left = sum(map(len, list(given.values())[place:]))
            agencies.append(f"and {count_of(left, 'agency', 'agencies')} more: read the summary.")
            break
        agencies.append(group)
    lines = [f"*{escape(case.reference)}{ratified}*{area}", " · ".join(agencies) or "No agency is involved."]
    return "\n".join([*lines, *apart])


def _who(names: Sequence[str], of: int) -> str:
    """The agencies' names, or "all 9 agencies" if the group has all the agencies involved and they are many: mrkdwn."""
    return f"all {of} agencies" if len(names) == of > _FEW else fitted(", ".join(names), 500)


def _sections(case: CaseOutline) -> list[str]:
    """The sections that the case's agencies graded differently, widest disagreement first: mrkdwn."""
    apart = graded_sections.apart(case)
    if not apart:
        return []
    names = graded_sections.names(case.tool)
    alike = groupby([each for each in apart[:_MOST_APART] if each.section], key=_between)
    differences = [
        f"{', '.join(fitted(names[each.section.key], _SECTION) for each in group if each.section)} ({escape(between)})"
        for between, group in alike
    ]
    more = f" · and {len(apart) - _MOST_APART} more (in the case's summary)" if len(apart) > _MOST_APART else ""
    return [f"_Sections apart:_ {' · '.join(differences)}{more}"]


def _between(spread: SectionSpread) -> str:
    return " to ".join(grade.short_label for grade in spread.ends or ())


def _places(scale: Scale) -> dict[str, int]:
    """A return's result -> its place in the order of a case's agencies; "" is for any other result."""
    lowest = len(scale.grades) + 1
    return {NOT_GRADED: lowest, "": lowest + 1, AWAITING: lowest + 2} | {each.key: each.rank for each in scale.grades}


def _standing(case: CaseOutline, line: LineOutline, now: datetime) -> str:
    """An agency's grade or state in a case, in a few words."""
    if line.result == AWAITING and now > case.due_at:
        return "Overdue"
    if line.concealed:
        return "Sent late" if line.late else "Sent"
    own, settled = _grade(case, line.result, line.reason), _grade(case, line.settled, line.settled_reason)
    return f"{own} (moderated: {settled})" if line.moderated and line.answers else own


def _grade(case: CaseOutline, result: str, reason: str | None) -> str:
    if result in {grade.key for grade in case.scale.grades}:
        return case.scale.grade(result).short_label
    return grade_words(case.scale, result, reason)
