"""What actions are called: by their number within their case or recommendation.

An action of a case is shown without its number until the case's summary is released, since a number reveals that there
are others.
"""

from sqlalchemy import case, exists, select

from audit.access import RELEASED
from storage.actions import Action
from storage.cases import Case

SHOWN_TO_OTHERS = ~exists(select(Case.id).where(Case.id == Action.case_id, ~RELEASED).correlate(Action))
"""A condition on Action: others than coordinators and owners may see it, since its case (if any) is released."""
NUMBER = case((SHOWN_TO_OTHERS, Action.number))
"""An action's number where it may be shown, otherwise None."""


def name(number: int | None, reference: str | None, recommendation: int | None) -> str:
    """An action's name within a sentence: "action 2 of case T2-EAST-03", "action 1 of recommendation 4"."""
    numbered = "action" if number is None else f"action {number}"
    return f"{numbered} of {f'recommendation {recommendation}' if reference is None else f'case {reference}'}"
