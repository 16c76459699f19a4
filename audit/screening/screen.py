"""Screening of free text before it is stored: sure identifiers are refused, possible ones are asked about once."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor
from audit.errors import NeedsConfirmation, Question, refuse
from audit.identifiers import find, legible, patterns
from audit.identifiers.legible import Legible
from audit.screening import denied, erased
from storage.crypto import marks
from storage.trail import TrailEntry

VERB = "identifier.none"
"""The trail's name for a person's confirmation that some words identify nobody; its subject is the words' hash."""
_MOST = 500
"""The most possible identifiers asked about in one text: as many as fit a query's parameters."""


def screen(
    session: Session, who: Actor, answers: Mapping[str, str], beside: Mapping[str, Question] | None = None
) -> None:
    """Refuse answers (field -> text) that contain an identifier, naming fields and kinds, never the identifiers.

    Words that may be an identifier raise NeedsConfirmation, unless `who` has confirmed that they identify nobody: in
    the form just sent, which is recorded, or earlier for the same words. `beside`: other questions about the same form
    (audit.days_off), to be asked together with these.
    """
    refuse(erased.faults(session, answers))
    read = {field: legible.read(text) for field, text in answers.items() if text}
    find.refuse(_kinds(session, read, names=who.names))
    asked_of = {field: dict.fromkeys(find.asks_in(text)[:_MOST]) for field, text in read.items()}
    open_ones = _unanswered(session, who, asked_of)
    questions = {field: _question(session, field, asked) for field, asked in open_ones.items()}
    questions |= beside or {}
    if any(question.mark not in who.said for question in questions.values()):
        raise NeedsConfirmation(questions)
    for field, asked in open_ones.items():
        for kind, words in asked:
            trail.record(session, who, VERB, subject_id=_marks(session, kind, words)[0], detail=f"{field}: {kind}")


def kinds(session: Session, answers: Mapping[str, str], *, names: bool = True) -> dict[str, str]:
    """Field -> the kinds of identifier to refuse in it, in words. `names`: whether to look for denied names."""
    return _kinds(session, {field: legible.read(text) for field, text in answers.items()}, names=names)


def _kinds(session: Session, read: Mapping[str, Legible], *, names: bool) -> dict[str, str]:
    denied_names = denied.current_list(session) if names else denied.NOBODY
    found = {field: tuple(dict.fromkeys(_refused(session, denied_names, text))) for field, text in read.items()}
    return {field: find.in_words(kinds) for field, kinds in found.items() if kinds}


def _refused(session: Session, names: denied.List, text: Legible) -> Iterator[str]:
    """The kinds of identifier to refuse in a text."""
    yield from find.kinds(text)
    if patterns.matches(text.plain, session.info["local_ids"]):
        yield "a reference number of a child's record"
    if denied.holds(session, names, text.plain):
        yield "a name on your partnership's list"


Found = Iterable[tuple[str, str]]
"""Possible identifiers, each as (kind, words)."""


def _unanswered(session: Session, who: Actor, found: Mapping[str, Found]) -> dict[str, list[tuple[str, str]]]:
    """Field -> the possible identifiers that this person hasn't confirmed; without fields that have none."""
    marks_of = {each: _marks(session, *each) for asked in found.values() for each in asked}
    if not marks_of:
        return {}
    settled = set(
        session.scalars(
            select(TrailEntry.subject_id).where(
                TrailEntry.subject_id.in_({mark for marked in marks_of.values() for mark in marked}),
                TrailEntry.verb == VERB,
                TrailEntry.person_id == who.person_id,
            )
        )
    )
    left = {field: [each for each in asked if settled.isdisjoint(marks_of[each])] for field, asked in found.items()}
    return {field: asked for field, asked in left.items() if asked}


def _marks(session: Session, kind: str, words: str) -> list[str]:
    """Keyed hashes of these words, one for each key, newest key first; keyed so that nobody can test guesses."""
    return [mark for _, mark in marks(session, VERB, f"{kind}:{' '.join(words.casefold().split())}")]


def _question(session: Session, field: str, asked: list[tuple[str, str]]) -> Question:
    said = sorted(f"{kind}:{words.casefold()}" for kind, words in asked)
    mark = marks(session, VERB, f"{field}:{'|'.join(said)}")[0][1]
    return Question(tuple(dict.fromkeys(kind for kind, _ in asked)), mark)
