"""The letterhead that is kept: what it is now, and changing it."""

from base64 import b64decode, b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import Filled
from audit.letterhead import Letterhead
from audit.screening import screen
from storage.clock import now
from storage.crypto import seal, unseal_any
from storage.letterheads import LetterheadPart, LetterheadVersion
from storage.people import Person

NAME, LOGO, TEMPLATE = (part.value for part in LetterheadPart)
GONE = "gone"
"""The form's fields: a name, two files, and which of these are taken away."""
FILES = (LOGO, TEMPLATE)
MOST_NAME = 100
"""Characters."""
VERB = "letterhead.change"
"""What the trail calls it."""
AT_ONCE = "Somebody changed this at the same moment. Send it again, to see what they did."
Newest = dict[str, tuple[LetterheadVersion, str | None]]
"""Part -> how it was set last, and by whom."""


@dataclass(frozen=True)
class Was:
    """Since when a part is as it is, and by whom; None: by the command line."""

    by: str | None
    at: datetime


@dataclass(frozen=True)
class LetterheadForm(Filled):
    """The letterhead's form: the name, which files there are (part -> since when), and how many changes were made."""

    name: str
    files: Mapping[str, Was]
    base: int
    now: datetime


def letterhead(session: Session) -> Letterhead:
    """What documents look like now."""
    found = {part: unseal_any(session, row, "content") for part, (row, _) in _newest(session).items()}
    logo, template = (b64decode(found[part]) if found.get(part) else None for part in FILES)
    return Letterhead(found.get(NAME, ""), logo, template)


def look(session: Session, who: Actor) -> LetterheadForm:
    """What is set, for a coordinator."""
    require_coordinator(who, VERB)
    return _shown(session, _newest(session))


def require(who: Actor) -> None:
    """NotAllowed, recorded, for anybody who can't change it."""
    require_coordinator(who, VERB)


def save(  # noqa: PLR0917  # what the form holds
    session: Session, who: Actor, base: int, name: str, files: Mapping[str, bytes], gone: Collection[str]
) -> LetterheadForm:
    """Change what a coordinator changed in the form that showed `base` changes; `files` are checked already.

    The form again, with the name that was typed, if somebody was first. Refused at its field.
    """
    require_coordinator(who, VERB)
    newest = _newest(session)
    name, shown = " ".join(name.split()), _shown(session, newest)
    if wrong := next((part for part in FILES if part in files and part in gone), None):
        raise Refused(f"Either choose a {wrong} or take it away.", GONE)
    wanted = {NAME: name, **{part: b64encode(data).decode() for part, data in files.items()}, **dict.fromkeys(gone, "")}
    if not _changed(session, wanted, newest):
        return replace(shown, done=True)
    if base != shown.base:
        return replace(shown, name=name, again=True)
    if len(name) > MOST_NAME:
        raise Refused(f"Please use at most {MOST_NAME} characters.", NAME)
    screen.screen(session, who, {NAME: name})
    _put(session, who, wanted, newest)
    return replace(_shown(session, _newest(session)), done=True)


def put(session: Session, wanted: Mapping[str, str]) -> bool:
    """Set parts to a name, or a file in base64 ("": it is taken away), by the command line; whether anything changes.

    Refused for a name with an identifier in it, and if somebody changes the same at this moment.
    """
    if kind := screen.kinds(session, {NAME: wanted.get(NAME, "")}).get(NAME):
        raise Refused(f"There seems to be {kind} in the name. Please take it out.", NAME)
    return _put(session, None, wanted, _newest(session))


def _put(session: Session, who: Actor | None, wanted: Mapping[str, str], newest: Newest) -> bool:
    """Set what isn't so already, each part on top of what was `newest`; Refused if that is no longer the newest."""
    changed = _changed(session, wanted, newest)
    for part, content in changed.items():
        number = newest[part][0].number if part in newest else 0
        row = LetterheadVersion(part=part, number=number + 1, by_id=who.person_id if who else None, at=now(session))
        if content:
            seal(session, row, "content", content)
        session.add(row)
        try:
            session.flush()
        except IntegrityError:
            raise Refused(AT_ONCE, part) from None
        detail = f"{part} {number + 1} {'set' if content else 'taken away'}"
        trail.record(session, who, VERB, subject_id=row.id, detail=detail)
    return bool(changed)


def _changed(session: Session, wanted: Mapping[str, str], newest: Newest) -> dict[str, str]:
    """The parts of the letterhead that are `wanted` otherwise than they are now."""
    stands = {part: unseal_any(session, row, "content") for part, (row, _) in newest.items()}
    return {part: content for part, content in wanted.items() if stands.get(part, "") != content}


def _newest(session: Session) -> Newest:
    """Part -> how it was set last, and by whom."""
    rows = session.execute(
        select(LetterheadVersion, Person.label)
        .outerjoin(Person, Person.id == LetterheadVersion.by_id)
        .order_by(LetterheadVersion.number)
    )
    return {row.part: (row, by) for row, by in rows}


def _shown(session: Session, newest: Newest) -> LetterheadForm:
    name = unseal_any(session, newest[NAME][0], "content") if NAME in newest else ""
    files = {part: Was(newest[part][1], newest[part][0].at) for part in FILES if _stands(newest, part)}
    return LetterheadForm(name, files, sum(row.number for row, _ in newest.values()), now(session))


def _stands(newest: Newest, part: str) -> bool:
    return part in newest and newest[part][0].content is not None
