"""What the grade column of a past audit may contain: a grade, a band, or the reason why there is no grade."""

from audit.choice_words import NOT_APPLICABLE_WORDS, NOT_GRADED_WORDS, not_applicable
from audit.labels import AS_TEXT
from audit.pasted import Unreadable, comparable_name, fitting
from audit.scales import NOT_APPLICABLE, NOT_GRADED, OR, Grade, Scale

NIL, DECLINED, AWAITING = "nil", "declined", "awaiting"
ANSWERS = (NIL, DECLINED, NOT_APPLICABLE, AWAITING)
"""What a return may say instead of a grade, counted separately from "not graded"."""
_WORDS = {
    NOT_GRADED: NOT_GRADED_WORDS,
    NIL: ("nil", "nil return", "not known", "not known to us", "unknown to us", "not known to agency"),
    DECLINED: ("declined", "declined to answer"),
    NOT_APPLICABLE: NOT_APPLICABLE_WORDS,
    AWAITING: ("no return", "no return yet", "not returned", "awaited", "awaiting"),
}
_MEANING = {word: key for key, words in _WORDS.items() for word in words}
_MOST_GRADE = 150


def graded(text: str, scale: Scale, *, of_return: bool = True) -> str:
    """The key of what a cell means, as audit.past.result_rows.Result has it; Unreadable lists the choices.

    Nil, declined and awaiting are accepted for a return only, not for a judgement.
    """
    names = {name: grade for grade in scale.grades for name in grade.names}
    if (named := names.get(comparable_name(text))) is not None:
        return named.key
    if (answer := _MEANING.get(comparable_name(text.replace("_", " ")))) is not None:
        if not of_return and answer in (NIL, DECLINED, AWAITING):
            raise Unreadable(f"{quoted(text)} is an agency's answer: of a case without a grade, write {NOT_GRADED}")
        return answer
    if not_applicable(text) or (scale.not_applicable and comparable_name(text) == comparable_name(scale.inapplicable)):
        return NOT_APPLICABLE
    return _band(text, names) or _unknown(text, scale)


def _band(text: str, names: dict[str, Grade]) -> str | None:
    """The keys of neighbouring grades that a cell names together, best first; None if it isn't a band."""
    for joint in (OR, " or "):
        parts = [names.get(part.strip()) for part in comparable_name(text).split(joint)]
        band = [part for part in parts if part is not None]
        if len(band) < 2 or len(band) < len(parts):  # noqa: PLR2004  # a band merges two at the least
            continue
        band.sort(key=lambda grade: grade.rank)
        if [grade.rank for grade in band] != list(range(band[0].rank, band[0].rank + len(band))):
            raise Unreadable(f"{quoted(text)} merges grades that aren't neighbours")
        keys = OR.join(grade.key for grade in band)
        if len(keys) > _MOST_GRADE:
            raise Unreadable("it merges more grades than can be kept")
        return keys
    return None


def _unknown(text: str, scale: Scale) -> str:
    there = ", ".join(grade.key for grade in scale.grades)
    said = f"the scale has no grade {quoted(text)}" if text else "the grade is missing"
    others = ", ".join((NOT_GRADED, *ANSWERS))
    raise Unreadable(f"{said}; there are: {there}, {others}, and neighbours merged with {OR}")


def quoted(text: str) -> str:
    """What was typed, in quotation marks and at most 40 characters, for a fault's sentence.

    Unreadable if it seems to be an identifier.
    """
    if not text:
        return "nothing"
    text = fitting(AS_TEXT, text)
    return f"“{text if len(text) <= 40 else f'{text[:39]}…'}”"  # noqa: PLR2004  # enough to find it again
