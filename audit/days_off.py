"""A deadline or a meeting on a Saturday, a Sunday or a bank holiday: whoever chooses it is asked if it is meant."""

from collections.abc import Mapping
from datetime import date

from audit.access import Actor
from audit.calendar import day_off, on
from audit.errors import Asking, Question
from audit.pasted import fingerprint


def questions(days: Mapping[str, date | None], before: Mapping[str, date | None]) -> dict[str, Question]:
    """Field -> what is asked about its day; nothing about one that stood there `before`."""
    return {
        field: Question((), fingerprint("day off", field, day), f"{on(day)} is {off}")
        for field, day in days.items()
        if day is not None and day != before.get(field) and (off := day_off(day))
    }


def require_meant(who: Actor, asked: Mapping[str, Question]) -> None:
    """Asking, unless `who` has said in the form that they sent now that each of these days is meant."""
    if any(question.mark not in who.said for question in asked.values()):
        raise Asking(asked)
