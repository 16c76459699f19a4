"""The stored letterhead: read it, and change it."""

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
"""The form's fields: a name, two files, and which of the files to remove."""
FILES = (LOGO, TEMPLATE)
MOST_NAME = 100
"""Characters."""
VERB = "letterhead.change"
"""The verb in the trail."""
AT_ONCE = "Somebody changed this at the same moment. Send it again, to see what they did."
Newest = dict[str, tuple[LetterheadVersion, str | None]]
"""Part -> its newest version, and the label of the person who set it."""


@dataclass(frozen=True)
class SetBy:
    """When a part was last set, and by whom; `by` is None for the command line."""

    by: str | None
    at: datetime


@dataclass(frozen=True)
class LetterheadForm(Filled):
    """The letterhead's form: the name, the files (part -> when it was set), and the number of changes so far."""

    name: str
    files: Mapping[str, SetBy]
    base: int
    now: datetime


def letterhead(session: Session) -> Letterhead:
    """The letterhead as documents use it now."""
    contents = {part: unseal_any(session, row, "content") for part, (row, _) in _newest(session).items()}
    logo, template = (b64decode(contents[part]) if contents.get(part) else None for part in FILES)
    return Letterhead(contents.get(NAME, ""), logo, template)


def look(session: Session, who: Actor) -> LetterheadForm:
    """The letterhead's form, for a coordinator."""
    require_coordinator(who, VERB)
    return _shown(session, _newest(session))


def require(who: Actor) -> None:
    """NotAllowed for anybody who isn't a coordinator."""
    require_coordinator(who, VERB)


def save(  # noqa: PLR0917  # the form's fields
    session: Session, who: Actor, base: int, name: str, files: Mapping[str, bytes], gone: Collection[str]
) -> LetterheadForm:
    """Store a coordinator's changes in a form that showed `base` changes. `files` have been checked already.

    If somebody else made a change first, the form is returned with the name as typed. Refused at the fields.
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
    """Set parts from the command line: a name, or a file in base64; "" removes it. Returns whether anything changed.

    Refused for a name that contains an identifier, and if somebody else changes the same part at the same time.
    """
    if kind := screen.kinds(session, {NAME: wanted.get(NAME, "")}).get(NAME):
        raise Refused(f"There seems to be {kind} in the name. Please take it out.", NAME)
    return _put(session, None, wanted, _newest(session))


def _put(session: Session, who: Actor | None, wanted: Mapping[str, str], newest: Newest) -> bool:
    """Set the parts that differ, each as the version after its `newest`. Refused if that is no longer the newest."""
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
    """The parts in `wanted` whose content differs from what is stored."""
    stands = {part: unseal_any(session, row, "content") for part, (row, _) in newest.items()}
    return {part: content for part, content in wanted.items() if stands.get(part, "") != content}


def _newest(session: Session) -> Newest:
    """Part -> its newest version, and the label of the person who set it."""
    rows = session.execute(
        select(LetterheadVersion, Person.label)
        .outerjoin(Person, Person.id == LetterheadVersion.by_id)
        .order_by(LetterheadVersion.number)
    )
    return {row.part: (row, by) for row, by in rows}


def _shown(session: Session, newest: Newest) -> LetterheadForm:
    name = unseal_any(session, newest[NAME][0], "content") if NAME in newest else ""
    files = {part: SetBy(newest[part][1], newest[part][0].at) for part in FILES if _stands(newest, part)}
    return LetterheadForm(name, files, sum(row.number for row, _ in newest.values()), now(session))


def _stands(newest: Newest, part: str) -> bool:
    return part in newest and newest[part][0].content is not None
