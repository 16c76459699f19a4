"""A whole cycle at one moment, in outline: all its cases, without any text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from audit import cycle_facts
from audit.cases import outline as case_outline
from audit.cases.outline import CaseOutline
from audit.cycle_facts import CycleView
from storage.clock import now


class GradedCycle(Protocol):
    """The parts of a cycle that are needed to count its grades: an Outline, or audit.cycle.board.Board."""

    @property
    def cycle(self) -> CycleView:
        """The cycle's own facts."""

    @property
    def cases(self) -> Sequence[CaseOutline]:
        """The cases that count."""

    @property
    def now(self) -> datetime:
        """The moment at which the cycle was read."""


@dataclass(frozen=True)
class Outline:
    """A cycle and its cases, by area and reference."""

    cycle: CycleView
    cases: tuple[CaseOutline, ...]
    now: datetime

    def conceal(self) -> "Outline":
        """The cycle for others than coordinators: every case, each concealed until it is released."""
        return replace(self, cases=tuple(case.conceal() for case in self.cases))


def outline(session: Session, cycle_id: str) -> Outline:
    """The whole cycle at this moment. NotFound if it no longer exists."""
    return Outline(cycle_facts.view(session, cycle_id), case_outline.of_cycle(session, cycle_id), now(session))
