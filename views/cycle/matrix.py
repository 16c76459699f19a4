"""Case by agency: who has answered, and, once a case's summary is out, how each agency graded its own part.

Told in words, since a table with a column for each agency is wider than a channel, and far wider than a phone.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from audit.cases import graded_sections
from audit.cases.graded_sections import SectionSpread
from audit.cases.outline import CaseOutline, LineOutline
from audit.cycle.outline import GradedCycle
from audit.scales import AWAITING, NOT_GRADED, Scale
from views.pages import pages, turning, where
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
from views.words import noted

SHOW = "matrix.show"
"""The button that shows the whole matrix (value: the cycle's id)."""
PAGE = "matrix.page"

_UNRELEASED = "A grade shows once its case's summary is out; until then only who has answered."
_CASE = SECTION_LIMIT - 300
"""Characters of a case's agencies; the rest is for its name, for how many are left, and for its sections."""
_MOST_APART, _SECTION = 3, 150
"""Sections on which a case's agencies are furthest apart, and the characters of one."""
_FEW = 3
"""Agencies that are named though all of them stand alike."""
_ROOM = MESSAGE_CHARACTERS - 1000
"""Characters of cases in a message; the rest is for what stands around them."""


def matrix(board: GradedCycle) -> Content:
    """The message: a few lines for each case, as many as it holds. `board` as others see it."""
    cycle, blocks = board.cycle, [*_top(board)]
    told, left = _fitting([_told(case, board) for case in board.cases])
    blocks += [*paragraphs(told), context(_UNRELEASED)]
    if left:
        whole = button("Every case", SHOW, cycle.id, about=cycle.name)
        blocks += [context(f"and {count_of(left, 'case')} more: press *Every case*."), actions("matrix", whole)]
    return Content(f"Case by agency, {escape(cycle.name)}: {_state(board)}.", blocks)


def view(board: GradedCycle, page: int = 0) -> View:
    """A page of the matrix with every case; a page that isn't there becomes the nearest that is."""
    made = pages(("Case by agency", [section(_told(case, board))]) for case in board.cases)
    page = min(max(page, 0), len(made) - 1)
    cycle = board.cycle
    top = section(f"*{escape(cycle.name)}*{where(page, len(made))}\n{_state(board)}")
    blocks = [top, *made[page], context(_UNRELEASED), *turning(PAGE, page, len(made))]
    return modal("Case by agency", blocks, record_id=cycle.id)


def _fitting(told: list[str]) -> tuple[list[str], int]:
    """The cases that a message holds, and how many cases it has no room for."""
    room = _ROOM
    for number, text in enumerate(told):
        room -= len(text) + 1
        if room < 0:
            return told[:number], len(told) - number
    return told, 0


def _top(board: GradedCycle) -> list[Block]:
    deadline = f"Deadline: {noted(board.cycle.due_at, board.now)}"
    return [header(f"Case by agency: {board.cycle.name}"), section(f"*{_state(board)}*\n{deadline}")]


def _state(board: GradedCycle) -> str:
    lines = [line for case in board.cases for line in case.lines]
    answered = len(lines) - sum(len(case.unanswered) for case in board.cases)
    ratified = sum(case.judgement is not None for case in board.cases)
    state = f"{answered} of {count_of(len(lines), 'return')} answered"
    return f"{state} · {ratified} of {count_of(len(board.cases), 'case')} ratified" if ratified else state


def _told(case: CaseOutline, board: GradedCycle) -> str:
    """A case, and under it the agencies by how they stand: best grade first, Not graded, the others."""
    given: dict[str, list[str]] = {}
    places = _places(case.scale)
    for line in sorted(case.lines, key=lambda line: (places.get(line.result, places[""]), line.reason or "")):
        given.setdefault(_standing(case, line, board.now), []).append(line.agency)
    area = f" · {escape(case.area)}" if len(board.cycle.areas) > 1 else ""
    ratified = " (ratified)" if case.judgement else ""
    apart = _sections(case)
    agencies, room = [], _CASE - sum(map(len, apart))
    for place, (words, names) in enumerate(given.items()):
        said = f"{escape(words)}: {_who(names, len(case.lines))}"
        room -= len(said) + 3
        if room < 0:
            left = sum(map(len, list(given.values())[place:]))
            agencies.append(f"and {count_of(left, 'agency', 'agencies')} more: read the summary.")
            break
        agencies.append(said)
    lines = [f"*{escape(case.reference)}{ratified}*{area}", " · ".join(agencies) or "No agency is involved."]
    return "\n".join([*lines, *apart])


def _who(names: Sequence[str], of: int) -> str:
    """Agencies by name, or in a word where they are all that are involved, if those are many: mrkdwn."""
    return f"all {of} agencies" if len(names) == of > _FEW else fitted(", ".join(names), 500)


def _sections(case: CaseOutline) -> list[str]:
    """The sections that its agencies graded differently, furthest apart first: mrkdwn."""
    apart = graded_sections.apart(case)
    if not apart:
        return []
    names = graded_sections.names(case.tool)
    alike = groupby([each for each in apart[:_MOST_APART] if each.section], key=_between)
    told = [
        f"{', '.join(fitted(names[each.section.key], _SECTION) for each in found if each.section)} ({escape(between)})"
        for between, found in alike
    ]
    more = f" · and {len(apart) - _MOST_APART} more (in the case's summary)" if len(apart) > _MOST_APART else ""
    return [f"_Sections apart:_ {' · '.join(told)}{more}"]


def _between(spread: SectionSpread) -> str:
    return " to ".join(grade.short_label for grade in spread.ends or ())


def _places(scale: Scale) -> dict[str, int]:
    """Where agencies stand among a case's agencies, by the results of their returns; "" is any other result."""
    lowest = len(scale.grades) + 1
    return {NOT_GRADED: lowest, "": lowest + 1, AWAITING: lowest + 2} | {each.key: each.rank for each in scale.grades}


def _standing(case: CaseOutline, line: LineOutline, now: datetime) -> str:
    """How an agency stands in a case, in few words."""
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
