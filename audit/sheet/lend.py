"""Lending a sheet to one agency or for one area, besides the whole audit's own; and taking any of these back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import newest_act, require_as_filled, require_no_other
from audit.row_by_id import existing
from audit.sheet import edits_for_coordinators, sheet_conditions, state, stops
from audit.sheet.spreadsheet_address import require_id
from audit.sheet.state import TAKE_BACK, SheetView
from audit.whose_sheet import WHOSE
from storage.cases import ASKED, Case, Involvement
from storage.clock import now, wall
from storage.cycles import Cycle, CycleArea
from storage.people import WHOLE, Agency, Area
from storage.sheet_state import SheetState
from storage.types import LOCK

LEND = "sheet.lend"
AGENCY, AREA = "agency", "area"
"""What a lent sheet can be for."""
Named = TypeVar("Named")


@dataclass(frozen=True)
class Borrower:
    """An agency or area to which a sheet can be lent. `kind`: AGENCY or AREA."""

    kind: str
    id: str
    label: str


@dataclass(frozen=True)
class Others:
    """The sheets lent besides the audit's own. `areas`: whether one can be lent for an area, as there are several."""

    cycle_id: str
    cycle_number: int
    sheets: tuple[SheetView, ...]
    areas: bool = False


@dataclass(frozen=True)
class Lending:
    """The agencies and areas that have no sheet yet. `areas`: see Others.

    `reflections`: whether the whole audit's sheet shows reflections. `mark`: of the sheets that were taken back.
    """

    cycle_id: str
    cycle_number: int
    borrowers: tuple[Borrower, ...]
    reflections: bool
    areas: bool = False
    mark: str = ""


def others(session: Session, who: Actor, cycle_id: str) -> Others:
    """The sheets lent besides the whole audit's own, for a coordinator."""
    require_coordinator(who, "sheet.read", cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    lent = [SheetState.cycle_id == cycle_id, SheetState.id != cycle_id, SheetState.spreadsheet_id.is_not(None)]
    return Others(cycle_id, cycle.number, state.views(session, *lent), bool(_areas(session, cycle_id)))


def lending(session: Session, who: Actor, cycle_id: str) -> Lending:
    """The agencies and areas to which a sheet can be lent, for a coordinator."""
    require_coordinator(who, LEND, cycle_id)
    cycle = existing(session, Cycle, cycle_id)
    lent = [SheetState.cycle_id == cycle_id, SheetState.spreadsheet_id.is_not(None)]
    known = session.execute(select(SheetState.agency_id, SheetState.area_id).where(*lent)).all()
    taken = {each for pair in known for each in pair}
    free = tuple(each for each in _borrowers(session, cycle_id) if each.id not in taken)
    divided, mark = bool(_areas(session, cycle_id)), _mark(session, cycle_id)
    return Lending(cycle_id, cycle.number, free, cycle.reflections_in_sheet, divided, mark)


def _mark(session: Session, cycle_id: str) -> str:
    others = select(SheetState.id).where(SheetState.cycle_id == cycle_id, SheetState.id != cycle_id)
    return str(newest_act(session, others, TAKE_BACK))


def _borrowers(session: Session, cycle_id: str) -> tuple[Borrower, ...]:
    """The agencies that are asked for returns in a cycle, and its areas if it has more than one."""
    asked = (Case.cycle_id == cycle_id, *ASKED)
    agencies = session.execute(
        select(Agency.id, Agency.label)
        .distinct()
        .join(Involvement, Involvement.agency_id == Agency.id)
        .join(Case, Case.id == Involvement.case_id)
        .where(*asked)
        .order_by(Agency.label)
    ).all()
    return (*(Borrower(AGENCY, each_id, label) for each_id, label in agencies), *_areas(session, cycle_id))


def _areas(session: Session, cycle_id: str) -> tuple[Borrower, ...]:
    """The areas of a cycle, if it has more than one."""
    areas = session.execute(
        select(Area.id, Area.label)
        .distinct()
        .join(CycleArea, CycleArea.area_id == Area.id)
        .where(CycleArea.cycle_id == cycle_id, Area.label != WHOLE)
        .order_by(Area.label)
    ).all()
    return tuple(Borrower(AREA, each_id, label) for each_id, label in areas) if len(areas) > 1 else ()


def lend(
    session: Session, who: Actor, cycle_id: str, to: str, address: str, *, reflections: bool, seen: str = ""
) -> SheetView:
    """Draw an agency's or area's part of a cycle in the spreadsheet at this address, for a coordinator.

    `to`: the agency's or area's id. Refused at `to` or `address`; at `to`, too, if its sheet was taken back since the
    form was opened with the mark `seen`: it may be the one that the same form lent.
    """
    require_coordinator(who, LEND, cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=True)
    borrower = next((each for each in _borrowers(session, cycle.id) if each.id == to), None)
    if borrower is None:
        raise Refused(
            "The agency or area that this is for isn't in the audit any more. Please open the form again.", field="to"
        )
    spreadsheet_id = require_id(address)
    sheet = _of(session, cycle.id, borrower) or _made(session, cycle.id, borrower)
    if sheet.spreadsheet_id and (sheet.spreadsheet_id, sheet.reflections) != (spreadsheet_id, reflections):
        shown = "what was written" if sheet.reflections else "grades only"
        raise Refused(
            f"{borrower.label} has a sheet already, with {shown}: take that back first, or change it there.", field="to"
        )
    if sheet.spreadsheet_id is None or sheet.left_at is not None:
        if seen:
            stands = f"{borrower.label}'s sheet was taken back"
            require_no_other(session, None, sheet.id, [TAKE_BACK], seen, stands, "to")
        sheet.reflections = reflections
        state.bind(session, sheet.id, spreadsheet_id, who=who, detail=borrower.label)
        session.flush()
    return state.view(session, sheet.id)


def _of(session: Session, cycle_id: str, borrower: Borrower) -> SheetState | None:
    which = SheetState.agency_id == borrower.id if borrower.kind == AGENCY else SheetState.area_id == borrower.id
    return session.scalar(select(SheetState).where(SheetState.cycle_id == cycle_id, which).with_for_update(**LOCK))


def _made(session: Session, cycle_id: str, borrower: Borrower) -> SheetState:
    """Add a sheet that isn't bound to a spreadsheet yet."""
    sheet = SheetState(cycle_id=cycle_id, wanted=0, next_try_at=wall(), **{f"{borrower.kind}_id": borrower.id})
    session.add(sheet)
    session.flush()
    return sheet


def called(session: Session, cycle_id: str, label: str) -> str:
    """The id of the sheet lent to the agency, or for the area, with this label; Refused if there is none.

    Also found if the agency or area is no longer in the audit.
    """
    cycle = session.get_one(Cycle, cycle_id)
    lent = [SheetState.cycle_id == cycle_id, SheetState.id != cycle_id, SheetState.spreadsheet_id.is_not(None)]
    sheets = session.execute(select(SheetState.id, WHOSE).where(*lent))
    sheet_ids: list[str] = [sheet_id for sheet_id, whose in sheets if whose.casefold() == label.casefold()]
    if not sheet_ids:
        raise Refused(f"No sheet of audit {cycle.number} is lent to anybody called {label}.")
    return _only(sheet_ids, label)


def lendable(session: Session, cycle_id: str, label: str) -> str:
    """The id of the sheet to lend to the agency, or for the area, with this label; Refused if none can be lent.

    A row without a spreadsheet is added if there is none yet.
    """
    cycle = session.get_one(Cycle, cycle_id, with_for_update=LOCK)
    borrowers = [each for each in _borrowers(session, cycle_id) if each.label.casefold() == label.casefold()]
    if not borrowers:
        raise Refused(f"Nobody to whom a sheet of audit {cycle.number} can be lent is called {label}.")
    borrower = _only(borrowers, label)
    return (_of(session, cycle_id, borrower) or _made(session, cycle_id, borrower)).id


def _only(found: Sequence[Named], label: str) -> Named:
    """The only match; Refused if there are two."""
    if len(found) > 1:
        raise Refused(f"An agency and an area are both called {label}: a coordinator does this in Slack.")
    return found[0]


def leaving(session: Session, who: Actor, sheet_id: str) -> SheetView:
    """A sheet to be taken back, for a coordinator; Refused if it isn't bound to a spreadsheet."""
    require_coordinator(who, TAKE_BACK, sheet_id)
    return _lent(session, existing(session, SheetState, sheet_id))


def take_back(session: Session, who: Actor, sheet_id: str, seen: str = "") -> SheetView:
    """Have what was drawn in a sheet removed, and stop drawing it, for a coordinator; Refused without a spreadsheet.

    `seen`: the form's mark. If the sheet was changed since, it is Refused, or done if it is being taken back already.
    """
    require_coordinator(who, TAKE_BACK, sheet_id)
    sheet = existing(session, SheetState, sheet_id, locked=True)
    before = _lent(session, sheet)
    if before.leaving and seen not in {"", before.mark}:
        return before
    require_as_filled(seen, before.mark, state.standing(before))
    sheet.left_at = sheet.left_at or now(session)
    trail.record(session, who, TAKE_BACK, subject_id=sheet.id, cycle_id=sheet.cycle_id, detail=before.whose)
    state.draw_now(session, sheet.id)
    session.flush()
    return state.view(session, sheet.id)


def leave_as_it_is(session: Session, who: Actor, sheet_id: str, seen: str = "") -> SheetView:
    """Stop using a spreadsheet and leave what was drawn in it, for a coordinator; Refused unless removing failed.

    `seen`: the form's mark. Refused, too, if the sheet was changed since.
    """
    require_coordinator(who, TAKE_BACK, sheet_id)
    sheet = existing(session, SheetState, sheet_id, locked=True)
    before = _lent(session, sheet)
    if not (before.leaving and before.error):
        raise Refused("What Roundtable wrote there is being removed again: see in a minute whether that failed, too.")
    require_as_filled(seen, before.mark, state.standing(before))
    release_spreadsheet(session, sheet)
    trail.record(session, who, TAKE_BACK, subject_id=sheet.id, cycle_id=sheet.cycle_id, detail="as it is")
    session.flush()
    return state.view(session, sheet.id)


def _lent(session: Session, sheet: SheetState) -> SheetView:
    if sheet.spreadsheet_id is None:
        raise Refused("There is nothing to take back: no spreadsheet is set here.")
    return state.filled(session, sheet.id)


def release_spreadsheet(session: Session, sheet: SheetState) -> None:
    """Release a sheet from its spreadsheet, and delete everything stored about it."""
    sheet.spreadsheet_id = sheet.left_at = sheet.error = sheet.claim = None
    stops.end_stop(session, sheet)
    sheet_conditions.forget(session, sheet.id)
    edits_for_coordinators.forget(session, sheet.id)
    sheet.readers = sheet.readers_at = sheet.memory = sheet.version = sheet.drawers = None
    sheet.drawn_at = sheet.behind_since = sheet.looked_at = None
    sheet.delivered, sheet.attempt = sheet.wanted, 0
