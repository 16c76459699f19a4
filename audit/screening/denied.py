"""The partnership's list of names that must not be stored: kept as keyed hashes, and looked for in all free text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import require_as_filled
from audit.identifiers import legible
from storage.clock import now
from storage.crypto import marks
from storage.denied import DeniedName
from storage.people import Workspace
from storage.trail import TrailEntry
from storage.types import LOCK

NAMES, GONE = "names", "gone"
"""The form's fields: names to add and names to remove, one in each line."""
VERB = "names.edit"
MOST, MOST_WORDS, FEWEST_LETTERS = 5000, 4, 3
_WORD = re.compile(r"[^\W\d_]{1,40}(?:['\u2019][^\W\d_]{1,40}){0,3}")
_OWN = re.compile(r"['\u2019]s$")


@dataclass(frozen=True)
class DeniedNames:
    """The length of the list. `lost`: names hashed with a key that is no longer set, which can't be matched.

    `added` and `removed` just now. `mark`: of the list, the number of its newest change in the trail.
    """

    count: int
    lost: int
    added: int = 0
    removed: int = 0
    mark: str = ""


def look(session: Session, who: Actor) -> DeniedNames:
    """The length of the list, for a coordinator. The names themselves can't be shown to anybody."""
    require_coordinator(who, VERB)
    rows = session.execute(select(DeniedName.key, func.count()).group_by(DeniedName.key)).all()
    by_key = {row.key: row[1] for row in rows}
    known = {key for key, _ in marks(session, VERB, "")}
    lost = sum(count for key, count in by_key.items() if key not in known)
    newest = session.scalar(select(func.max(TrailEntry.number)).where(TrailEntry.verb == VERB))
    return DeniedNames(sum(by_key.values()), lost, mark=str(newest or 0))


def change(session: Session, who: Actor, names: str, gone: str, *, seen: str = "") -> DeniedNames:
    """Add and remove the names in these lines; repeating it changes nothing. Refused at the field at fault.

    Refused at NAMES, too, if the list was changed since the form showed it with the mark `seen`: one of these names
    may have been added since in a wrong spelling, which nobody could see there, or taken off again.
    """
    require_coordinator(who, VERB)
    session.scalars(select(Workspace.id).with_for_update(**LOCK)).all()  # who changes it at the same moment waits
    stands = look(session, who)
    wanted = _names(legible.dotted(names), NAMES)
    unwanted = [*_names(legible.dotted(gone), GONE), *_names(gone, GONE)]
    if not (wanted or unwanted):
        raise Refused("Write at least one name, here or below.", NAMES)
    removed = sum(_remove(session, words) for words in dict.fromkeys(unwanted))
    added = sum(_add(session, words) for words in wanted if words not in unwanted)
    session.flush()
    listed = look(session, who)
    if listed.count > MOST:
        raise Refused(f"The list would have {listed.count:,} names; at most {MOST:,} fit.", NAMES)
    if added or removed:
        said = "other names are on the list, and one that was written wrong can be taken off"
        require_as_filled(seen, stands.mark, said, NAMES)
        trail.record(session, who, VERB, detail=f"{added} added, {removed} removed")
    return replace(listed, added=added, removed=removed)


@dataclass(frozen=True)
class List:
    """The list as it is matched: the names' keyed hashes, and the numbers of words that they have."""

    marks: frozenset[str]
    lengths: frozenset[int]


NOBODY = List(frozenset(), frozenset())


def current_list(session: Session) -> List:
    """The partnership's list as it is now."""
    rows = session.execute(select(DeniedName.mark, DeniedName.words)).all()
    return List(frozenset(mark for mark, _ in rows), frozenset(words for _, words in rows))


def holds(session: Session, names: List, text: str) -> bool:
    """Whether one of `names` occurs in `text` (already made plain by legible.plain), its words adjacent in any order.

    Names are stored with every i dotted. Names stored by earlier versions may not be, so both spellings are tried.
    """
    ways = {legible.dotted(text), text} if names.marks else ()
    rows = (words for each in ways for words in _neighbours(_words(each), names.lengths))
    return any(mark in names.marks for words in rows for _, mark in _marks(session, words))


def _names(lines: str, field: str) -> list[tuple[str, ...]]:
    """The words of each line, sorted and normalised; Refused at the first line that isn't a name."""
    names = []
    for number, line in enumerate(lines.splitlines(), 1):
        words = _words(legible.plain(line))
        if not line.strip():
            continue
        if not 1 <= len(words) <= MOST_WORDS or sum(map(len, words)) < FEWEST_LETTERS:
            raise Refused(f"Line {number} isn't a name: one to {MOST_WORDS} words, three letters at least.", field)
        names.append(tuple(sorted(words)))
    return list(dict.fromkeys(names))


def _words(text: str) -> list[str]:
    """The words of `text` (as legible.plain makes it), without case, accents, apostrophes and a final 's."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(each for each in plain if unicodedata.category(each) not in {"Mn", "Cf"})
    return [re.sub(r"['\u2019]", "", _OWN.sub("", found.group())) for found in _WORD.finditer(bare)]


def _neighbours(words: list[str], lengths: frozenset[int]) -> Iterator[tuple[str, ...]]:
    """Every group of adjacent words whose length is in `lengths`, each group sorted and given once."""
    yield from {
        tuple(sorted(words[place : place + length])) for length in lengths for place in range(len(words) - length + 1)
    }


def _marks(session: Session, words: tuple[str, ...]) -> list[tuple[str, str]]:
    return marks(session, VERB, " ".join(words))


def _add(session: Session, words: tuple[str, ...]) -> bool:
    known = _marks(session, words)
    if session.scalar(select(DeniedName.id).where(DeniedName.mark.in_([mark for _, mark in known]))):
        return False
    key, mark = known[0]
    session.add(DeniedName(key=key, mark=mark, words=len(words), added_at=now(session)))
    return True


def _remove(session: Session, words: tuple[str, ...]) -> bool:
    removed = session.execute(
        delete(DeniedName).where(DeniedName.mark.in_([mark for _, mark in _marks(session, words)]))
    )
    return bool(removed.rowcount)  # type: ignore[attr-defined]  # a statement that changes rows counts them
