"""What coordinators should know of the file that a sheet is drawn in: who can open it, and whether it is in the bin.

These are conditions, not events: each is told once while it lasts, and once that it is over. While anyone with the link
can open the sheet, no reflection is drawn in it, unless a coordinator decides otherwise.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, coordinators, require_coordinator
from audit.delivery import ledger
from audit.errors import Refused
from audit.row_by_id import existing
from audit.whose_sheet import REFLECTIONS, WHOSE
from storage.clock import now, wall
from storage.cycles import Cycle
from storage.messages import MessageKind
from storage.people import Person
from storage.sheet_state import ConditionKind, SheetCondition, SheetState
from storage.types import LOCK

ANYONE, DOMAIN = "anyone", "domain"
"""Kinds of readers: whoever has the link; everybody in an organisation. Others are accounts."""
DECIDE = "sheet.decide"
"""What the trail calls it."""


@dataclass(frozen=True)
class Reader:
    """Who can open a spreadsheet: an account, or whom `kind` says. `role`: "viewer", "editor", ..."""

    name: str
    role: str
    kind: str = ""

    def __str__(self) -> str:
        """As the Read me tab and `doctor` list it."""
        return f"{self.name} ({self.role})"


@dataclass(frozen=True)
class SpreadsheetFile:
    """A spreadsheet's file as Google has it. `readers`: None if it doesn't say. `version` rises with changes."""

    version: str
    in_bin: bool
    can_edit: bool
    readers: tuple[Reader, ...] | None

    @property
    def anyone(self) -> bool:
        """Whether anyone who has the link can open it."""
        return any(reader.kind == ANYONE for reader in self.readers or ())


@dataclass(frozen=True)
class Condition:
    """One condition. `reflections`: the sheet is to show any; `cleared`: all of it has been drawn since.

    `whose`: the agency or area whose sheet it is, "" for the whole audit's.

    `shown_by`, `shown_at`: who decided that they are drawn all the same, and when. `error`: why it can't be drawn.
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

    @property
    def decides(self) -> bool:
        """Whether it is for a coordinator to decide about reflections."""
        return self.kind == ConditionKind.LINK and self.reflections and not self.over

    @property
    def withheld(self) -> bool:
        """Whether reflections are kept out because of it."""
        return self.decides and self.shown_at is None


def withheld(session: Session, sheet_id: str) -> bool:
    """Whether reflections are kept out of the sheet, since anyone with the link can open it."""
    held = _standing(sheet_id, SheetCondition.kind == ConditionKind.LINK, SheetCondition.shown_at.is_(None))
    return bool(session.scalar(select(exists().where(*held))))


def differs(session: Session, sheet_id: str, file: SpreadsheetFile) -> bool:
    """Whether `note` has anything to record but that it was asked."""
    state = session.get_one(SheetState, sheet_id)
    listed = None if file.readers is None else [str(reader) for reader in file.readers]
    there = {row.kind: row for row in _rows(session, sheet_id)}
    return (
        state.readers_at is None
        or (listed is not None and listed != state.readers)
        or any(kind not in there for kind in _found(file, state.readers))
        or any(_is_over(row, file) for row in there.values())
    )


def note(session: Session, sheet_id: str, spreadsheet_id: str, file: SpreadsheetFile) -> None:
    """Record how the file is: coordinators are told what is new, and what is over.

    Nothing happens if another spreadsheet has been bound meanwhile.
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
    """What is the matter with a file, and about whom. `known`: the readers whom coordinators know of, None: of none."""
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
    """Whether a condition doesn't stand any more; one of which Google doesn't say so stands."""
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
    """The sheet was drawn, or can't be: whether reflections have been taken out of it is told as it is now."""
    linked = _standing(sheet_id, SheetCondition.kind == ConditionKind.LINK)
    ledger.again(session, MessageKind.SHEET_CONDITION, session.scalars(select(SheetCondition.id).where(*linked)))


def forget(session: Session, sheet_id: str) -> None:
    """The sheet isn't drawn in that spreadsheet any more: whatever was the matter with it is over."""
    for row in _rows(session, sheet_id):
        _end(session, row)


def decide(session: Session, who: Actor, condition_id: str, *, show: bool) -> Condition:
    """Whether reflections are drawn though anyone with the link can read them, for a coordinator; it is recorded.

    Refused once that isn't so any more.
    """
    require_coordinator(who, DECIDE, condition_id)
    row = existing(session, SheetCondition, condition_id)
    if not condition(session, row.id).decides:
        raise Refused("There is nothing left to decide: the sheet is now shared only with people by name.")
    if show != (row.shown_at is not None):
        row.shown_at, row.shown_by_id = (now(session), who.person_id) if show else (None, None)
        detail = "reflections shown, though anyone with the link can open it" if show else "reflections kept out"
        sheet = session.get_one(SheetState, row.sheet_id)
        trail.record(session, who, DECIDE, subject_id=row.id, cycle_id=sheet.cycle_id, detail=detail)
        _draw(session, sheet.id)
        ledger.again(session, MessageKind.SHEET_CONDITION, [row.id])
    session.flush()
    return condition(session, row.id)


def choose(session: Session, who: Actor, condition_id: str) -> Condition:
    """What is to be decided, for a coordinator; Refused once there is nothing."""
    require_coordinator(who, DECIDE, condition_id)
    found = condition(session, existing(session, SheetCondition, condition_id).id)
    if not found.decides:
        raise Refused("There is nothing left to decide: the sheet is now shared only with people by name.")
    return found


def condition(session: Session, condition_id: str) -> Condition:
    """How a condition stands."""
    return _conditions(session, SheetCondition.id == condition_id)[0]


def current(session: Session, sheet_ids: Collection[str]) -> dict[str, tuple[Condition, ...]]:
    """Sheet's id -> the conditions of it that stand, the oldest first; without new readers, who are listed."""
    which = [SheetCondition.sheet_id.in_(sheet_ids), SheetCondition.over_at.is_(None)]
    found = _conditions(session, *which, SheetCondition.kind != ConditionKind.READERS)
    return {sheet_id: tuple(each for each in found if each.sheet_id == sheet_id) for sheet_id in sheet_ids}


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
    ledger.again(session, MessageKind.SHEET_CONDITION, [row.id])


def _draw(session: Session, sheet_id: str) -> None:
    session.execute(update(SheetState).where(SheetState.id == sheet_id).values(wanted=SheetState.wanted + 1))
