"""What is due to be removed: of each cycle that is over, from how long ago that is; and what keeps it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, bindparam, exists, func, select, union_all
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.retention.hold import held
from storage.actions import Action
from storage.clock import now
from storage.cycles import OVER, Cancellation, Cycle
from storage.holds import Kept
from storage.immediate import ImmediateAction
from storage.mappings import by_first, grouped
from storage.retention import Periods, Purge
from storage.trail import TrailEntry

KINDS = (Kept.WORK, Kept.TEXT)
"""What is removed of a cycle as a whole, in this order: what was posted is drawn from the texts."""
CALLED = {Kept.WORK: "what was posted", Kept.TEXT: "texts"}
STEP = "cycle.step"


@dataclass(frozen=True)
class RetentionStanding:
    """A cycle that is over, or of which something was removed before. `over_at`: None if it isn't over.

    `days`: when each kind's time is over; `due`: the kinds that are to be removed now. `held`: by a legal hold. `open`:
    how many of its actions are open, which keep it. `begun`, `whole`: the kinds of which it has been begun, and ended.
    """

    cycle_id: str
    number: int
    title: str
    over_at: datetime | None
    days: Mapping[Kept, datetime]
    due: tuple[Kept, ...]
    held: bool
    open: int
    begun: frozenset[str]
    whole: frozenset[str]


def standings(session: Session, remembered: Mapping[str, Collection[str]]) -> tuple[RetentionStanding, ...]:
    """How each cycle stands that is over or of which something was removed, by number.

    `remembered`: cycle's id -> the kinds that were removed of it, maybe from another copy of this database: they are
    due whatever its days.
    """
    wanted = Cycle.state.in_(OVER) | Cycle.id.in_(remembered) | exists().where(Purge.cycle_id == Cycle.id)
    rows = session.execute(select(Cycle, held()).where(wanted).order_by(Cycle.number)).all()
    purges = grouped((each.cycle_id, each) for each in session.scalars(select(Purge)))
    ended, still_open = over(session, (cycle for cycle, _ in rows)), _open(session)
    moment, found = now(session), list[RetentionStanding]()
    for cycle, is_held in rows:
        over_at = ended.get(cycle.id)
        days = _days(session, over_at) if over_at else {}
        of_it = purges.get(cycle.id, ())
        begun = frozenset(each.kind for each in of_it).union(remembered.get(cycle.id, ()))
        whole = frozenset(each.kind for each in of_it if each.done_at is not None)
        kept = still_open.get(cycle.id, 0)
        passed = {kind for kind, day in days.items() if day <= moment and not kept}
        due = () if is_held else tuple(kind for kind in KINDS if kind in begun | passed)
        standing = over_at, days, due, is_held, kept, begun, whole
        found.append(RetentionStanding(cycle.id, cycle.number, cycle.name, *standing))
    return tuple(found)


_CLOSED = (Action, ImmediateAction)


def over(session: Session, cycles: Iterable[Cycle]) -> dict[str, datetime]:
    """The id of each of these cycles that is over -> since when nothing more was done about it."""
    ids = {cycle.id for cycle in cycles if cycle.state in OVER}
    if not ids:
        return {}
    steps = select(TrailEntry.cycle_id, TrailEntry.at).where(TrailEntry.cycle_id.in_(ids), TrailEntry.verb == STEP)
    cancelled = select(Cancellation.cycle_id, Cancellation.at).where(Cancellation.cycle_id.in_(ids))
    closed = (select(each.cycle_id, each.closed_at).where(each.cycle_id.in_(ids)) for each in _CLOSED)
    done = union_all(steps, cancelled, *closed).subquery()
    last = select(done.c.cycle_id, func.max(done.c.at)).where(done.c.at.is_not(None)).group_by(done.c.cycle_id)
    return by_first(session.execute(last))


def _open(session: Session) -> dict[str, int]:
    """Cycle's id -> the actions that nobody has closed, where there are any: what they say is still needed."""
    still = union_all(*(select(each.cycle_id).where(each.closed_at.is_(None)) for each in _CLOSED)).subquery()
    return by_first(session.execute(select(still.c.cycle_id, func.count()).group_by(still.c.cycle_id)))


def _days(session: Session, over_at: datetime) -> dict[Kept, datetime]:
    of = periods(session)
    return {Kept.WORK: over_at + timedelta(days=of.posts), Kept.TEXT: over_at + timedelta(days=of.texts)}


def periods(session: Session) -> Periods:
    """How long what is kept is kept, as the settings say."""
    found = session.info["periods"]
    assert isinstance(found, Periods)  # noqa: S101  # storage.engine puts it there
    return found


def removed(cycle_id: ColumnElement[str], kind: ColumnElement[str] | Kept) -> ColumnElement[bool]:
    """That what is of this kind of a cycle is removed, or being removed."""
    purged = exists().where(Purge.cycle_id == Cycle.id, Purge.kind == kind)
    return exists().where(Cycle.id == cycle_id, purged, ~held())


_REMOVED = select(removed(bindparam("cycle_id", type_=String), bindparam("kind", type_=String)))


def begun(session: Session, cycle_id: str, kind: Kept) -> bool:
    """Whether what is of this kind of a cycle is removed, or being removed."""
    return bool(session.scalar(_REMOVED, {"cycle_id": cycle_id, "kind": kind}))


def texts_removed(session: Session, cycle: Cycle) -> bool:
    """Whether what people wrote about a cycle was removed, or is being removed."""
    return bool(session.scalar(select(exists().where(Purge.cycle_id == cycle.id, Purge.kind == Kept.TEXT))))


def silent(session: Session, cycle: Cycle) -> bool:
    """Whether nothing that is about a cycle is sent to anybody any more: its time is over."""
    return begun(session, cycle.id, Kept.WORK) or texts_removed(session, cycle)


def require_posts(session: Session, cycle: Cycle, so: str) -> None:
    """Refuse what is posted about a cycle of which everything that was posted is removed: it would never come."""
    if begun(session, cycle.id, Kept.WORK):
        raise Refused(
            f"What was posted about audit {cycle.number} was removed when its retention period ended, so {so}."
        )


def require_texts(session: Session, cycle: Cycle, so: str) -> None:
    """Refuse what needs texts that were removed."""
    if texts_removed(session, cycle):
        raise Refused(f"The texts of audit {cycle.number} were removed when their retention period ended, so {so}.")
