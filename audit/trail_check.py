"""Check the trail: which entries were changed, added, moved or deleted, and whether its end was cut off.

Entries that aren't sealed yet are checked too, but the deletion of one can't be noticed. Somebody with both the
database and its keys could write another trail: only heads kept outside reveal that, or an older copy that was put
back.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.trail import FORGET, forgotten
from storage import chain, guards
from storage.chain import NO_CYCLE, ChainHead
from storage.crypto import WrongKey, vault_of
from storage.cycles import Cycle
from storage.trail import Entry, TrailEntry, TrailForgotten, digest_of, is_ours, link_of

HEAD = re.compile(r"(\d{1,4})-(\d{1,9})-([0-9a-f]{16,64})")
"""A head as text: the cycle's number (0 for no cycle), the number of entries, and the beginning of the last link."""
_SHOWN = 32
"""Hexadecimal digits of a link in a head."""
_AT_ONCE = 1000
_UNTRUSTED = "The record's seal can't be opened. Whoever runs Roundtable finds out why with `roundtable trail verify`."


@dataclass
class Checked:
    """The result: how many entries are `sealed`, `waiting` for it, `emptied`; the `heads`; each fault in words."""

    sealed: int = 0
    waiting: int = 0
    emptied: int = 0
    heads: tuple[str, ...] = ()
    wrong: list[str] = field(default_factory=list)


def heads(session: Session, *cycle_ids: str) -> tuple[str, ...]:
    """The heads of these cycles' chains and of the chain without a cycle, as `check` takes them."""
    numbers = _numbers(session)
    try:
        chain_heads = chain.heads(session)
    except WrongKey:
        return (_UNTRUSTED,)
    return tuple(_said(numbers[each], chain_heads[each]) for each in (*cycle_ids, NO_CYCLE) if each in chain_heads)


def passed(session: Session, head: str) -> bool:
    """Whether the trail contains the entry that a head kept outside names. The rest of the trail isn't checked."""
    number, count, link = head.split("-")
    of_cycle = TrailEntry.cycle_id == select(Cycle.id).where(Cycle.number == int(number)).scalar_subquery()
    ours = of_cycle if int(number) else TrailEntry.cycle_id.is_(None)
    stored_link = session.scalar(select(TrailEntry.link).where(ours, TrailEntry.place == int(count)).limit(1))
    return (stored_link or "").startswith(link)


def check(session: Session, outside: Iterable[str] = ()) -> Checked:
    """Check the whole trail. `outside`: heads kept in a sheet or a report. Refused if one isn't a head."""
    return _Check(session, outside).done()


def _said(number: int, head: ChainHead) -> str:
    return f"{number}-{head.count}-{head.link[:_SHOWN]}"


def _numbers(session: Session) -> dict[str, int]:
    return {NO_CYCLE: 0} | {row.id: row.number for row in session.execute(select(Cycle.id, Cycle.number))}


class _Check:
    """One check of the whole trail, chain by chain."""

    def __init__(self, session: Session, outside: Iterable[str]) -> None:
        self._session = session
        self._numbers = _numbers(session)
        self._outside = self._expected(outside)
        self._found = Checked()
        self._ends: dict[str, ChainHead] = {}  # chain -> the last entry checked
        self._last: int | None = None  # the number of the entry checked before, in any chain
        self._digests: dict[str, int] = {}
        self._emptied: dict[int, list[int]] = defaultdict(list)  # number of the recording entry -> those it emptied
        for row in session.scalars(select(TrailForgotten)):
            self._emptied[row.by_number].append(row.number)

    def done(self) -> Checked:
        """Check everything, and return the result."""
        every = select(*TrailEntry.__table__.columns).execution_options(yield_per=_AT_ONCE)
        in_order = every.order_by(TrailEntry.cycle_id, TrailEntry.place, TrailEntry.number)
        gone = {number for numbers in self._emptied.values() for number in numbers}
        for entry in self._session.execute(in_order.where(TrailEntry.link.is_not(None))):
            self._look(entry, forgotten=entry.number in gone)
        for entry in self._session.execute(every.where(TrailEntry.link.is_(None)).order_by(TrailEntry.number)):
            self._look_at_waiting(entry)
        for number, numbers in self._emptied.items():  # any left over have no entry that records them
            self._wrong(f"Entry {number}, which recorded that {len(numbers)} others were emptied, is missing.")
        self._compare_ends()
        if off := guards.missing(self._session.connection()):
            self._wrong(f"The database doesn't refuse changes: {', '.join(off)} was turned off or taken away.")
        return self._found

    def _look(self, entry: Entry, *, forgotten: bool) -> None:
        """Check an entry that is a link of a chain."""
        name, place = entry.cycle_id or NO_CYCLE, entry.place or 0
        before = self._ends.get(name, ChainHead())
        called = f"Entry {entry.number} (place {place} of {self._called(name)})"
        if place <= before.count:
            self._wrong(f"{called} was added: it stands at a place that another has.")
            return
        if place > before.count + 1:
            where = f"between entries {self._last} and" if before.count else "before entry"
            self._missing(name, before.count + 1, place - 1, f"{where} {entry.number}")
        if forgotten and entry.salt is None:
            self._found.emptied += 1
            changed = (entry.person_id, entry.actor, entry.subject_id, entry.detail) != (None, "", None, "")
        else:
            changed = digest_of(entry) != entry.digest
        follows = place > before.count + 1 or link_of(before.link, entry, place) == entry.link
        if changed:
            self._wrong(f"{called} was changed{'' if entry.salt else ', or emptied without a record of it'}.")
        elif not follows:
            self._wrong(f"{called} doesn't follow the one before it: one of the two was changed, or moved here.")
        self._look_at_any(entry)
        self._found.sealed += 1
        self._ends[name], self._last = ChainHead(place, entry.link or ""), entry.number
        if not (entry.link or "").startswith(expected := self._outside.get(name, {}).pop(place, "")):
            self._wrong(f"{called} isn't what stood outside as {self._numbers[name]}-{place}-{expected}: rewritten.")

    def _look_at_waiting(self, entry: Entry) -> None:
        """Check an entry that isn't sealed into a chain yet: it must be as Roundtable wrote it."""
        if entry.place is None and is_ours(vault_of(self._session), entry):
            self._found.waiting += 1
        else:
            self._wrong(f"Entry {entry.number} is not as Roundtable wrote it: added, changed, or its seal taken away.")
        self._look_at_any(entry)

    def _look_at_any(self, entry: Entry) -> None:
        first = self._digests.setdefault(entry.digest, entry.number)
        if first != entry.number:
            self._wrong(f"Entry {entry.number} is a copy of entry {first}.")
        if entry.verb == FORGET:
            recorded = forgotten(self._emptied.pop(entry.number, ()))
            if entry.detail.split()[:2] != recorded.split():
                self._wrong(f"Entry {entry.number} records which entries were emptied, and others are said to be.")

    def _compare_ends(self) -> None:
        """Compare the chains' ends with the sealed ends and with the heads kept outside."""
        try:
            sealed = chain.heads(self._session)
        except WrongKey as wrong:
            self._wrong(f"The chains' sealed ends can't be trusted: the row in trail_head {wrong.why}.")
            sealed = self._ends
        for name in sealed.keys() | self._ends.keys():
            end, kept = self._ends.get(name, ChainHead()), sealed.get(name, ChainHead())
            if end.count < kept.count:
                self._missing(name, end.count + 1, kept.count, "at the end")
            elif end != kept:
                self._wrong(f"The end of the chain of {self._called(name)} isn't the one that was sealed.")
        for name, places in self._outside.items():
            for place in places:
                self._wrong(
                    f"A head kept outside says that the chain of {self._called(name)} has had {place} entries, and it"
                    f" has {self._ends.get(name, ChainHead()).count}: its end was cut off, or this is an older copy."
                )
        numbered = sorted((self._numbers[name], name) for name in sealed if name in self._numbers)
        self._found.heads = tuple(_said(number, sealed[name]) for number, name in numbered)

    def _expected(self, outside: Iterable[str]) -> dict[str, dict[int, str]]:
        """Chain -> place -> how the link there begins, from the heads kept outside."""
        chains = {number: name for name, number in self._numbers.items()}
        expected: dict[str, dict[int, str]] = defaultdict(dict)
        for head in outside:
            parts = HEAD.fullmatch(head.strip())
            if parts is None:
                raise Refused(f"“{head[:60]}” isn't a head of the trail, as a sheet's Read me or a report says it.")
            if int(parts[1]) not in chains:
                raise Refused(f"A head kept outside is of audit {parts[1]}, which isn't in this database.")
            expected[chains[int(parts[1])]][int(parts[2])] = parts[3]
        return expected

    def _missing(self, name: str, first: int, last: int, where: str) -> None:
        places = f"Place {first}" if first == last else f"Places {first} to {last}"
        self._wrong(f"{places} of {self._called(name)}: deleted {where}.")

    def _called(self, name: str) -> str:
        if name == NO_CYCLE:
            return "what belongs to no cycle"
        return f"audit {self._numbers[name]}" if name in self._numbers else f"a cycle that is gone ({name})"

    def _wrong(self, sentence: str) -> None:
        self._found.wrong.append(sentence)
