"""What is due to be removed of each cycle that is over, and what keeps it: a legal hold, or open actions."""

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
"""What is removed of a cycle as a whole, in this order, since posts are drawn from the texts."""
CALLED = {Kept.WORK: "what was posted", Kept.TEXT: "texts"}
STEP = "cycle.step"


@dataclass(frozen=True)
class RetentionStanding:
    """A cycle that is over, or of which something was removed. `over_at`: None if it isn't over.

    `days`: kind -> when its retention period ends; `due`: the kinds to remove now. `held`: by a legal hold. `open`: the
    number of its open actions, which keep all whose removal hasn't begun. `begun`, `whole`: the kinds whose removal has
    begun, and is complete.
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
    """Every cycle that is over or of which something was removed, by number.

    `remembered`: cycle id -> the kinds removed of it, perhaps from another copy of this database; they are due at once.
    """
    wanted = Cycle.state.in_(OVER) | Cycle.id.in_(remembered) | exists().where(Purge.cycle_id == Cycle.id)
    rows = session.execute(select(Cycle, held()).where(wanted).order_by(Cycle.number)).all()
    purges = grouped((each.cycle_id, each) for each in session.scalars(select(Purge)))
    ended, still_open = over(session, (cycle for cycle, _ in rows)), _open(session)
    moment, result = now(session), list[RetentionStanding]()
    for cycle, is_held in rows:
        over_at = ended.get(cycle.id)
        days = _days(session, over_at) if over_at else {}
        of_it = purges.get(cycle.id, ())
        begun_kinds = frozenset(each.kind for each in of_it).union(remembered.get(cycle.id, ()))
        whole = frozenset(each.kind for each in of_it if each.done_at is not None)
        kept = still_open.get(cycle.id, 0)
        passed = {kind for kind, day in days.items() if day <= moment and not kept}
        due = () if is_held else tuple(kind for kind in KINDS if kind in begun_kinds | passed)
        standing = over_at, days, due, is_held, kept, begun_kinds, whole
        result.append(RetentionStanding(cycle.id, cycle.number, cycle.name, *standing))
    return tuple(result)


_CLOSED = (Action, ImmediateAction)


def over(session: Session, cycles: Iterable[Cycle]) -> dict[str, datetime]:
    """Cycle id -> when its last step was taken or action closed, or it was cancelled; for those that are over."""
    ids = {cycle.id for cycle in cycles if cycle.state in OVER}
    if not ids:
        return {}
    steps = select(TrailEntry.cycle_id, TrailEntry.at).where(TrailEntry.cycle_id.in_(ids), TrailEntry.verb == STEP)
    cancelled = select(Cancellation.cycle_id, Cancellation.at).where(Cancellation.cycle_id.in_(ids))
    closed = (select(each.cycle_id, each.closed_at).where(each.cycle_id.in_(ids)) for each in _CLOSED)
    ends = union_all(steps, cancelled, *closed).subquery()
    last = select(ends.c.cycle_id, func.max(ends.c.at)).where(ends.c.at.is_not(None)).group_by(ends.c.cycle_id)
    return by_first(session.execute(last))


def _open(session: Session) -> dict[str, int]:
    """Cycle id -> the number of its open actions, if it has any: their texts are still needed."""
    still = union_all(*(select(each.cycle_id).where(each.closed_at.is_(None)) for each in _CLOSED)).subquery()
    return by_first(session.execute(select(still.c.cycle_id, func.count()).group_by(still.c.cycle_id)))


def _days(session: Session, over_at: datetime) -> dict[Kept, datetime]:
    of = periods(session)
    return {Kept.WORK: over_at + timedelta(days=of.posts), Kept.TEXT: over_at + timedelta(days=of.texts)}


def periods(session: Session) -> Periods:
    """The retention periods in the settings."""
    configured = session.info["periods"]
    assert isinstance(configured, Periods)  # noqa: S101  # set by storage.engine
    return configured


def removed(cycle_id: ColumnElement[str], kind: ColumnElement[str] | Kept) -> ColumnElement[bool]:
    """A condition: this kind of content of a cycle has been or is being removed, and the cycle isn't held."""
    purged = exists().where(Purge.cycle_id == Cycle.id, Purge.kind == kind)
    return exists().where(Cycle.id == cycle_id, purged, ~held())


_REMOVED = select(removed(bindparam("cycle_id", type_=String), bindparam("kind", type_=String)))


def begun(session: Session, cycle_id: str, kind: Kept) -> bool:
    """Whether this kind of content of a cycle has been or is being removed, and the cycle isn't held."""
    return bool(session.scalar(_REMOVED, {"cycle_id": cycle_id, "kind": kind}))


def texts_removed(session: Session, cycle: Cycle) -> bool:
    """Whether people's texts about a cycle have been or are being removed, even if it is held now."""
    return bool(session.scalar(select(exists().where(Purge.cycle_id == cycle.id, Purge.kind == Kept.TEXT))))


def silent(session: Session, cycle: Cycle) -> bool:
    """Whether nothing about a cycle is sent to anybody any more, because its posts or texts are (being) removed."""
    return begun(session, cycle.id, Kept.WORK) or texts_removed(session, cycle)


def require_posts(session: Session, cycle: Cycle, so: str) -> None:
    """Refuse an act whose message would never be posted, because the cycle's posts have been removed."""
    if begun(session, cycle.id, Kept.WORK):
        raise Refused(
            f"What was posted about audit {cycle.number} was removed when its retention period ended, so {so}."
        )


def require_texts(session: Session, cycle: Cycle, so: str) -> None:
    """Refuse an act that needs texts which have been removed."""
    if texts_removed(session, cycle):
        raise Refused(f"The texts of audit {cycle.number} were removed when their retention period ended, so {so}.")
