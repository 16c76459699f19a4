"""Ask whoever chooses a Saturday, a Sunday or a bank holiday for a deadline or a meeting whether it is meant."""

from collections.abc import Mapping
from datetime import date

from audit.access import Actor
from audit.calendar import day_off, on
from audit.errors import NeedsConfirmation, Question
from audit.pasted import fingerprint


def questions(days: Mapping[str, date | None], before: Mapping[str, date | None]) -> dict[str, Question]:
    """Field -> the question about its day. A day that is unchanged from `before` isn't asked about."""
    return {
        field: Question((), fingerprint("day off", field, day), f"{on(day)} is {off}")
        for field, day in days.items()
        if day is not None and day != before.get(field) and (off := day_off(day))
    }


def require_meant(who: Actor, asked: Mapping[str, Question]) -> None:
    """Raise NeedsConfirmation unless this person has confirmed every one of these days in the form that they sent."""
    if any(question.mark not in who.said for question in asked.values()):
        raise NeedsConfirmation(asked)
