"""What people changed and deleted in a sheet: told to the coordinators once a day, and read by them on demand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, func, select, union, update
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, coordinators, require_coordinator
from audit.calendar import OPENING, at, in_hours, in_london
from audit.delivery import ledger
from audit.row_by_id import existing
from audit.whose_sheet import WHOSE
from storage.clock import now
from storage.crypto import unseal
from storage.cycles import Cycle
from storage.mappings import by_first
from storage.messages import Message, MessageKind
from storage.sheet_state import DriftKind, SheetAside, SheetDrift, SheetRemark, SheetState

MOST = 500
"""How many edits are shown to a reader, the newest first."""
_LATELY = timedelta(days=7)
"""How far back what people did is counted."""


@dataclass(frozen=True)
class Counts:
    """How many cells were put back lately, how many rows set aside, how many rows and tabs deleted."""

    put_back: int = 0
    set_aside: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class EditedRow:
    """A row of the sheet (`about` says which, in words) and the columns in which somebody changed it."""

    tab: str
    about: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class AsideRows:
    """How many rows of a tab were set aside, and why."""

    tab: str
    why: str
    count: int


@dataclass(frozen=True)
class Deleted:
    """A tab of which rows were deleted: what those were about, in words; no rows: the tab itself was deleted."""

    tab: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class EditsDigest:
    """What people changed, as coordinators are told of it: where and how much, nothing of what they wrote."""

    sheet_id: str
    cycle_number: int
    whose: str
    spreadsheet_id: str | None
    cells: int
    rows: tuple[EditedRow, ...]
    aside: tuple[AsideRows, ...]
    deleted: tuple[Deleted, ...] = ()


@dataclass(frozen=True)
class Edit:
    """A cell that somebody changed, with what they had put there in `found`; or a row or a tab that somebody deleted.

    Then `found` is what people had there of their own when it was last seen.
    """

    tab: str
    about: str
    column: str
    found: str
    found_at: datetime
    kind: str = DriftKind.CELL


@dataclass(frozen=True)
class Edits:
    """The newest edits of a sheet; `whose`: the agency or area that it is for, "" for the whole audit's."""

    sheet_id: str
    cycle_number: int
    whose: str
    edits: tuple[Edit, ...]


_OWED = union(
    *(
        select(table.sheet_id).where(table.told_at.is_(None), table.found_at < bindparam("opening"))
        for table in (SheetDrift, SheetAside)
    )
)


def due(session: Session) -> tuple[str, ...]:
    """The sheets of which coordinators are owed a digest now.

    It comes from 09:00 on a working day, if anything was found before that; one a sheet and day.
    """
    moment = now(session)
    if not in_hours(moment):
        return ()
    today = in_london(moment).date()
    ids = set(session.scalars(_OWED, {"opening": at(today, OPENING)}))
    if not ids or not coordinators(session):
        return ()
    told = select(Message.sheet_id).where(Message.kind == MessageKind.DRIFT, Message.subject_id == today.isoformat())
    return tuple(sorted(ids - set(session.scalars(told))))


def tell(session: Session, sheet_ids: Sequence[str]) -> None:
    """Put the day's digests into the ledger, with all that nobody has been told yet. Twice at once makes one.

    Where nobody coordinates any more it stays untold.
    """
    people = coordinators(session)
    if not people:
        return
    moment = now(session)
    day = in_london(moment).date().isoformat()
    for sheet in session.scalars(select(SheetState).where(SheetState.id.in_(sheet_ids)).order_by(SheetState.id)).all():
        for table in (SheetDrift, SheetAside):
            untold = [table.sheet_id == sheet.id, table.told_at.is_(None)]
            session.execute(update(table).where(*untold).values(told_at=moment))
        for person_id in people:
            key = f"{MessageKind.DRIFT}:{sheet.id}:{day}:{person_id}"
            ledger.insert(
                session, MessageKind.DRIFT, sheet.cycle_id, day, sheet_id=sheet.id, person_id=person_id, key=key
            )
        todays = [Message.kind == MessageKind.DRIFT, Message.sheet_id == sheet.id, Message.subject_id == day]
        session.execute(update(Message).where(*todays).values(wanted=Message.wanted + 1))


def digest(session: Session, sheet_id: str, day: date) -> EditsDigest:
    """What was told of a sheet on that day."""
    sheet, number, whose = _sheet(session, sheet_id)
    edits = session.scalars(
        select(SheetDrift).where(*_told(SheetDrift, sheet_id, day)).order_by(SheetDrift.found_at, SheetDrift.id)
    ).all()
    cells = [edit for edit in edits if edit.kind == DriftKind.CELL]
    columns: dict[tuple[str, str], dict[str, None]] = {}
    for edit in cells:
        columns.setdefault((edit.tab, edit.about), {})[edit.column] = None
    asides = session.execute(
        select(SheetAside.tab, SheetAside.why, func.sum(SheetAside.count))
        .where(*_told(SheetAside, sheet_id, day))
        .group_by(SheetAside.tab, SheetAside.why)
        .order_by(SheetAside.tab, SheetAside.why)
    )
    return EditsDigest(
        sheet_id=sheet_id,
        cycle_number=number,
        whose=whose,
        spreadsheet_id=sheet.spreadsheet_id,
        cells=len(cells),
        rows=tuple(EditedRow(tab, about, tuple(named)) for (tab, about), named in columns.items()),
        aside=tuple(AsideRows(tab, why, count) for tab, why, count in asides),
        deleted=_deleted(edits),
    )


def _deleted(edits: Sequence[SheetDrift]) -> tuple[Deleted, ...]:
    """The tabs that were deleted, and then those of which rows were."""
    tabs = dict.fromkeys(edit.tab for edit in edits if edit.kind == DriftKind.TAB)
    rows: dict[str, set[str]] = {}
    for edit in edits:
        if edit.kind == DriftKind.ROW:
            rows.setdefault(edit.tab, set()).add(edit.about)
    return (*(Deleted(tab, ()) for tab in tabs), *(Deleted(tab, tuple(sorted(about))) for tab, about in rows.items()))


def _told(table: type[SheetDrift] | type[SheetAside], sheet_id: str, day: date) -> list[ColumnElement[bool]]:
    begin, end = at(day, time()), at(day + timedelta(days=1), time())
    return [table.sheet_id == sheet_id, table.told_at >= begin, table.told_at < end]


def read_edits(session: Session, who: Actor, sheet_id: str) -> Edits:
    """What people had written into a sheet, for a coordinator; the reading is recorded."""
    require_coordinator(who, "drift.read", sheet_id)
    sheet, number, whose = _sheet(session, existing(session, SheetState, sheet_id).id)
    rows = session.scalars(
        select(SheetDrift)
        .where(SheetDrift.sheet_id == sheet_id)
        .order_by(SheetDrift.found_at.desc(), SheetDrift.id)
        .limit(MOST)
    )
    edits = tuple(
        Edit(row.tab, row.about, row.column, unseal(session, row, "found"), row.found_at, row.kind) for row in rows
    )
    trail.reading(
        session, who, "drift.read", subject_id=sheet_id, cycle_id=sheet.cycle_id, detail=f"{len(edits)} edits"
    )
    return Edits(sheet_id, number, whose, edits)


def _sheet(session: Session, sheet_id: str) -> tuple[SheetState, int, str]:
    """A sheet, its cycle's number, and the agency or area that it is for."""
    columns = select(SheetState, Cycle.number, WHOSE).join(Cycle, Cycle.id == SheetState.cycle_id)
    sheet, number, whose = session.execute(columns.where(SheetState.id == sheet_id)).one()
    return sheet, number, whose


def lately(session: Session, sheet_ids: Collection[str]) -> dict[str, Counts]:
    """Sheet's id -> what people did in it lately."""
    since = now(session) - _LATELY
    drift = select(SheetDrift.sheet_id, SheetDrift.kind, func.count()).group_by(SheetDrift.sheet_id, SheetDrift.kind)
    aside = select(SheetAside.sheet_id, func.sum(SheetAside.count)).group_by(SheetAside.sheet_id)
    edited = session.execute(drift.where(SheetDrift.sheet_id.in_(sheet_ids), SheetDrift.found_at >= since)).all()
    by_kind = {(sheet_id, kind): count for sheet_id, kind, count in edited}
    aside = aside.where(SheetAside.sheet_id.in_(sheet_ids), SheetAside.found_at >= since)
    set_aside = by_first(session.execute(aside))
    return {
        one: Counts(
            by_kind.get((one, DriftKind.CELL), 0),
            set_aside.get(one, 0),
            by_kind.get((one, DriftKind.ROW), 0) + by_kind.get((one, DriftKind.TAB), 0),
        )
        for one in sheet_ids
    }


def forget(session: Session, sheet_id: str) -> None:
    """The sheet isn't drawn in that spreadsheet any more: what people have there of their own isn't kept in mind."""
    session.execute(delete(SheetRemark).where(SheetRemark.sheet_id == sheet_id))
