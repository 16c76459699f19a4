"""Words that were erased: a form that somebody had before them meanwhile would bring them back, so they are refused."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.clock import now
from storage.crypto import marks
from storage.trail import TrailEntry
from storage.types import plain_rows

VERB = "text.erase"
"""What the trail calls it; its subject is the mark of what was erased."""
LONG = 20
"""Characters from which on words are somebody's own, so that they are found within other texts, too."""
OPEN_FOR = timedelta(days=7)
"""How long a form may have been open that still has them. Then they are anybody's words again."""
AGAIN = "These words were erased for data protection. Please leave them out, or write it in other words."

_LATELY = select(TrailEntry.subject_id).where(
    TrailEntry.subject_id.in_(bindparam("marks")), TrailEntry.verb == VERB, TrailEntry.at > bindparam("since")
)


def folded(text: str) -> str:
    """A text by which it is told from others, however its spaces and lines are set."""
    return " ".join(text.split())


def marked(session: Session, text: str) -> list[str]:
    """What stands for a text where it was erased, under each key, the newest first: keyed, so that nobody can guess."""
    return [mark for _, mark in marks(session, VERB, folded(text))]


def count(session: Session, cycle_id: str) -> int:
    """How many texts of an audit were erased: what was read before it grew may have the words."""
    entries = select(func.count()).select_from(TrailEntry)
    return session.scalar(entries.where(TrailEntry.cycle_id == cycle_id, TrailEntry.verb == VERB)) or 0


def faults(session: Session, answers: Mapping[str, str]) -> dict[str, str]:
    """What is said at each field (field -> text) that holds exactly what was erased a short while ago."""
    asked = {field: marked(session, text) for field, text in answers.items() if len(folded(text)) >= LONG}
    if not asked:
        return {}
    wanted = [mark for each in asked.values() for mark in each]
    gone = {mark for (mark,) in plain_rows(session, _LATELY, {"marks": wanted, "since": now(session) - OPEN_FOR})}
    return {field: AGAIN for field, each in asked.items() if not gone.isdisjoint(each)}
