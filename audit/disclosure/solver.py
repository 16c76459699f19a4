"""Find another possible board: with the linear relaxation first, and with whole numbers only where it doesn't decide.

Earlier versions of highspy were wrong, and it gives no answer when interrupted. So a board it finds counts only if it
meets every constraint in whole numbers, and there is no board only if it says so explicitly.
"""

import time

import highspy
import numpy as np

from audit.disclosure.model import Board, Constraint, Model, Undecided

WHOLE = 1e-6
"""How far a number may be from a whole number to count as one."""


class _Silent(highspy.Highs):
    """The solver without its greeting, which would be printed with a command's output."""

    def enableCallbacks(self) -> None:  # noqa: N802  # its name in highspy
        """Called where highspy would greet. It enables no callbacks."""
        self.silent()


class Solver:
    """Finds boards of a model, until a time of time.monotonic."""

    def __init__(self, of: Model, until: float) -> None:
        self._model = of
        self._until = until
        self._places = {cell: place for place, cell in enumerate(of.true)}
        self._solver = _begun(len(self._places))
        for each in of.constraints:
            self._add(each)
        self._rows = self._solver.getNumRow()

    def find(self, more: Constraint) -> Board | Undecided | None:
        """A board that also meets `more`; None if there is none."""
        found = self._try(more, whole=False)
        return self._try(more, whole=True) if isinstance(found, Undecided) else found

    def _try(self, more: Constraint, *, whole: bool) -> Board | Undecided | None:
        left = self._until - time.monotonic()
        if left <= 0:
            return Undecided()
        solver, count = self._solver, len(self._places)
        kind = highspy.HighsVarType.kInteger if whole else highspy.HighsVarType.kContinuous
        solver.changeColsIntegrality(count, np.arange(count, dtype=np.int32), np.array([kind] * count))
        solver.setOptionValue("time_limit", solver.getRunTime() + left)
        self._add(more)
        try:
            solver.run()
            status, values = solver.getModelStatus(), list(solver.getSolution().col_value)
        finally:
            solver.deleteRows(1, np.array([self._rows], dtype=np.int32))
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            return Undecided()
        return self._board(values, more)

    def _board(self, values: list[float], more: Constraint) -> Board | Undecided:
        """The board with these values, if they are whole numbers that meet every constraint."""
        if any(abs(value - round(value)) > WHOLE for value in values):
            return Undecided()
        board = {cell: round(values[place]) for cell, place in self._places.items()}
        checked = Model(self._model.true, (*self._model.constraints, more))
        return board if checked.meets(board) else Undecided()

    def _add(self, constraint: Constraint) -> None:
        cells = [(self._places[cell], float(times)) for cell, times in constraint.of.items()]
        places = np.array([place for place, _ in cells], dtype=np.int32)
        most = highspy.kHighsInf if constraint.most is None else float(constraint.most)
        self._solver.addRow(float(constraint.least), most, len(cells), places, np.array([times for _, times in cells]))


def _begun(cells: int) -> highspy.Highs:
    """A solver with so many cells, none negative, and no constraints yet."""
    solver = _Silent()  # type: ignore[no-untyped-call]  # its __init__ has no annotations
    for option, value in (("threads", 1), ("parallel", "off"), ("random_seed", 1)):
        solver.setOptionValue(option, value)
    solver.addVars(cells, np.zeros(cells), np.full(cells, highspy.kHighsInf))
    return solver
