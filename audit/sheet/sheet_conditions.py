"""Conditions of a sheet's file that coordinators should know: who can open it, and whether it is in the bin.

A condition lasts: coordinators are told once that it began, and once that it is over. While anyone with the link can
open a sheet, no reflections are drawn in it, unless a coordinator decides otherwise.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, coordinators, require_coordinator
from audit.delivery import ledger
from audit.errors import Refused
from audit.filled_form import newest_act, require_as_filled
from audit.pasted import fingerprint
from audit.row_by_id import existing
from audit.whose_sheet import REFLECTIONS, WHOSE
from storage.clock import now, wall
from storage.cycles import Cycle
from storage.messages import MessageKind
from storage.people import Person
from storage.sheet_state import ConditionKind, SheetCondition, SheetState
from storage.types import LOCK

ANYONE, DOMAIN = "anyone", "domain"
"""Kinds of readers that aren't accounts: anyone with the link; everybody in an organisation."""
DECIDE = "sheet.decide"
"""The trail's name for a coordinator's decision about reflections."""
FIELD = "reflections"
"""The form's field."""


@dataclass(frozen=True)
class Reader:
    """An account that can open a spreadsheet, or a `kind` of readers. `role`: "viewer", "editor", ..."""

    name: str
    role: str
    kind: str = ""

    def __str__(self) -> str:
        """The reader as listed in the Read me tab and by `doctor`."""
        return f"{self.name} ({self.role})"


@dataclass(frozen=True)
class SpreadsheetFile:
    """A spreadsheet's file in Google Drive. `readers`: None if Google doesn't list them.

    `version` rises with every change.
    """

    version: str
    in_bin: bool
    can_edit: bool
    readers: tuple[Reader, ...] | None

    @property
    def anyone(self) -> bool:
        """Whether anyone with the link can open it."""
        return any(reader.kind == ANYONE for reader in self.readers or ())


@dataclass(frozen=True)
class Condition:
    """A condition of a sheet's file. `about`: the readers or domains concerned.

    `reflections`: whether the sheet is set to show reflections; `cleared`: whether it was drawn completely since the
    condition began. `whose`: the agency or area that the sheet is for, or "" for the whole audit's. `shown_by`,
    `shown_at`: who decided that reflections are drawn nevertheless, and when. `error`: why the sheet can't be drawn, or
    None. `mark`: of the newest decision, if `choose` made it.
    """

    id: str
    sheet_id: str
    cycle_number: int
    whose: str
    spreadsheet_id: str | None
    kind: ConditionKind
    about: tuple[str, ...]
    found_at: datetime
    over: bool
    reflections: bool
    cleared: bool = False
    error: str | None = None
    shown_by: str | None = None
    shown_at: datetime | None = None
    mark: str = ""

    @property
    def decides(self) -> bool:
        """Whether a coordinator has to decide about reflections."""
        return self.kind == ConditionKind.LINK and self.reflections and not self.over

    @property
    def withheld(self) -> bool:
        """Whether reflections are withheld because of this condition."""
        return self.decides and self.shown_at is None


def withheld(session: Session, sheet_id: str) -> bool:
    """Whether reflections are withheld from the sheet because anyone with the link can open it."""
    held = _standing(sheet_id, SheetCondition.kind == ConditionKind.LINK, SheetCondition.shown_at.is_(None))
    return bool(session.scalar(select(exists().where(*held))))


def differs(session: Session, sheet_id: str, file: SpreadsheetFile) -> bool:
    """Whether `note` would record anything except the time of the check."""
    state = session.get_one(SheetState, sheet_id)
    listed = None if file.readers is None else [str(reader) for reader in file.readers]
    standing = {row.kind: row for row in _rows(session, sheet_id)}
    return (
        state.readers_at is None
        or (listed is not None and listed != state.readers)
        or any(kind not in standing for kind in _found(file, state.readers))
        or any(_is_over(row, file) for row in standing.values())
    )


def note(session: Session, sheet_id: str, spreadsheet_id: str, file: SpreadsheetFile) -> None:
    """Record the state of the file, and tell coordinators which conditions are new and which are over.

    Nothing happens if the sheet has been bound to another spreadsheet meanwhile.
    """
    state = session.get_one(SheetState, sheet_id, with_for_update=LOCK)
    if state.spreadsheet_id != spreadsheet_id:
        return
    rows = _rows(session, sheet_id)
    for row in rows:
        if _is_over(row, file):
            _end(session, row)
    standing = {(row.kind, *(row.about or ())) for row in rows if row.over_at is None}
    for kind, about in _found(file, state.readers).items():
        if (kind, *about) not in standing:
            _begin(session, state, kind, about)
    if file.readers is not None:
        state.readers = [str(reader) for reader in file.readers]
    state.readers_at = wall()


def _found(file: SpreadsheetFile, known: Collection[str] | None) -> dict[ConditionKind, tuple[str, ...]]:
    """Kind of condition that the file is in -> the readers or domains concerned.

    `known`: the readers recorded before, or None if none were: then no reader counts as new.
    """
    readers = file.readers or ()
    domains = tuple(reader.name for reader in readers if reader.kind == DOMAIN)
    before = {reader.rpartition(" (")[0] for reader in known or ()}
    new_readers = tuple(reader.name for reader in readers if reader.kind not in (ANYONE, DOMAIN))
    new_readers = tuple(name for name in new_readers if name not in before) if known is not None else ()
    return {
        **({ConditionKind.LINK: ()} if file.anyone else {}),
        **({ConditionKind.DOMAIN: domains} if domains else {}),
        **({ConditionKind.READERS: new_readers} if new_readers else {}),
        **({ConditionKind.UNSEEN: ()} if file.readers is None else {}),
        **({ConditionKind.BIN: ()} if file.in_bin else {}),
    }


def _is_over(row: SheetCondition, file: SpreadsheetFile) -> bool:
    """Whether a condition is over. If Google doesn't list readers, conditions about readers continue."""
    if row.kind == ConditionKind.BIN:
        return not file.in_bin
    if row.kind == ConditionKind.UNSEEN:
        return file.readers is not None
    if file.readers is None:
        return False
    if row.kind == ConditionKind.READERS:
        return not {reader.name for reader in file.readers} & set(row.about or ())
    return _found(file, None).get(ConditionKind(row.kind)) != tuple(row.about or ())


def tell_again(session: Session, sheet_id: str) -> None:
    """Update the messages about the link condition, after the sheet was drawn or failed to be.

    They say whether reflections have been removed from it.
    """
    linked = _standing(sheet_id, SheetCondition.kind == ConditionKind.LINK)
    ledger.redraw(session, MessageKind.SHEET_CONDITION, session.scalars(select(SheetCondition.id).where(*linked)))


def forget(session: Session, sheet_id: str) -> None:
    """End all conditions of a sheet, because its spreadsheet has changed."""
    for row in _rows(session, sheet_id):
        _end(session, row)


def decide(session: Session, who: Actor, condition_id: str, *, show: bool, seen: str = "") -> Condition:
    """Decide, as a coordinator, whether reflections are drawn although anyone with the link can read them.

    Refused once that isn't so any more, and if it was decided otherwise since the form showed it with the mark `seen`.
    """
    require_coordinator(who, DECIDE, condition_id)
    row = existing(session, SheetCondition, condition_id, locked=True)
    if not condition(session, row.id).decides:
        raise Refused("There is nothing left to decide: the sheet is now shared only with people by name.")
    if show != (row.shown_at is not None):
        stands = "they are kept out" if show else "they are shown"
        require_as_filled(seen, _mark(session, row.id), stands, FIELD)
        row.shown_at, row.shown_by_id = (now(session), who.person_id) if show else (None, None)
        detail = "reflections shown, though anyone with the link can open it" if show else "reflections kept out"
        sheet = session.get_one(SheetState, row.sheet_id)
        trail.record(session, who, DECIDE, subject_id=row.id, cycle_id=sheet.cycle_id, detail=detail)
        _draw(session, sheet.id)
        ledger.redraw(session, MessageKind.SHEET_CONDITION, [row.id])
    session.flush()
    return condition(session, row.id)


def choose(session: Session, who: Actor, condition_id: str) -> Condition:
    """The condition about which to decide, for a coordinator; Refused if there is nothing to decide any more."""
    require_coordinator(who, DECIDE, condition_id)
    decision = condition(session, existing(session, SheetCondition, condition_id).id)
    if not decision.decides:
        raise Refused("There is nothing left to decide: the sheet is now shared only with people by name.")
    return replace(decision, mark=_mark(session, condition_id))


def _mark(session: Session, condition_id: str) -> str:
    return fingerprint(newest_act(session, [condition_id], DECIDE))


def condition(session: Session, condition_id: str) -> Condition:
    """A condition as it is now."""
    return _conditions(session, SheetCondition.id == condition_id)[0]


def current(session: Session, sheet_ids: Collection[str]) -> dict[str, tuple[Condition, ...]]:
    """Sheet id -> its current conditions, oldest first, without those about new readers (who are listed anyway)."""
    which = [SheetCondition.sheet_id.in_(sheet_ids), SheetCondition.over_at.is_(None)]
    conditions = _conditions(session, *which, SheetCondition.kind != ConditionKind.READERS)
    return {sheet_id: tuple(each for each in conditions if each.sheet_id == sheet_id) for sheet_id in sheet_ids}


def _conditions(session: Session, *which: ColumnElement[bool]) -> tuple[Condition, ...]:
    rows = session.execute(
        select(SheetCondition, SheetState, Cycle.number, WHOSE, REFLECTIONS, Person.label)
        .join(SheetState, SheetState.id == SheetCondition.sheet_id)
        .join(Cycle, Cycle.id == SheetState.cycle_id)
        .outerjoin(Person, Person.id == SheetCondition.shown_by_id)
        .where(*which)
        .order_by(SheetCondition.found_at, SheetCondition.id)
    )
    return tuple(
        Condition(
            row.id, sheet.id, number, whose, sheet.spreadsheet_id, ConditionKind(row.kind), tuple(row.about or ()),
            row.found_at, row.over_at is not None, reflections,
            sheet.drawn_at is not None and sheet.drawn_at >= row.found_at and sheet.stopped_at is None, sheet.error,
            label, row.shown_at,
        )
        for row, sheet, number, whose, reflections, label in rows
    )  # fmt: skip


def _standing(sheet_id: str, *which: ColumnElement[bool]) -> tuple[ColumnElement[bool], ...]:
    return (SheetCondition.sheet_id == sheet_id, SheetCondition.over_at.is_(None), *which)


def _rows(session: Session, sheet_id: str) -> list[SheetCondition]:
    return list(session.scalars(select(SheetCondition).where(*_standing(sheet_id)).order_by(SheetCondition.id)))


def _begin(session: Session, sheet: SheetState, kind: ConditionKind, about: tuple[str, ...]) -> None:
    row = SheetCondition(sheet_id=sheet.id, kind=kind, about=list(about) or None, found_at=now(session))
    session.add(row)
    session.flush()
    trail.record(session, None, "sheet.condition", subject_id=row.id, cycle_id=sheet.cycle_id, detail=kind)
    ledger.tell(session, MessageKind.SHEET_CONDITION, sheet.cycle_id, row.id, coordinators(session))


def _end(session: Session, row: SheetCondition) -> None:
    row.over_at = now(session)
    cycle_id = session.get_one(SheetState, row.sheet_id).cycle_id
    trail.record(session, None, "sheet.condition_over", subject_id=row.id, cycle_id=cycle_id, detail=row.kind)
    ledger.redraw(session, MessageKind.SHEET_CONDITION, [row.id])


def _draw(session: Session, sheet_id: str) -> None:
    session.execute(update(SheetState).where(SheetState.id == sheet_id).values(wanted=SheetState.wanted + 1))
