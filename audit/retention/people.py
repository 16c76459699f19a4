"""Removing the names and Slack ids of people who no longer take part in anything, and their roles."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.retention.due import periods
from audit.retention.hold import held
from audit.role_in_force import in_force
from storage.clock import now
from storage.cycles import Cycle
from storage.holds import Holds, Kept, holdings
from storage.people import Cover, Person, Role
from storage.retention import Purge
from storage.text_removal import of_cycles, placed
from storage.trail import TrailEntry
from storage.types import LOCK, Base

FORMER = "Former participant"
"""The label that replaces theirs."""
PURGE = "person.purge"


def gone(session: Session) -> tuple[str, ...]:
    """The ids of people who have for long enough held no role, covered for nobody, done nothing and been in no audit.

    An audit whose texts were removed doesn't count unless it is held, because what is left of it names nobody.
    """
    until = now(session) - timedelta(days=periods(session).people)
    roles = exists().where(Role.person_id == Person.id, or_(in_force(until), in_force(now(session))))
    covers = exists().where(Cover.person_id == Person.id, Cover.until > until)
    acts = exists().where(TrailEntry.person_id == Person.id, TrailEntry.at > until)
    idle = session.scalars(select(Person.id).where(Person.label != FORMER, ~roles, ~covers, ~acts).order_by(Person.id))
    return tuple(each for each in idle if _known_since(each) <= until and not _needed(session, each))


def _known_since(person_id: str) -> datetime:
    """When a person was registered, which is the time at the start of their id."""
    return datetime.fromtimestamp(int(person_id[:12], 16) / 1000, UTC)


def _needed(session: Session, person_id: str) -> bool:
    """Whether a row names this person whose audit still has its texts or is held."""
    purged = exists().where(Purge.cycle_id == Cycle.id, Purge.kind == Kept.TEXT, Purge.done_at.is_not(None))
    kept = or_(~purged, held())
    for column in _naming():
        rows = select(func.count()).select_from(column.table).where(column == person_id)
        if session.scalar(rows.where(of_cycles(column.table, kept))):
            return True
    return False


def purge(session: Session, person_id: str) -> bool:
    """Remove a person's identity if that is still due; returns whether it was. Repeating it changes nothing."""
    person = session.get_one(Person, person_id, with_for_update=LOCK)
    if person.label == FORMER or person_id not in gone(session):
        return False
    roles = select(Role.id).where(Role.person_id == person_id)
    session.execute(delete(Cover).where(Cover.role_id.in_(roles)))
    for column in _naming(Kept.PEOPLE):
        session.execute(delete(column.table).where(column == person_id))
    of_theirs = {each.column: each.holds for each in holdings() if each.table == Person.__tablename__}
    nothing = {Holds.PERSON: FORMER, Holds.ACCOUNT: f"GONE{person_id[-20:].upper()}"}
    anew = {name: nothing[holds] for name, holds in of_theirs.items() if holds in nothing}
    session.execute(update(Person).where(Person.id == person_id).values(anew | {"active": False}))
    trail.record(session, None, PURGE, subject_id=person_id)
    return True


def _naming(kept: Kept | None = None) -> list[Column[str]]:
    """The columns that refer to people, except the trail's: of tables of this kind, or (None) of cycles' tables."""
    columns = []
    for table in Base.metadata.sorted_tables:
        noun = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)
        ways = placed(table) if kept is None else noun.__holds__.kept is kept
        for column in table.columns:
            people = any(key.column.table is Person.__table__ for key in column.foreign_keys)
            if people and ways and noun.__holds__.kept is not Kept.TRAIL:
                columns.append(column)
    return columns
