"""An audit whose answers are counted: a tool with each kind of question, and the published cycle answered on it.

Use: `play.put(counted.finished)` (or `collecting`), or `counted.board()` without a database.
"""

from dataclasses import replace

from sqlalchemy.orm import Session

from audit.cases.summary import CaseView, Line
from audit.cycle import answered
from audit.cycle import board as board_rules
from audit.cycle.board import Board
from audit.library import tools
from audit.returns.answers import Answers
from audit.setup import opening
from audit.sheet import state
from audit.tools import Choice, Section, Tool
from bot import loading
from bot.loading import CycleFile, ReturnPart
from storage.cycles import Cycle
from tests.kit import models
from tests.kit.loaded import FILE, SOMEWHERE

SEEN, PLANNED, AGE, REFERRED, VISITS, REVIEWED = COUNTED = ("seen", "planned", "age", "referred", "visits", "reviewed")
ELSE = "else"
ALWAYS = tuple(Choice(name, label) for name, label in (("yes", "Yes"), ("partly", "Partly"), ("no", "No")))
PLACES = tuple(Choice(name, label) for name, label in (("housing", "Housing"), ("health", "Adult health")))
TOOL = Tool(
    "counted",
    1,
    (
        Section(SEEN, "Was the child seen?", "yes_no", heading="The child"),
        Section(PLANNED, "Was planning begun?", "one_of", choices=ALWAYS, heading="Planning"),
        Section(AGE, "At what age?", "integer", relevant=f"${{{PLANNED}}} != 'no'", heading="Planning"),
        Section(REFERRED, "Referred to", "several_of", choices=PLACES, heading="Planning"),
        Section(VISITS, "Visits a week", "decimal", agencies=("Police",), heading="Planning"),
        Section(REVIEWED, "Last reviewed on", "date", heading="Planning"),
        Section(ELSE, "What else?", "text", heading="Planning"),
    ),
    "Answers that are counted",
)
"""A question of each kind that is counted, and a text, which isn't."""


def file() -> CycleFile:
    """The published cycle's file with that tool."""
    published = loading.read(FILE)
    setup = published.setup.model_copy(update={"cycle": published.setup.cycle.model_copy(update={"tool": TOOL.key})})
    returns = tuple(_return(number, part) for number, part in enumerate(published.returns))
    return published.model_copy(update={"setup": setup, "returns": returns})


def _return(number: int, part: ReturnPart) -> ReturnPart:
    """A return whose answers depend on its number; every fifth leaves optional questions unanswered."""
    planned = ("yes", "partly", "no")[number % 3]
    sections = {SEEN: "yes" if number % 4 else "no", PLANNED: planned, ELSE: "(Invented) Nothing."}
    if number % 5:
        sections |= {REFERRED: " ".join(place.name for place in PLACES[: number % 3]), REVIEWED: "2026-01-09"}
        sections |= {AGE: str(14 + number % 3)} if planned != "no" else {}
        sections |= {VISITS: "1.5"} if part.agency == "Police" else {}
    return part.model_copy(update={"sections": sections})


def finished(session: Session) -> Cycle:
    """The cycle with every return and every judgement; no summary is released."""
    tools.store(session, None, TOOL)
    cycle = loading.load(session, file(), answered=True)
    state.bind(session, cycle.id, SOMEWHERE)
    return cycle


def collecting(session: Session) -> Cycle:
    """The cycle, open and without returns."""
    tools.store(session, None, TOOL)
    cycle = loading.load(session, file(), answered=False)
    state.bind(session, cycle.id, SOMEWHERE)
    opening.open_cycle(session, None, cycle.id)
    return cycle


def board(tool: Tool = TOOL) -> Board:
    """The finished cycle's board, with every case released."""
    found = file()
    agencies = tuple(sorted((each.label, each.short_label) for each in found.setup.agencies))
    areas = tuple(sorted(each.label for each in found.setup.areas))
    cycle = replace(models.cycle(), agencies=agencies, areas=areas, tool=tool, title=found.setup.cycle.title)
    cases = tuple(_case(found, tool, number) for number in range(len(found.setup.cases)))
    return made(Board(cycle, cases, board_rules.tally(cycle, cases), models.NOW, reflections=True))


def made(of: Board) -> Board:
    """The board with its answers counted again, after a change."""
    return replace(of, answered=answered.count(of.cycle, of.cases))


def _case(found: CycleFile, tool: Tool, number: int) -> CaseView:
    about = found.setup.cases[number]
    returns = sorted((part for part in found.returns if part.case == about.reference), key=lambda each: each.agency)
    case = models.case([*map(_line, returns)], models.judgement(), number=number, area=about.area or "")
    return replace(case, reference=about.reference, tool=tool, released_at=models.NOW)


def _line(part: ReturnPart) -> Line:
    given = Answers(part.sections, part.grade, part.not_graded_reason, part.why)
    return replace(models.line(0, given), return_id=f"{part.case} {part.agency}", agency=part.agency)
