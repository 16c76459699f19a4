"""Erased words are refused for a while, since a form that was open when they were erased would bring them back."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from storage.clock import now
from storage.crypto import marks
from storage.trail import TrailEntry
from storage.types import plain_rows

VERB = "text.erase"
"""The trail's name for erasing a text. The entry's subject is the keyed hash of the erased text."""
LONG = 20
"""From this length on, in characters, a text is distinctive: it is also found within other texts."""
OPEN_FOR = timedelta(days=7)
"""For how long erased words are refused: the longest that a form showing them may have been open."""
AGAIN = "These words were erased for data protection. Please leave them out, or write it in other words."

_LATELY = select(TrailEntry.subject_id).where(
    TrailEntry.subject_id.in_(bindparam("marks")), TrailEntry.verb == VERB, TrailEntry.at > bindparam("since")
)


def folded(text: str) -> str:
    """The text with its whitespace normalised, so that texts that differ only in that are equal."""
    return " ".join(text.split())


def marked(session: Session, text: str) -> list[str]:
    """The keyed hashes of a text as it would be erased, one for each key, newest key first.

    They are keyed so that nobody can test guesses.
    """
    return [mark for _, mark in marks(session, VERB, folded(text))]


def count(session: Session, cycle_id: str) -> int:
    """How many texts of an audit were erased. If it has grown, anything read earlier may still contain the words."""
    entries = select(func.count()).select_from(TrailEntry)
    return session.scalar(entries.where(TrailEntry.cycle_id == cycle_id, TrailEntry.verb == VERB)) or 0


def faults(session: Session, answers: Mapping[str, str]) -> dict[str, str]:
    """Field -> sentence, for each field whose text was erased within the last OPEN_FOR. Short texts aren't checked."""
    asked = {field: marked(session, text) for field, text in answers.items() if len(folded(text)) >= LONG}
    if not asked:
        return {}
    wanted = [mark for each in asked.values() for mark in each]
    gone = {mark for (mark,) in plain_rows(session, _LATELY, {"marks": wanted, "since": now(session) - OPEN_FOR})}
    return {field: AGAIN for field, each in asked.items() if not gone.isdisjoint(each)}
