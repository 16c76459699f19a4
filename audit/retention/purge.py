"""Removing what is due: texts are emptied, posts are taken down, people who take part in nothing are forgotten.

Each step is committed by itself and can be repeated, so an interrupted purge is completed by the next one. Every purge
also goes through the cycles that were purged before, and removes what was written or posted about them since.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.erased_word import ERASED
from audit.retention import drafts, due, erased_before, hold, people
from audit.retention.due import RetentionStanding
from audit.retention.hold import held
from audit.sheet.spreadsheet_address import link
from audit.tools import NUMBERS, Tool
from storage import conflicts, text_removal
from storage.clock import now, wall
from storage.cycles import UNDER_WAY, AuditTool, Cycle
from storage.engine import Sessions
from storage.faults import fault
from storage.holds import Kept
from storage.messages import Message, MessageState
from storage.remembered import Remembered
from storage.retention import Purge
from storage.rotation import Unopened
from storage.sheet_state import SheetState
from storage.text_removal import LastingWords
from storage.trail import TrailEntry
from storage.types import LOCK, new_id

PURGE = "retention.purge"
"""The trail's name for a purge."""
TRAIL = "its time was over"


@dataclass(frozen=True)
class PurgePlan:
    """What is due. `drafts`: those to remove now; `waiting`: those whose authors haven't had their notice yet.

    `people` and `entries` (of the trail) are counts, too.
    """

    standings: tuple[RetentionStanding, ...]
    drafts: int
    waiting: int
    people: int
    entries: int


@dataclass
class Purged:
    """What was removed. `texts`: cycle number -> how many; `left`: texts that couldn't be emptied.

    `erased`: rows with words that had been erased from another copy of this database; `kept`: numbers of held cycles,
    in which such words stay. `held`: numbers of cycles held since the purge began, of which the rest stays. `compact`:
    whether the database's own files no longer contain what was removed.
    """

    texts: dict[int, int] = field(default_factory=dict)
    left: list[Unopened] = field(default_factory=list)
    drafts: int = 0
    people: int = 0
    entries: int = 0
    erased: int = 0
    kept: set[int] = field(default_factory=set)
    held: list[int] = field(default_factory=list)
    compact: bool = False


@dataclass(frozen=True)
class DrawnSheet:
    """A spreadsheet's address. `error`: why it isn't cleared yet, or ""."""

    address: str
    error: str


@dataclass(frozen=True)
class Outside:
    """What is left of a purged cycle in Slack and Google. `posts`: how many are still to be taken down.

    `stuck`: (reason, number) of posts that can't be taken down. `sheets`: its spreadsheets, which a person has to
    delete.
    """

    number: int
    posts: int
    stuck: tuple[tuple[str, int], ...]
    sheets: tuple[DrawnSheet, ...]


def plan(session: Session, remembered: Mapping[str, frozenset[str]]) -> PurgePlan:
    """What a purge would remove now."""
    ended, waiting = drafts.ended(session)
    entries = session.scalar(select(func.count()).select_from(TrailEntry).where(*_of_the_trail(session))) or 0
    standings = due.standings(session, remembered)
    return PurgePlan(standings, len(ended), waiting, len(people.gone(session)), entries)


def purge(sessions: Sessions, memory: Remembered, words: LastingWords) -> Purged:
    """Remove what is due, as listed by `plan`. `words`: the software's own words, which stay."""
    purged = Purged()
    _removed(sessions, memory, words, purged, lambda _of, _kind: True)
    _drafts(sessions, purged)
    _people(sessions, purged)
    purged.entries = _forget(sessions)
    fault("purge.before_compact")
    purged.compact = sessions.compact()
    return purged


def again(sessions: Sessions, memory: Remembered, words: LastingWords) -> Purged:
    """Remove from a restored database what was removed before the restoration, and nothing else."""
    purged, remembered = Purged(), memory.read()
    _removed(sessions, memory, words, purged, lambda of, kind: kind in remembered.get(of.cycle_id, ()))
    purged.compact = sessions.compact()
    return purged


def _removed(
    sessions: Sessions,
    memory: Remembered,
    words: LastingWords,
    purged: Purged,
    wanted: Callable[[RetentionStanding, Kept], bool],
) -> None:
    """Remove the `wanted` kinds of each cycle, and erase again what was erased before."""
    remembered = memory.read()
    with sessions.reading() as session:
        standings = due.standings(session, remembered)
        words = lasting(session, words)
    for standing in standings:
        for kind in standing.due:
            if wanted(standing, kind):
                known = kind in remembered.get(standing.cycle_id, ())
                _of_cycle(sessions, None if known else memory, standing, kind, words, purged)
    purged.erased, purged.kept = erased_before.erase_again(sessions, memory, words)


def lasting(session: Session, words: LastingWords) -> LastingWords:
    """The software's own `words`, with those of lists, and the keys of questions that ask for a number."""
    lists = words.lists | text_removal.listed_words(session) | {ERASED}
    return replace(words, lists=lists, numbers=numbers(session))


def numbers(session: Session) -> frozenset[str]:
    """The keys of all audit tools' questions that ask for a number."""
    tools = map(Tool.stored, session.scalars(select(AuditTool)))
    return frozenset(section.key for tool in tools for section in tool.sections if section.kind in NUMBERS)


def _of_cycle(  # noqa: PLR0917  # what is removed of which cycle, and where that is recorded
    sessions: Sessions,
    memory: Remembered | None,
    of: RetentionStanding,
    kind: Kept,
    words: LastingWords,
    purged: Purged,
) -> None:
    """Remove one kind of content of a cycle. `memory`: where to remember it, or None if it is remembered already."""
    with sessions.begin() as session:
        if not _begin(session, of.cycle_id, kind):
            purged.held.append(of.number)
            return
        if kind is Kept.WORK:
            _take_down(session, of.cycle_id)
        if memory is not None:  # before the commit, while the cycle can't be held
            memory.add(of.cycle_id, kind)
        fault("purge.remembered")
    fault("purge.begun")
    if kind is Kept.TEXT:
        emptied = text_removal.empty(
            sessions, of.cycle_id, (Kept.TEXT, Kept.DRAFT), words, lambda session: hold.is_free(session, of.cycle_id)
        )
        purged.texts[of.number] = emptied.count
        purged.left += emptied.left
        if emptied.stopped:
            purged.held.append(of.number)
        if emptied.left or emptied.stopped:
            return
        count = emptied.count
    else:
        count = 0
    with sessions.begin() as session:
        _end(session, of.cycle_id, kind, count)


def _begin(session: Session, cycle_id: str, kind: Kept) -> bool:
    """Record that the removal has begun; returns False if the cycle is held."""
    if not hold.is_free(session, cycle_id):
        return False
    values = {"id": new_id(), "cycle_id": cycle_id, "kind": kind, "count": 0, "begun_at": now(session)}
    session.execute(conflicts.insert(session, Purge).values(values).on_conflict_do_nothing())
    return True


def _end(session: Session, cycle_id: str, kind: Kept, count: int) -> None:
    which = [Purge.cycle_id == cycle_id, Purge.kind == kind]
    row = session.scalars(select(Purge).where(*which).with_for_update(**LOCK)).one()
    if row.done_at is None or count:
        row.count, row.done_at = row.count + count, row.done_at or now(session)
        detail = f"{kind}: {count:,} emptied" if kind is Kept.TEXT else f"{kind}: taken down"
        trail.record(session, None, PURGE, subject_id=cycle_id, cycle_id=cycle_id, detail=detail)


def _take_down(session: Session, cycle_id: str) -> None:
    """Have the worker delete the cycle's messages in Slack and clear its sheets; failed ones are tried again."""
    tried_again = {"state": MessageState.LIVE, "error": None, "next_try_at": wall()}
    standing = [Message.cycle_id == cycle_id, Message.state != MessageState.REMOVED]
    session.execute(update(Message).where(*standing).values(wanted=Message.wanted + 1, **tried_again))
    cleared = exists().where(Purge.cycle_id == cycle_id, Purge.kind == Kept.WORK, Purge.done_at.is_not(None))
    drawn = SheetState.drawn_at.is_not(None)  # for example while a hold was in force
    sheet = [SheetState.cycle_id == cycle_id, or_(~cleared, SheetState.error.is_not(None), drawn)]
    fresh = {"wanted": SheetState.wanted + 1, "next_try_at": wall(), "error": None}
    session.execute(update(SheetState).where(*sheet).values(fresh))


def _drafts(sessions: Sessions, purged: Purged) -> None:
    with sessions.reading() as session:
        ended, _ = drafts.ended(session)
    for each in ended:
        with sessions.begin() as session:
            purged.drafts += drafts.purge(session, each)


def _people(sessions: Sessions, purged: Purged) -> None:
    with sessions.reading() as session:
        gone = people.gone(session)
    for each in gone:
        with sessions.begin() as session:
            purged.people += people.purge(session, each)


def _forget(sessions: Sessions) -> int:
    """Empty the trail's entries that are older than their retention period, cycle by cycle."""
    with sessions.reading() as session:
        cycles = session.scalars(select(TrailEntry.cycle_id).distinct().where(*_of_the_trail(session))).all()
    count = 0
    for cycle_id in cycles:
        with sessions.begin() as session:
            of_it = and_(TrailEntry.cycle_id == cycle_id, *_of_the_trail(session))
            count += trail.forget(session, of_it, TRAIL, cycle_id=cycle_id)
    return count


def _of_the_trail(session: Session) -> tuple[ColumnElement[bool], ...]:
    """The trail's entries that are due to be emptied: old, sealed, and of no cycle that is under way or held."""
    until = now(session) - timedelta(days=due.periods(session).trail)
    kept = exists().where(Cycle.id == TrailEntry.cycle_id, or_(Cycle.state.in_(UNDER_WAY), held()))
    return (TrailEntry.at <= until, *trail.CAN_BE_EMPTIED, ~kept)


def outside(session: Session) -> tuple[Outside, ...]:
    """What is left in Slack and Google of the cycles whose posts are removed and that aren't held, by cycle number."""
    rows = session.scalars(
        select(Cycle)
        .where(exists().where(Purge.cycle_id == Cycle.id, Purge.kind == Kept.WORK), ~held())
        .order_by(Cycle.number)
    )
    return tuple(_outside(session, cycle) for cycle in rows)


def _outside(session: Session, cycle: Cycle) -> Outside:
    nothing_to_say = (
        (Message.state == MessageState.LIVE) & Message.ts.is_(None) & Message.claim.is_(None) & (Message.delivered > 0)
    )  # processed, and not in Slack
    left = session.scalars(
        select(Message).where(Message.cycle_id == cycle.id, Message.state != MessageState.REMOVED, ~nothing_to_say)
    ).all()
    aside = [each.error or "" for each in left if each.state == MessageState.SET_ASIDE]
    stuck = tuple((each, aside.count(each)) for each in dict.fromkeys(aside))
    sheets = session.scalars(select(SheetState).where(SheetState.cycle_id == cycle.id).order_by(SheetState.id))
    drawn = tuple(DrawnSheet(address, _not_cleared(each)) for each in sheets if (address := link(each.spreadsheet_id)))
    return Outside(cycle.number, len(left) - len(aside), stuck, drawn)


def _not_cleared(sheet: SheetState) -> str:
    behind = sheet.delivered < sheet.wanted
    return (sheet.error or "Its sheet is cleared as soon as a worker gets to it.") if behind else ""
