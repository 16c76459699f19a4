"""Releases: until a case's summary is released, others than coordinators see its grades nowhere.

What others see is made from a read model without those grades, so they can neither be shown nor be found by subtracting
one number from another.
"""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.access import RELEASED, Actor, require_overseeing
from audit.cases.outline import CaseOutline
from audit.cycle import answered
from audit.cycle import board as board_rules
from audit.cycle.board import Board
from audit.cycle.outline import GradedCycle, Outline, outline
from audit.errors import Refused
from audit.findings import findings
from storage.cases import Case

MOST_NAMED = 5


def shared(board: Board) -> Board:
    """A cycle for others than coordinators: unreleased cases are concealed, and numbers count released cases only.

    DoesNotAddUp if those numbers don't.
    """
    cases = tuple(case.conceal() for case in board.cases)
    released = tuple(case for case in cases if case.released_at is not None)
    kept = {case.reference for case in cases} - {case.reference for case in released}
    return replace(
        board,
        cases=cases,
        tally=board_rules.tally(board.cycle, released),
        sections=board_rules.sections(board.cycle, released),
        answered=answered.count(board.cycle, released),
        actions=tuple(action for action in board.actions if action.reference not in kept),
        themes=findings.counts(released, board.recommendations),
    )


def counted(board: Board) -> Board:
    """A cycle for others than coordinators, with only the released cases, which its numbers count."""
    shared_board = shared(board)
    return replace(shared_board, cases=tuple(case for case in shared_board.cases if case.released_at is not None))


def out(of: GradedCycle) -> tuple[CaseOutline, ...]:
    """The released cases of a cycle: those that count in what anybody but coordinators sees."""
    return tuple(case for case in of.cases if case.released_at is not None)


def matrix(session: Session, who: Actor, cycle_id: str) -> Outline:
    """A cycle as the table in its channel shows it, for people who oversee audits. Coordinators see no more."""
    require_overseeing(who, "matrix.read", cycle_id)
    return outline(session, cycle_id).conceal()


def require_all(session: Session, cycle_id: str, references: set[str], what: str) -> None:
    """Refused if any of these cases is unreleased, because `what` counts it and is about to go to others.

    That includes a case withdrawn since then: its grades were never released, and never will be.
    """
    waiting = select(Case.reference).where(Case.cycle_id == cycle_id, ~RELEASED, Case.reference.in_(references))
    hidden = session.scalars(waiting.order_by(Case.reference)).all()
    if hidden:
        more = f" and {len(hidden) - MOST_NAMED} more (see Messages)" if len(hidden) > MOST_NAMED else ""
        raise Refused(
            f"{what} counts cases whose summaries aren't out yet: {', '.join(hidden[:MOST_NAMED])}{more}. It can go to"
            " others once they are; if a case was withdrawn since, make a new version. Messages, under “Manage this"
            " audit”, says what keeps a summary back."
        )
