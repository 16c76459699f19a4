"""An audit graded by section: tools for it, and the published cycle on one of them, open or finished.

Use: `play.put(graded.collecting)`, or `graded.finished`; those ending in `with_overall` have an overall grade, too.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from audit import tools as tools_rules
from audit.cases.judgements import JudgementView
from audit.cases.summary import CaseView
from audit.library import tools
from audit.returns.answers import Answers
from audit.scales import INSPECTION, NO_OVERALL, NOT_APPLICABLE, Grade, Graded, Scale
from audit.setup import opening
from audit.sheet import state
from audit.tools import IMPLIED, OVERALL, Section, Tool
from bot import loading
from bot.loading import CycleFile, JudgementPart, ReturnPart
from storage.cycles import Cycle
from tests.kit import models
from tests.kit.loaded import FILE, SOMEWHERE

SCALE = replace(INSPECTION, key="standards", not_applicable=True)
"""The scale of each standard, which may also be not applicable."""


def standard(key: str, label: str, *, heading: str = "Practice", agencies: tuple[str, ...] = ()) -> tuple[Section, ...]:
    """A graded section, and the question why it isn't applicable."""
    asked = Section(key, label, "graded", required=True, heading=heading, agencies=agencies, scale=SCALE)
    return tools_rules.graded(asked)


VOICE, PLANNING, RECORDS, SUPERVISION = "voice", "planning", "records", "supervision"
STANDARDS = (VOICE, PLANNING, RECORDS, SUPERVISION)
EVIDENCE = "evidence"
SECTIONED = Tool(
    "sectioned",
    1,
    (
        *standard(VOICE, "Voice of the child"),
        *standard(PLANNING, "Planning"),
        *standard(RECORDS, "Records"),
        *standard(SUPERVISION, "Supervision", agencies=("Police",)),
        Section(EVIDENCE, "What did you see?", "text", "What the file shows.", heading="Practice"),
    ),
    "Four standards",
)
"""Four sections on one scale, the last for the police only, and a text; no overall grade."""
ALIKE = replace(
    SECTIONED, key="alike", parts=(*SECTIONED.parts, replace(SECTIONED.parts[-1], key="seen", heading="Oversight")),
)  # fmt: skip
"""The same with two texts that have one label and differ by their group."""
PAGED = replace(
    SECTIONED, key="paged", title="Four standards on two pages",
    parts=(*SECTIONED.parts, *(Section(f"more{n}", f"Question {n}", heading="More") for n in range(10))),
)  # fmt: skip
"""The same with ten more questions, on a page of their own."""
OPTIONAL = replace(
    SECTIONED, key="optional", title="Four standards, and maybe a grade",
    overall=Section(OVERALL, "Overall grade", "graded", scale=INSPECTION),
)  # fmt: skip
REQUIRED = replace(
    SECTIONED, key="required", title="Four standards and a grade",
    overall=Section(OVERALL, "Overall grade", "graded", required=True, scale=INSPECTION),
)  # fmt: skip


def collecting(session: Session) -> Cycle:
    """The published cycle graded by section, open and without returns."""
    return _loaded(session, SECTIONED, answered=False)


def collecting_on_two_pages(session: Session) -> Cycle:
    """As `collecting`, with a form of two pages."""
    return _loaded(session, PAGED, answered=False)


def finished(session: Session) -> Cycle:
    """The cycle with every return and every judgement; no summary is released."""
    return _loaded(session, SECTIONED, answered=True)


def collecting_with_overall(session: Session) -> Cycle:
    """As `collecting`, with an overall grade."""
    return _loaded(session, REQUIRED, answered=False)


def with_overall(session: Session) -> Cycle:
    """As `finished`, with an overall grade."""
    return _loaded(session, REQUIRED, answered=True)


def _loaded(session: Session, tool: Tool, *, answered: bool) -> Cycle:
    tools.store(session, None, tool)
    cycle = loading.load(session, file(tool), answered=answered)
    state.bind(session, cycle.id, SOMEWHERE)
    if not answered:
        opening.open_cycle(session, None, cycle.id)
    return cycle


def file(tool: Tool) -> CycleFile:
    """The published cycle's file adapted to the tool; sections get grades made from the published ones."""
    published = loading.read(FILE)
    setup = published.setup.model_copy(update={"cycle": published.setup.cycle.model_copy(update={"tool": tool.key})})
    returns = tuple(_return(tool, number, part) for number, part in enumerate(published.returns))
    judgements = tuple(_judgement(tool, part) for part in published.judgements)
    return published.model_copy(update={"setup": setup, "returns": returns, "judgements": judgements})


def _return(tool: Tool, number: int, part: ReturnPart) -> ReturnPart:
    """A return whose Planning has the published grade; Voice is a step off, and every third agency has no Records."""
    grade = part.grade or ""
    sections = {VOICE: _beside(grade), PLANNING: _option(grade, part.not_graded_reason)}
    sections |= {RECORDS: sections[PLANNING]} if number % 3 else not_applicable(RECORDS)
    sections |= {SUPERVISION: sections[PLANNING]} if part.agency == "Police" else {}
    own = {} if tool.asks_overall else {"grade": None, "not_graded_reason": None, "why": ""}
    return part.model_copy(update={"sections": sections | {EVIDENCE: "The file shows it."}, **own})


def _judgement(tool: Tool, part: JudgementPart) -> JudgementPart:
    """A judgement whose Planning and Supervision have the published grade; Voice is a step off, Records don't apply."""
    grade, planned = part.grade or "", _option(part.grade or "", part.not_graded_reason)
    sections = {VOICE: _beside(grade), PLANNING: planned, RECORDS: NOT_APPLICABLE, SUPERVISION: planned}
    own = {} if tool.asks_overall else {"grade": None, "not_graded_reason": None}
    return part.model_copy(update={"sections": sections, **own})


def not_applicable(*keys: str, why: str = "No record was kept by us.") -> dict[str, str]:
    """The answers of a return for sections that don't apply."""
    return {key: text for each in keys for key, text in {each: NOT_APPLICABLE, f"{each}{IMPLIED}why": why}.items()}


def _option(grade: str, reason: str | None) -> str:
    return f"{grade}_{reason}" if reason else grade


def _beside(grade: str) -> str:
    """A grade one step away: the next worse for good, otherwise good."""
    return {"good": "requires_improvement"}.get(grade, "good")


def case(
    given: Mapping[str, Mapping[str, str]], judged: JudgementView | None = None, tool: Tool = SECTIONED
) -> CaseView:
    """A case as the rules read it; `given`: agency's label -> section -> option."""
    lines = tuple(
        replace(models.line(n, Answers(sections)), return_id=f"return{n}", agency=agency)
        for n, (agency, sections) in enumerate(given.items())
    )
    return replace(models.case(lines, judged), tool=tool, scale=tool.scale or INSPECTION, released_at=models.NOW)


def judgement(**sections: str) -> JudgementView:
    """A judgement without an overall grade; `sections`: section -> option."""
    given = {key: Graded.read(name) for key, name in sections.items()}
    return replace(models.judgement(grade=NO_OVERALL), sections=given)


_GRADES = tuple(Grade(f"g{n}", n, models.label(f"{n}", 75), f"{n}", "#000000", "&<>" * 100) for n in range(1, 12))
LARGE = Scale("large", _GRADES, not_applicable=True)


def many(count: int, *, own: bool) -> Tool:
    """`count` standards on the largest scale with the longest texts; `own`: each has descriptors of its own."""
    parts: list[Section] = []
    for n in range(count):
        best = replace(LARGE.grades[0], descriptor=f"{n}")
        scale = replace(LARGE, grades=(best, *LARGE.grades[1:])) if own else LARGE
        asked = Section(f"{'k' * 62}{n:02}", models.label(f"{n}", 300), "graded", "h" * 300, required=True, scale=scale)
        parts += tools_rules.graded(asked)
    return Tool("many", 1, tuple(parts), "Many standards")
