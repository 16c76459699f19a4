"""Audits' sheets as coordinators see them: their state and readers, binding them to spreadsheets, and redrawing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, require_coordinator
from audit.errors import Refused
from audit.filled_form import newest_act, require_as_filled
from audit.pasted import fingerprint
from audit.row_by_id import existing
from audit.sheet import cleared, edits_for_coordinators, sheet_conditions
from audit.sheet.edits_for_coordinators import Counts
from audit.sheet.sheet_conditions import Condition
from audit.sheet.spreadsheet_address import link, require_id
from audit.whose_sheet import OF_ALL, WHOSE
from storage.clock import now, wall
from storage.cycles import Cycle
from storage.sheet_state import SheetState
from storage.types import plain_rows

BIND, READERS, TAKE_BACK, DRAW = "sheet.bind", "sheet.readers", "sheet.take_back", "sheet.draw"
"""The trail's names for what is done to a sheet: choosing a spreadsheet, and what it shows; drawing it now."""
LOOK_EVERY = timedelta(minutes=10)
"""How often an open audit's sheet is compared with the database, so that people's edits are noticed."""
_LOOK_AFTER = timedelta(days=1)
"""How often any other audit's sheet is compared, for its readers and its content."""


@dataclass(frozen=True)
class SheetView:
    """A sheet of an audit. `whose`: the agency or area that it is for, or "" for the whole audit's own.

    `behind`: changes aren't drawn in it yet; `error`: a sentence, or None. `next_try_at`: when drawing is tried again
    after an error. `stopped`: only a person can remedy the error. `put_back` (cells), `set_aside` (rows) and `deleted`
    (rows and tabs) count the last seven days. `unreleased`: it shows grades of cases that aren't released. `leaving`:
    it is being taken back. `reflections`: a lent sheet shows reflections. `conditions`: the current conditions of its
    file. `cleared`: its content was removed because the audit's retention period ended. `mark`: see `filled`.
    """

    id: str
    cycle_id: str
    cycle_number: int
    whose: str
    spreadsheet_id: str | None
    drawn_at: datetime | None
    behind: bool
    error: str | None
    next_try_at: datetime | None
    stopped: bool
    readers: tuple[str, ...]
    put_back: int
    set_aside: int
    unreleased: bool = True
    conditions: tuple[Condition, ...] = ()
    deleted: int = 0
    leaving: bool = False
    reflections: bool = True
    cleared: bool = False
    mark: str = ""

    @property
    def link(self) -> str | None:
        """The address of the sheet in a browser, or None."""
        return link(self.spreadsheet_id)


def view(session: Session, sheet_id: str) -> SheetView:
    """A sheet as it is now; NotFound."""
    return views(session, SheetState.id == existing(session, SheetState, sheet_id).id)[0]


def filled(session: Session, sheet_id: str) -> SheetView:
    """A sheet as a form about it shows it, with its `mark`; NotFound."""
    sheet = view(session, sheet_id)
    shown = (sheet.spreadsheet_id, sheet.leaving, sheet.unreleased, sheet.reflections)
    return replace(sheet, mark=fingerprint(shown, newest_act(session, [sheet_id], BIND, READERS, TAKE_BACK)))


def of_cycle(session: Session, cycle_id: str) -> tuple[SheetView, ...]:
    """A cycle's sheets: the whole audit's own, then the lent ones."""
    return views(session, SheetState.cycle_id == cycle_id, or_(OF_ALL, SheetState.spreadsheet_id.is_not(None)))


def views(session: Session, *which: ColumnElement[bool]) -> tuple[SheetView, ...]:
    """These sheets, newest cycle first, and within a cycle the whole audit's own before the others."""
    rows = session.execute(
        select(SheetState, Cycle, WHOSE, cleared.CLEARED)
        .join(Cycle, Cycle.id == SheetState.cycle_id)
        .where(*which)
        .order_by(Cycle.number.desc())
    ).all()
    rows = sorted(rows, key=lambda each: (-each[1].number, each[0].area_id is not None, each[2]))
    ids = [state.id for state, *_ in rows]
    known, counts = sheet_conditions.current(session, ids), edits_for_coordinators.recent_counts(session, ids)
    moved = now(session) - wall()
    return tuple(
        replace(_view(cycle, state, whose, counts[state.id], known[state.id], moved), cleared=is_cleared)
        for state, cycle, whose, is_cleared in rows
    )


def _view(  # noqa: PLR0917  # the parts of one sheet
    cycle: Cycle, state: SheetState, whose: str, counts: Counts, known: tuple[Condition, ...], moved: timedelta
) -> SheetView:
    """`moved`: the difference between the product's clock, which people see, and wall time, which schedules retries."""
    return SheetView(
        id=state.id,
        cycle_id=cycle.id,
        cycle_number=cycle.number,
        whose=whose,
        spreadsheet_id=state.spreadsheet_id,
        drawn_at=state.drawn_at,
        behind=state.delivered < state.wanted,
        error=state.error,
        next_try_at=state.next_try_at + moved if state.error and state.delivered < state.wanted else None,
        stopped=state.stopped_at is not None,
        readers=tuple(state.readers or ()),
        put_back=counts.put_back,
        set_aside=counts.set_aside,
        deleted=counts.deleted,
        unreleased=cycle.unreleased_in_sheet,
        reflections=state.reflections,
        leaving=state.left_at is not None,
        conditions=known,
    )


def _found(session: Session, sheet_id: str, *, locked: bool = False) -> tuple[Cycle, SheetState]:
    state = existing(session, SheetState, sheet_id, locked=locked)
    return session.get_one(Cycle, state.cycle_id), state


def open_sheet(session: Session, who: Actor, sheet_id: str) -> SheetView:
    """A sheet as it is now, for a coordinator; NotFound."""
    require_coordinator(who, "sheet.read", sheet_id)
    return filled(session, sheet_id)


def overview(session: Session, who: Actor) -> tuple[SheetView, ...]:
    """All audits' own sheets, newest cycle first, for a coordinator."""
    require_coordinator(who, "sheet.read")
    return views(session, OF_ALL)


def set_address(
    session: Session, who: Actor, sheet_id: str, address: str, *, unreleased: bool = True, reflections: bool = True,
    seen: str = "",
) -> SheetView:  # fmt: skip
    """Draw the sheet in the spreadsheet at this address from now on, for a coordinator; Refused at `address`.

    `unreleased`: the whole audit's own is drawn with the grades of cases that aren't released; without them where
    others than coordinators read it. `reflections`: another sheet shows what agencies wrote. `seen`: the mark with
    which the form showed what is set; Refused if that was changed since, unless it is set so already.

    Google isn't asked here. The worker checks that it may draw in the spreadsheet before it writes, and tells
    coordinators if it may not.
    """
    require_coordinator(who, BIND, sheet_id)
    spreadsheet_id = require_id(address)
    cycle, sheet = _found(session, sheet_id, locked=True)
    before, whole = filled(session, sheet_id), sheet.id == cycle.id
    chosen, stands = (unreleased, before.unreleased) if whole else (reflections, before.reflections)
    if (spreadsheet_id, chosen, False) != (before.spreadsheet_id, stands, before.leaving):
        require_as_filled(seen, before.mark, standing(before), "address")
    if sheet.left_at is not None and sheet.spreadsheet_id != spreadsheet_id:
        raise Refused(
            "What was written to the spreadsheet before is still being removed. Wait until that is done, or take it"
            " back once more, which leaves it as it is.",
            field="address",
        )
    if whole:
        cycle.unreleased_in_sheet = unreleased
    else:
        sheet.reflections = reflections
    if chosen != stands:
        detail = f"{'unreleased grades' if whole else 'reflections'} {'shown' if chosen else 'left out'}"
        trail.record(session, who, READERS, subject_id=sheet.id, cycle_id=cycle.id, detail=detail)
    if sheet.spreadsheet_id == spreadsheet_id and sheet.left_at is None:
        draw_now(session, sheet_id)
    else:
        bind(session, sheet_id, spreadsheet_id, who=who)
    session.flush()
    return view(session, sheet_id)


def standing(sheet: SheetView) -> str:
    """A clause that says in which spreadsheet a sheet is drawn, and how much it shows."""
    if sheet.link is None or sheet.leaving:
        return "it isn't drawn anywhere"
    if sheet.id == sheet.cycle_id:
        shown = "every grade once it is sent" if sheet.unreleased else "grades once the case's summary is out"
    else:
        shown = "grades, and what was written" if sheet.reflections else "grades only"
    return f"it is {sheet.link} and shows {shown}"


def bind(
    session: Session, sheet_id: str, spreadsheet_id: str, readers: Sequence[str] = (), *, who: Actor | None = None,
    detail: str = "",
) -> None:  # fmt: skip
    """Draw the sheet in this spreadsheet from now on; Refused at `address` if another sheet is drawn there.

    `readers`: who can open it, if Google has been asked; otherwise the worker asks before it writes.
    """
    cycle, state = _found(session, sheet_id)
    cleared.require_not(session, sheet_id, cycle.number, field="address")
    _require_free(session, sheet_id, spreadsheet_id)
    if state.spreadsheet_id != spreadsheet_id:
        sheet_conditions.forget(session, sheet_id)
        edits_for_coordinators.forget(session, sheet_id)
        state.memory = None
    state.spreadsheet_id, state.left_at = spreadsheet_id, None
    state.readers, state.readers_at = list(readers) or None, wall() if readers else None
    trail.record(session, who, BIND, subject_id=state.id, cycle_id=cycle.id, detail=detail)
    draw_now(session, sheet_id)


def _require_free(session: Session, sheet_id: str, spreadsheet_id: str) -> None:
    """Refused at `address` if another sheet is drawn in that spreadsheet."""
    there = select(Cycle.number, WHOSE).join(SheetState, SheetState.cycle_id == Cycle.id)
    other = session.execute(there.where(SheetState.spreadsheet_id == spreadsheet_id, SheetState.id != sheet_id)).first()
    if other is None:
        return
    number, whose = other
    if whose:
        raise Refused(f"That spreadsheet already shows audit {number} to {whose}: use one for each.", field="address")
    raise Refused(f"That spreadsheet already belongs to audit {number}: use one for each audit.", field="address")


def rebuild(session: Session, sheet_id: str) -> None:
    """Have the sheet drawn completely now, whatever failed before; Refused if it is unbound or cleared."""
    cycle = _drawn(session, sheet_id)
    trail.record(session, None, "sheet.rebuild", subject_id=sheet_id, cycle_id=cycle.id)
    draw_now(session, sheet_id)


def draw(session: Session, who: Actor, sheet_id: str) -> SheetView:
    """Have the whole sheet compared and drawn now, for a coordinator; Refused if it is unbound or cleared."""
    require_coordinator(who, DRAW, sheet_id)
    cycle = _drawn(session, sheet_id)
    trail.record(session, who, DRAW, subject_id=sheet_id, cycle_id=cycle.id)
    draw_now(session, sheet_id, take_over=False)
    return view(session, sheet_id)


def _drawn(session: Session, sheet_id: str) -> Cycle:
    """The cycle of a sheet that is bound to a spreadsheet; Refused if it isn't, or is cleared."""
    cycle, sheet = _found(session, sheet_id)
    if sheet.spreadsheet_id is None:
        raise Refused(unbound(cycle.number))
    cleared.require_not(session, sheet_id, cycle.number)
    return cycle


def unbound(number: int) -> str:
    """A sentence for a cycle whose sheet isn't bound to a spreadsheet."""
    where = "on Home, under “Manage this audit”"
    return f"No Google Sheet is set for audit {number} yet. A coordinator sets it {where}."


def draw_now(session: Session, sheet_id: str, *, take_over: bool = True) -> None:
    """Have a sheet drawn now. An attempt that is in progress loses its claim, so that it no longer counts.

    The whole sheet is compared, whatever is remembered of it; with `take_over`, even if another process drew it before.
    `attempt` isn't reset: it is part of workflow ids, and the numbers so far have been used.
    """
    fresh = {"wanted": SheetState.wanted + 1, "next_try_at": wall(), "error": None, "claim": None}
    fresh |= {"looked_at": None, "version": None} | ({"drawers": None} if take_over else {})
    session.flush()
    session.execute(update(SheetState).where(SheetState.id == sheet_id).values(fresh))


_LOOKED_AT = or_(SheetState.drawn_at < bindparam("lately"), SheetState.drawn_at > bindparam("now"))
_UNWATCHED = (
    select(SheetState.id)
    .join(Cycle, Cycle.id == SheetState.cycle_id)
    .where(
        SheetState.spreadsheet_id.is_not(None),
        SheetState.delivered == SheetState.wanted,
        or_(and_(Cycle.state.in_(moment.OPEN), _LOOKED_AT), SheetState.drawn_at < bindparam("long_ago")),
    )
)


def unwatched(session: Session) -> tuple[str, ...]:
    """The ids of the sheets that haven't been compared with the database for a while."""
    at = now(session)
    asked = {"now": at, "lately": at - LOOK_EVERY, "long_ago": at - _LOOK_AFTER}
    return tuple(sheet_id for (sheet_id,) in plain_rows(session, _UNWATCHED, asked))


def look_again(session: Session, sheet_ids: Sequence[str]) -> None:
    """Have these sheets compared with the database, which costs one read if nothing differs."""
    session.execute(update(SheetState).where(SheetState.id.in_(sheet_ids)).values(wanted=SheetState.wanted + 1))
