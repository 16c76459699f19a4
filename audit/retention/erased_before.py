"""Erased texts are remembered outside the database, and erased again if it is restored from an earlier backup."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress

from sqlalchemy.orm import Session

from audit.retention import erasing, hold
from audit.retention.erasing import ChosenText, RowsToErase, WhoseTexts
from audit.screening import erased
from storage.cases import Case
from storage.crypto import WrongKey, marks, vault_of
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.keys import KeysRefused
from storage.remembered import Remembered
from storage.text_removal import LastingWords

_PURPOSE = "text.erased"
"""The purpose of the keyed hashes that are kept outside the database."""


def remember(
    session: Session, memory: Remembered, whose: WhoseTexts, texts: Collection[ChosenText], done: RowsToErase
) -> None:
    """Remember outside the database that these texts were erased: a keyed hash of each one's origin and words."""
    for each in texts:
        origin = done.rows.get((each.table, each.row_id), each.row_id)
        mark = _marks(session, origin, each.key, each.wording)[0]
        memory.add_erased(whose.id, each.reference, *mark, of_case=whose.case_id is not None)


def unknown(session: Session, memory: Remembered) -> dict[WhoseTexts, dict[str, str]]:
    """Erasures that this database doesn't know of, since it was restored: whose texts -> mark -> reference.

    KeysRefused if a mark was made with a key that isn't set, as nobody could tell which text it stands for.
    """
    by_subject: dict[WhoseTexts, dict[str, str]] = {}
    for subject_id, said in memory.erased().items():
        whose = _whose(session, subject_id)
        if whose is None:
            continue
        for reference, key, mark in said:
            if erasing.is_known(session, whose, reference):
                continue
            if key not in vault_of(session).names:
                raise KeysRefused(
                    f"{memory.file} knows texts that were erased by the key “{key}”, which isn't set: without it they"
                    " would be here again. Put it into ENCRYPTION_KEYS as well."
                )
            by_subject.setdefault(whose, {})[mark] = reference
    return by_subject


def _whose(session: Session, subject_id: str) -> WhoseTexts | None:
    if case := session.get(Case, subject_id):
        return WhoseTexts.of_case(case)
    cycle = session.get(Cycle, subject_id)
    return WhoseTexts.of_audit(cycle) if cycle else None


def erase_again(sessions: Sessions, memory: Remembered, words: LastingWords) -> tuple[int, set[int]]:
    """Erase again what this restored database doesn't know was erased; returns the number of changed rows.

    Also returns the numbers of held audits, whose texts stay. KeysRefused.
    """
    count, held = 0, set()
    with sessions.reading() as session:
        by_subject = unknown(session, memory)
    for whose, wanted in by_subject.items():
        with sessions.begin() as session:
            if not hold.is_free(session, whose.cycle_id):
                held.add(session.get_one(Cycle, whose.cycle_id).number)
                continue
            texts = [*_marked(session, whose, wanted)]
            count += len(erasing.erase(session, whose, texts, words).rows)
            for each in {each.reference: each for each in texts}.values():
                erasing.note(session, None, whose, each, "erased before this database was put back")
    return count, held


def _marked(session: Session, whose: WhoseTexts, wanted: Mapping[str, str]) -> Iterator[ChosenText]:
    """The texts that have one of the marks in `wanted` (mark -> reference)."""
    for row in erasing.rows_of(session, whose, lock=True):
        with suppress(WrongKey):
            for key, text in row.texts(session):
                for mark in wanted.keys() & {mark for _, mark in _marks(session, row.origin, key, text)}:
                    yield ChosenText(row.of.table, row.id, key, text, wanted[mark])


def _marks(session: Session, origin: str, key: str, text: str) -> list[tuple[str, str]]:
    """(encryption key's name, keyed hash) for each key, of a text with this origin and JSON key wherever it is kept."""
    return marks(session, _PURPOSE, "\0".join((origin, key, erased.folded(text))))
