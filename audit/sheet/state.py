"""Cycles' sheets as coordinators see them: how they are, who can open them, and what they are told when one stops."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from audit import moment, trail
from audit.access import Actor, require_coordinator
from audit.errors import NotFound, Refused
from audit.sheet import conditions, edits
from audit.sheet.conditions import Condition
from audit.sheet.edits import Counts
from storage.clock import now, wall
from storage.cycles import Cycle
from storage.sheet_state import SheetState

DRAW = "sheet.draw"
"""What the trail calls a coordinator's wish to have it drawn now."""
LOOK_EVERY = timedelta(minutes=10)
"""How long what people do to a sheet may stand there before it is noticed, if nothing else has it drawn."""
LOOK_AFTER = timedelta(days=1)
"""The same before an audit opens and once its meetings are over: who can open the sheet, and what it shows."""
_ID = re.compile(r"[A-Za-z0-9_-]+")
_SPREADSHEET = r"[A-Za-z0-9_-]{20,128}"
_ADDRESS = re.compile(
    rf"https://docs\.google\.com/(?:a/[^/]+/)?spreadsheets/(?:u/\d+/)?d/({_SPREADSHEET})(?:[/?#].*)?|({_SPREADSHEET})"
)


@dataclass(frozen=True)
class SheetView:
    """A cycle's sheet. `behind`: changes that it doesn't show yet; `error`: a sentence, or None if all went well.

    `next_try_at`: when it is tried again after trouble. `stopped`: only a person can mend that. `put_back` (cells),
    `set_aside` (rows) and `deleted` (rows and tabs) count the last seven days. `unreleased`: it shows grades of cases
    that aren't released. `conditions`: what stands of its file that they should know.
    """

    cycle_id: str
    cycle_number: int
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

    @property
    def link(self) -> str | None:
        """Where the sheet is opened in a browser."""
        return link(self.spreadsheet_id)


def link(spreadsheet_id: str | None) -> str | None:
    """Where a spreadsheet is opened in a browser; None if there is none, or its id is no id."""
    there = spreadsheet_id and _ID.fullmatch(spreadsheet_id)
    return f"https://docs.google.com/spreadsheets/d/{spreadsheet_id}" if there else None


def view(session: Session, cycle_id: str) -> SheetView:
    """How a cycle's sheet is."""
    cycle, state = _found(session, cycle_id)
    known = conditions.standing(session, [cycle_id])[cycle_id]
    return _view(cycle, state, edits.lately(session, [cycle_id])[cycle_id], known, now(session) - wall())


def _view(cycle: Cycle, state: SheetState, counts: Counts, known: tuple[Condition, ...], moved: timedelta) -> SheetView:
    """`moved`: how far the product's clock, by which people read times, is from the one by which it is tried again."""
    return SheetView(
        cycle_id=cycle.id,
        cycle_number=cycle.number,
        spreadsheet_id=cycle.spreadsheet_id,
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
        conditions=known,
    )


def _found(session: Session, cycle_id: str) -> tuple[Cycle, SheetState]:
    cycle, state = session.get(Cycle, cycle_id), session.get(SheetState, cycle_id)
    if cycle is None or state is None:
        raise NotFound("This audit cycle isn't there any more.")
    return cycle, state


def open_sheet(session: Session, who: Actor, cycle_id: str) -> SheetView:
    """How a cycle's sheet is, for a coordinator."""
    require_coordinator(who, "sheet.read", cycle_id)
    return view(session, cycle_id)


def overview(session: Session, who: Actor) -> tuple[SheetView, ...]:
    """All cycles' sheets, for a coordinator; the newest cycle first."""
    require_coordinator(who, "sheet.read")
    rows = session.execute(
        select(Cycle, SheetState).join(SheetState, SheetState.cycle_id == Cycle.id).order_by(Cycle.number.desc())
    ).all()
    ids = [cycle.id for cycle, _ in rows]
    known, counts, moved = conditions.standing(session, ids), edits.lately(session, ids), now(session) - wall()
    return tuple(_view(cycle, state, counts[cycle.id], known[cycle.id], moved) for cycle, state in rows)


def id_in(address: str) -> str | None:
    """The id in a spreadsheet's address (or given alone), if that is what it is."""
    found = _ADDRESS.fullmatch(address.strip().strip("<>"))
    return found[1] or found[2] if found else None


def set_address(session: Session, who: Actor, cycle_id: str, address: str, *, unreleased: bool) -> SheetView:
    """Draw the cycle in the spreadsheet at this address from now on, for a coordinator; Refused at `address`.

    `unreleased`: with the grades of cases that aren't released; without them where others than coordinators read it.

    Google isn't asked here: the worker looks whether it may be drawn in before it writes anything, and coordinators
    are told if not.
    """
    require_coordinator(who, "sheet.bind", cycle_id)
    spreadsheet_id = id_in(address)
    if spreadsheet_id is None:
        raise Refused(
            "That isn't the address of a Google Sheet. Please copy it from the browser while the sheet is open.",
            field="address",
        )
    cycle, _ = _found(session, cycle_id)
    if cycle.unreleased_in_sheet != unreleased:
        cycle.unreleased_in_sheet = unreleased
        detail = "unreleased grades shown" if unreleased else "unreleased grades left out"
        trail.record(session, who, "sheet.readers", subject_id=cycle.id, cycle_id=cycle.id, detail=detail)
    if cycle.spreadsheet_id == spreadsheet_id:
        _draw_now(session, cycle_id)
    else:
        bind(session, cycle_id, spreadsheet_id, who=who)
    session.flush()
    return view(session, cycle_id)


def bind(
    session: Session, cycle_id: str, spreadsheet_id: str, readers: Sequence[str] = (), *, who: Actor | None = None
) -> None:
    """Draw the cycle in this spreadsheet from now on; Refused at `address` if another cycle is drawn there.

    `readers`: who can open it, where that was asked; where it wasn't, the worker asks before it writes anything.
    """
    cycle, state = _found(session, cycle_id)
    other = session.scalar(select(Cycle).where(Cycle.spreadsheet_id == spreadsheet_id, Cycle.id != cycle.id))
    if other is not None:
        raise Refused(
            f"That spreadsheet already belongs to audit cycle {other.number}: use one for each cycle.", field="address"
        )
    if cycle.spreadsheet_id != spreadsheet_id:
        conditions.forget(session, cycle_id)
        edits.forget(session, cycle_id)
        state.memory = None
    cycle.spreadsheet_id = spreadsheet_id
    state.readers, state.readers_at = list(readers) or None, wall() if readers else None
    trail.record(session, who, "sheet.bind", subject_id=cycle.id, cycle_id=cycle.id)
    _draw_now(session, cycle_id)


def rebuild(session: Session, cycle_id: str) -> None:
    """Have the sheet drawn now, whatever failed before; Refused if there is none."""
    cycle, _ = _found(session, cycle_id)
    if cycle.spreadsheet_id is None:
        raise Refused(unbound(cycle.number))
    trail.record(session, None, "sheet.rebuild", subject_id=cycle.id, cycle_id=cycle.id)
    _draw_now(session, cycle_id)


def draw(session: Session, who: Actor, cycle_id: str) -> SheetView:
    """Have all of the sheet looked at and drawn now, for a coordinator; Refused if there is none."""
    require_coordinator(who, DRAW, cycle_id)
    cycle, _ = _found(session, cycle_id)
    if cycle.spreadsheet_id is None:
        raise Refused(unbound(cycle.number))
    trail.record(session, who, DRAW, subject_id=cycle.id, cycle_id=cycle.id)
    _draw_now(session, cycle_id, take_over=False)
    return view(session, cycle_id)


def unbound(number: int) -> str:
    """What to say of a cycle without a spreadsheet."""
    where = "on Home, under “Manage this audit”"
    return f"No Google Sheet is set for audit cycle {number} yet. A coordinator sets it {where}."


def _draw_now(session: Session, cycle_id: str, *, take_over: bool = True) -> None:
    """An attempt under way, if there is one, is no longer about what is wanted: it is left without its claim.

    All of the sheet is looked at; `take_over`: whoever drew it. `attempt` goes on counting: a workflow's id is made of
    it, and those up to now have been used.
    """
    fresh = {"wanted": SheetState.wanted + 1, "next_try_at": wall(), "error": None, "claim": None}
    fresh |= {"looked_at": None, "version": None} | ({"drawers": None} if take_over else {})
    session.flush()
    session.execute(update(SheetState).where(SheetState.cycle_id == cycle_id).values(fresh))


def unwatched(session: Session) -> tuple[str, ...]:
    """The cycles at whose sheets nobody has looked for a while: people may have changed something there."""
    moment_, is_open = now(session), Cycle.state.in_(moment.OPEN)
    return tuple(
        session.scalars(
            select(SheetState.cycle_id)
            .join(Cycle, Cycle.id == SheetState.cycle_id)
            .where(
                Cycle.spreadsheet_id.is_not(None),
                SheetState.delivered == SheetState.wanted,
                or_(
                    and_(is_open, SheetState.drawn_at < moment_ - LOOK_EVERY),
                    and_(is_open, SheetState.drawn_at > moment_),
                    SheetState.drawn_at < moment_ - LOOK_AFTER,
                ),
            )
        )
    )


def look_again(session: Session, cycle_ids: Sequence[str]) -> None:
    """Have these sheets compared with the database; where nothing differs that costs one read."""
    session.execute(update(SheetState).where(SheetState.cycle_id.in_(cycle_ids)).values(wanted=SheetState.wanted + 1))
