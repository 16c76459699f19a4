"""Checking whether a text to be published names a case, even approximately, or a person."""

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.identifiers import legible
from audit.screening import denied, screen
from storage.cases import Case

SOMEWHERE = (
    "the audit's title, theme, origin or period (What the audit is about, under Manage this audit), in a learning"
    " theme, in a recommendation or its actions, or in a text that was written for the report"
)
_REWORD = "Please reword that, and make a new version."
_MOST = 5
_MARK = r"(?:case|number|no|nr)[\W_]{1,3}"
_BETWEEN, _MARKED = rf"[\W_]{{0,3}}(?:{_MARK})?", rf"[\W_]{{1,3}}{_MARK}"
"""What may be between the parts of a reference; and the same, if it must mark what follows as a case's number."""


def require_unnamed(session: Session, text: str) -> None:
    """Refuse a text that names a case of any audit, an identifier, or a name on the partnership's list."""
    require_no_case(text, session.scalars(select(Case.reference)))
    if kind := screen.kinds(session, {"text": text}).get("text"):
        raise Refused(f"This can't be published: there seems to be {kind} in {SOMEWHERE}. {_REWORD}")


def require_unnamed_template(session: Session, words: str) -> None:
    """Refuse a Word template that names a case or a name on the list; it may have phone numbers."""
    named = sorted(set(cases(words, session.scalars(select(Case.reference)))))
    told = [", ".join(named[:_MOST])] if named else []
    told += ["a name on your list"] if denied.holds(session, denied.current_list(session), legible.plain(words)) else []
    if told:
        where = "in the partnership's Word template. Take it out there, and set the template again (Letterhead)."
        raise Refused(f"This can't be published: {' and '.join(told)} stands {where}")


def require_no_case(text: str, references: Iterable[str]) -> None:
    """Refuse a text that names one of these cases, even approximately."""
    if named := sorted(set(cases(text, references))):
        raise Refused(f"This can't be published: {', '.join(named[:_MOST])} is named in {SOMEWHERE}. {_REWORD}")


def cases(text: str, references: Iterable[str]) -> list[str]:
    """The `references` that a text names, with any spacing, punctuation and case, or shortened."""
    plain = legible.plain(text)
    readings = dict.fromkeys((plain, legible.as_digits(plain), legible.spoken_as_digits(plain) or plain))
    return [each for each in references if any(_pattern(each).search(reading) for reading in readings)]


def _pattern(reference: str) -> re.Pattern[str]:
    """Matches a case's reference: T2-EAST-03 also as "t2 east 3", "East-3", "East no. 3"; not in "East 3 cases"."""
    ways = [_BETWEEN.join(map(_run, _runs(reference)))]
    short = _runs("-".join(re.split(r"[\W_]", reference)[1:]))
    if any(map(str.isdecimal, short)) and any(len(run) > 1 and not run.isdecimal() for run in short):
        ways.append(rf"(?:[-_/.#]?|{_MARKED})".join(map(_run, short)))
        if any(run.startswith("0") for run in short):
            ways.append(_BETWEEN.join(short))
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(ways)})(?![^\W_])", re.IGNORECASE)


def _run(run: str) -> str:
    """Matches a run of digits with any number of leading zeros, or a run of letters."""
    return f"0*{run.lstrip('0') or '0'}" if run.isdecimal() else re.escape(run)


def _runs(reference: str) -> list[str]:
    """A reference's runs of digits and of letters; the whole reference if it has none."""
    return re.findall(r"\d+|[^\W\d_]+", reference) or [reference]
