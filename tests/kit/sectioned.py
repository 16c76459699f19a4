"""The board of a finished audit that is graded by section, without a database."""

from dataclasses import replace
from typing import Any

from audit.cases.summary import CaseView, Line
from audit.cycle import board as board_rules
from audit.cycle.board import Board
from audit.returns.answers import Answers
from audit.scales import INSPECTION, NO_OVERALL, Graded
from audit.tools import Tool
from bot.loading import CycleFile
from tests.kit import graded, models


def board(tool: Tool = graded.SECTIONED) -> Board:
    """Every return and judgement of the published cycle on that tool, with every case released."""
    file = graded.file(tool)
    agencies = tuple(sorted((each.label, each.short_label) for each in file.setup.agencies))
    areas = tuple(sorted(each.label for each in file.setup.areas))
    cycle = replace(models.cycle(), agencies=agencies, areas=areas, tool=tool, scale=tool.scale or INSPECTION)
    cycle = replace(cycle, title=file.setup.cycle.title)
    cases = [_case(file, tool, number) for number in range(len(file.setup.cases))]
    return made(Board(cycle, tuple(cases), board_rules.tally(cycle, cases), models.NOW, reflections=True))


def made(of: Board) -> Board:
    """The board with its numbers counted again, after a change of its cases."""
    sections = board_rules.sections(of.cycle, of.cases)
    return replace(of, tally=board_rules.tally(of.cycle, of.cases), sections=sections)


def _case(file: CycleFile, tool: Tool, number: int) -> CaseView:
    about = file.setup.cases[number]
    said = next(each for each in file.judgements if each.case == about.reference)
    found = replace(
        models.judgement(), grade=said.grade or NO_OVERALL, not_graded_reason=said.not_graded_reason, why=said.why,
        sections={key: Graded.read(name) for key, name in said.sections.items()},
    )  # fmt: skip
    area = about.area or ""
    case = models.case(_lines(file, about.reference), found, number=number, area=area)
    scale = tool.scale or INSPECTION
    return replace(case, reference=about.reference, scale=scale, tool=tool, released_at=models.NOW)


def _lines(file: CycleFile, reference: str) -> list[Line]:
    returns = sorted((each for each in file.returns if each.case == reference), key=lambda each: each.agency)
    return [
        replace(
            models.line(0, Answers(each.sections, each.grade, each.not_graded_reason, each.why)),
            return_id=f"{reference} {each.agency}", agency=each.agency,
        )
        for each in returns
    ]  # fmt: skip


def changed(of: Board, place: int, **case: Any) -> Board:  # noqa: ANN401  # fields of CaseView
    """The board with fields of the case at index `place` changed."""
    cases = tuple(replace(each, **case) if at == place else each for at, each in enumerate(of.cases))
    return made(replace(of, cases=cases))
