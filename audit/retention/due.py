"""What is due to be removed: of each cycle that is over, from how long ago that is; and what keeps it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, String, bindparam, exists, func, select
from sqlalchemy.orm import Session

from audit.errors import Refused
from audit.retention.hold import held
from storage.actions import Action
from storage.clock import now
from storage.cycles import OVER, Cancellation, Cycle
from storage.holds import Kept
from storage.immediate import ImmediateAction
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
    return tuple(_standing(session, cycle, remembered.get(cycle.id, ()), is_held=is_held) for cycle, is_held in rows)


def _standing(session: Session, cycle: Cycle, known: Collection[str], *, is_held: bool) -> RetentionStanding:
    purges = session.scalars(select(Purge).where(Purge.cycle_id == cycle.id)).all()
    over_at, still_open = over(session, cycle), _open(session, cycle.id)
    days = _days(session, over_at) if over_at else {}
    begun = {each.kind for each in purges} | set(known)
    due = tuple(
        kind
        for kind in KINDS
        if not is_held and (kind in begun or (not still_open and kind in days and days[kind] <= now(session)))
    )
    purged = frozenset(each.kind for each in purges if each.done_at is not None)
    return RetentionStanding(
        cycle.id, cycle.number, cycle.name, over_at, days, due, is_held, still_open, frozenset(begun), purged
    )


def over(session: Session, cycle: Cycle) -> datetime | None:
    """Since when nothing more was done about a cycle; None if it isn't over."""
    if cycle.state not in OVER:
        return None
    steps = select(func.max(TrailEntry.at)).where(TrailEntry.cycle_id == cycle.id, TrailEntry.verb == STEP)
    ended = [
        session.scalar(steps),
        session.scalar(select(Cancellation.at).where(Cancellation.cycle_id == cycle.id)),
        *(session.scalar(select(func.max(each.closed_at)).where(each.cycle_id == cycle.id)) for each in _CLOSED),
    ]
    return max((each for each in ended if each is not None), default=None)


_CLOSED = (Action, ImmediateAction)


def _open(session: Session, cycle_id: str) -> int:
    """The actions that nobody has closed: what they say is still needed."""
    counted = (select(func.count()).where(each.cycle_id == cycle_id, each.closed_at.is_(None)) for each in _CLOSED)
    return sum(session.scalar(each) or 0 for each in counted)


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
