"""The part of an audit that a sheet shows: the whole audit, one agency's own part, or one area's released cases.

As with releases, the read model for a sheet doesn't contain what the sheet mustn't show.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.cases.summary import CaseView, Line
from audit.cycle import answered, release
from audit.cycle import board as board_rules
from audit.cycle.board import Board, PartOfAudit
from audit.findings import findings
from audit.whose_sheet import REFLECTIONS, WHOSE
from storage.cycles import Cycle
from storage.sheet_state import SheetState


def of_sheet(session: Session, sheet_id: str) -> Board:
    """The board for a sheet. DoesNotAddUp if its audit's numbers don't."""
    columns = select(SheetState, WHOSE, REFLECTIONS).join(Cycle, Cycle.id == SheetState.cycle_id)
    sheet, whose, reflections = session.execute(columns.where(SheetState.id == sheet_id)).one()
    whole = replace(board_rules.board(session, sheet.cycle_id), sheet_id=sheet_id, reflections=reflections)
    if sheet.agency_id is not None:
        return of_agency(whole, whose)
    return of_area(whole, whose) if sheet.area_id is not None else whole


def of_agency(board: Board, agency: str) -> Board:
    """An agency's own returns and actions, with the meeting's results for its cases once they are released.

    It contains nothing of another agency, and no number made from other agencies' returns.
    """
    cases = tuple(_own(case, agency) for case in board.cases if _lines(case, agency))
    cycle = replace(board.cycle, agencies=tuple(each for each in board.cycle.agencies if each[0] == agency))
    out = [case for case in cases if case.released_at is not None]
    return replace(
        board,
        cycle=cycle,
        cases=cases,
        tally=board_rules.tally(cycle, cases),
        sections=board_rules.sections(cycle, cases),
        answered=(),
        themes=(),
        recommendations=(),
        actions=tuple(action for action in board.actions if action.agency == agency),
        history=board.history.only(
            {line.return_id for case in cases for line in case.lines},
            {line.return_id for case in out for line in case.lines},
            {case.id for case in out},
        ),
        part=PartOfAudit.AGENCY,
        whose=agency,
    )


def _lines(case: CaseView, agency: str) -> tuple[Line, ...]:
    return tuple(line for line in case.lines if line.agency == agency)


def _own(case: CaseView, agency: str) -> CaseView:
    """A case with one agency's line. The meeting's results are left out until the case is released."""
    lines = _lines(case, agency)
    if case.released_at is not None:
        return replace(case, lines=lines, findings=())
    lines = tuple(replace(line, moderated=None, moderated_sections={}) for line in lines)
    return replace(case, lines=lines, findings=(), judgement=None, reopened_at=None)


def of_area(board: Board, area: str) -> Board:
    """An area's released cases, as people who oversee audits see them. Its other cases aren't even named."""
    counted = release.counted(board)
    cases = tuple(case for case in counted.cases if case.area == area)
    references = {case.reference for case in cases}
    meetings = tuple(replace(each, areas=(area,)) for each in board.cycle.meetings if area in each.areas)
    cycle = replace(board.cycle, areas=(area,), meetings=meetings)
    return replace(
        counted,
        cycle=cycle,
        cases=cases,
        tally=board_rules.tally(cycle, cases),
        sections=board_rules.sections(cycle, cases),
        answered=answered.count(cycle, cases),
        themes=findings.counts(cases, board.recommendations),
        actions=tuple(action for action in counted.actions if action.reference in references),
        part=PartOfAudit.AREA,
        whose=area,
    )
