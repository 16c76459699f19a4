"""What actions are called: by number within the case or recommendation that they are from.

Until a case's summary is out its actions have no number where they are shown: that of one would tell of the others.
"""

from sqlalchemy import case, exists, select

from audit.access import RELEASED
from storage.actions import Action
from storage.cases import Case

OUT = ~exists(select(Case.id).where(Case.id == Action.case_id, ~RELEASED).correlate(Action))
"""The actions that others than coordinators and their owners see: those of a case only once that is released."""
NUMBER = case((OUT, Action.number))
"""An action's number as it is shown, or None."""


def name(number: int | None, reference: str | None, recommendation: int | None) -> str:
    """An action in a sentence: "action 2 of case T2-EAST-03", "action 1 of recommendation 4"."""
    numbered = "action" if number is None else f"action {number}"
    return f"{numbered} of {f'recommendation {recommendation}' if reference is None else f'case {reference}'}"
