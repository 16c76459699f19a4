"""People's changes to a sheet: reported to coordinators in a daily digest, and shown to them in full on demand."""

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
"""The most edits shown to a reader, newest first."""
_LATELY = timedelta(days=7)
"""The period in which edits are counted."""


@dataclass(frozen=True)
class Counts:
    """Recent edits: cells whose content was put back, rows set aside, rows and tabs deleted."""

    put_back: int = 0
    set_aside: int = 0
    deleted: int = 0


@dataclass(frozen=True)
class EditedRow:
    """A row that somebody edited (`about`: what it is about, in words), and the edited columns."""

    tab: str
    about: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class AsideRows:
    """The number of a tab's rows that were set aside, and the reason."""

    tab: str
    why: str
    count: int


@dataclass(frozen=True)
class Deleted:
    """A tab with deleted rows (what these were about, in words); without `rows`, the tab itself was deleted."""

    tab: str
    rows: tuple[str, ...]


@dataclass(frozen=True)
class EditsDigest:
    """The digest of people's changes: where and how many, but not what they wrote."""

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
    """An edited cell with the content that was `found`; or a deleted row or tab.

    For a deletion, `found` is the content that people had added there, as it was last read.
    """

    tab: str
    about: str
    column: str
    found: str
    found_at: datetime
    kind: str = DriftKind.CELL


@dataclass(frozen=True)
class Edits:
    """A sheet's newest edits. `whose`: the agency or area that it is for, or "" for the whole audit's sheet."""

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
    """The ids of the sheets for which a digest is due: from 09:00 on a working day, if edits were found before that.

    Each sheet has at most one digest a day.
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
    """Add the day's digests to the ledger, with all edits not reported yet. Doing this twice at once adds one digest.

    Without a coordinator, edits stay unreported.
    """
    people = coordinators(session)
    if not people:
        return
    moment = now(session)
    day = in_london(moment).date().isoformat()
    for sheet in session.scalars(select(SheetState).where(SheetState.id.in_(sheet_ids)).order_by(SheetState.id)).all():
        for table in (SheetDrift, SheetAside):
            unreported = [table.sheet_id == sheet.id, table.told_at.is_(None)]
            session.execute(update(table).where(*unreported).values(told_at=moment))
        for person_id in people:
            key = f"{MessageKind.DRIFT}:{sheet.id}:{day}:{person_id}"
            ledger.insert(
                session, MessageKind.DRIFT, sheet.cycle_id, day, sheet_id=sheet.id, person_id=person_id, key=key
            )
        todays = [Message.kind == MessageKind.DRIFT, Message.sheet_id == sheet.id, Message.subject_id == day]
        session.execute(update(Message).where(*todays).values(wanted=Message.wanted + 1))


def digest(session: Session, sheet_id: str, day: date) -> EditsDigest:
    """The digest of a sheet for that day."""
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
    """The deleted tabs, then the tabs with deleted rows."""
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
    """A sheet's newest edits with their content, for a coordinator; the reading is recorded."""
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
    """A sheet, its cycle's number, and the label of the agency or area that it is for, or ""."""
    columns = select(SheetState, Cycle.number, WHOSE).join(Cycle, Cycle.id == SheetState.cycle_id)
    sheet, number, whose = session.execute(columns.where(SheetState.id == sheet_id)).one()
    return sheet, number, whose


def recent_counts(session: Session, sheet_ids: Collection[str]) -> dict[str, Counts]:
    """Sheet id -> the numbers of recent edits."""
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
    """Delete what is stored of people's own cells in a sheet, because its spreadsheet has changed."""
    session.execute(delete(SheetRemark).where(SheetRemark.sheet_id == sheet_id))
