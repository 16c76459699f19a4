"""Names that must not enter: a partnership's own list, kept as keyed hashes and looked for in every free text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.identifiers import legible
from storage.clock import now
from storage.crypto import marks
from storage.denied import DeniedName

NAMES, GONE = "names", "gone"
"""The form's fields: names to add and to take off, one a line."""
VERB = "names.edit"
MOST, MOST_WORDS, FEWEST_LETTERS = 5000, 4, 3
_WORD = re.compile(r"[^\W\d_]{1,40}(?:['\u2019][^\W\d_]{1,40}){0,3}")
_OWN = re.compile(r"['\u2019]s$")


@dataclass(frozen=True)
class DeniedNames:
    """How many names are on the list; `lost`: those whose key is no longer set, which can't be found any more.

    `added` and `removed` just now.
    """

    count: int
    lost: int
    added: int = 0
    removed: int = 0


def look(session: Session, who: Actor) -> DeniedNames:
    """How long the list is, for a coordinator. Nobody can be shown what is on it."""
    require_coordinator(who, VERB)
    rows = session.execute(select(DeniedName.key, func.count()).group_by(DeniedName.key)).all()
    by_key = {row.key: row[1] for row in rows}
    known = {key for key, _ in marks(session, VERB, "")}
    return DeniedNames(sum(by_key.values()), sum(count for key, count in by_key.items() if key not in known))


def change(session: Session, who: Actor, names: str, gone: str) -> DeniedNames:
    """Add and take off the names in these lines; the same again changes nothing. Refused at the field at fault."""
    require_coordinator(who, VERB)
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
    trail.record(session, who, VERB, detail=f"{added} added, {removed} removed")
    return DeniedNames(listed.count, listed.lost, added, removed)


@dataclass(frozen=True)
class List:
    """The list as it is looked through: the marks on it, and how many words its names have."""

    marks: frozenset[str]
    lengths: frozenset[int]


NOBODY = List(frozenset(), frozenset())


def current_list(session: Session) -> List:
    """The partnership's list of names that must not enter, as it stands."""
    rows = session.execute(select(DeniedName.mark, DeniedName.words)).all()
    return List(frozenset(mark for mark, _ in rows), frozenset(words for _, words in rows))


def holds(session: Session, names: List, text: str) -> bool:
    """Whether one of `names` occurs in `text` (as legible.plain makes it): its words side by side, in any order.

    Names are listed with a dot on every i; of those listed before that was so, one may be without.
    """
    ways = {legible.dotted(text), text} if names.marks else ()
    rows = (words for each in ways for words in _neighbours(_words(each), names.lengths))
    return any(mark in names.marks for words in rows for _, mark in _marks(session, words))


def _names(lines: str, field: str) -> list[tuple[str, ...]]:
    """The words of each line, folded; Refused names the line that holds no name."""
    found = []
    for number, line in enumerate(lines.splitlines(), 1):
        words = _words(legible.plain(line))
        if not line.strip():
            continue
        if not 1 <= len(words) <= MOST_WORDS or sum(map(len, words)) < FEWEST_LETTERS:
            raise Refused(f"Line {number} isn't a name: one to {MOST_WORDS} words, three letters at least.", field)
        found.append(tuple(sorted(words)))
    return list(dict.fromkeys(found))


def _words(text: str) -> list[str]:
    """The words of `text` (as legible.plain makes it) without case, accents, apostrophes and a final 's."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(each for each in plain if unicodedata.category(each) not in {"Mn", "Cf"})
    return [re.sub(r"['\u2019]", "", _OWN.sub("", found.group())) for found in _WORD.finditer(bare)]


def _neighbours(words: list[str], lengths: frozenset[int]) -> Iterator[tuple[str, ...]]:
    """Every row of so many neighbouring words, sorted, each once."""
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
