"""The first audit of a board: the steps until its first return is in the sheet, and which of them are done."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit.delivery import channels
from audit.moment import OPEN
from audit.role_in_force import in_force
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.people import Agency, Role, RoleKind
from storage.returns import Return, ReturnVersion
from storage.sheet_state import SheetState


class FirstRunStep(StrEnum):
    """The steps, in order. `CHANNELS`: the app is in each of the audit's channels, and may post there."""

    AGENCIES = "agencies"
    LEADS = "leads"
    AUDIT = "audit"
    MEETINGS = "meetings"
    CHANNELS = "channels"
    CASES = "cases"
    SHEET = "sheet"
    OPENED = "opened"
    RETURN = "return"
    DRAWN = "drawn"


@dataclass(frozen=True)
class FirstRun:
    """The first audit (its id, None before it is planned), its spreadsheet's id, and the steps that are done."""

    cycle_id: str | None
    spreadsheet_id: str | None
    done: frozenset[FirstRunStep]

    @property
    def next(self) -> FirstRunStep:
        """The first step that isn't done."""
        return next(step for step in FirstRunStep if step not in self.done)


def first_run(session: Session) -> FirstRun | None:
    """How far the first audit has got. None once a return is in its sheet or its meetings began, or with two audits."""
    cycles = session.scalars(select(Cycle).limit(2)).all()
    if len(cycles) > 1 or (cycles and cycles[0].state not in (CycleState.PLANNED, *OPEN[:1])):
        return None
    cycle = cycles[0] if cycles else None
    done = frozenset({*_of_the_board(session), *(_of_the_audit(session, cycle) if cycle else ())})
    if FirstRunStep.DRAWN in done:
        return None
    sheet = session.get(SheetState, cycle.id) if cycle else None
    return FirstRun(cycle.id if cycle else None, sheet.spreadsheet_id if sheet else None, done)


def _of_the_board(session: Session) -> tuple[FirstRunStep, ...]:
    led = exists().where(Role.kind == RoleKind.AGENCY_LEAD, in_force(now(session)))
    done = session.execute(select(exists(select(Agency.id)), led)).one()
    return tuple(step for step, is_so in zip((FirstRunStep.AGENCIES, FirstRunStep.LEADS), done, strict=True) if is_so)


def _of_the_audit(session: Session, cycle: Cycle) -> tuple[FirstRunStep, ...]:
    sent = (
        select(ReturnVersion.submitted_at)
        .join(Return, Return.id == ReturnVersion.return_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .join(Case, Case.id == Involvement.case_id)
        .where(Case.cycle_id == cycle.id)
    )
    drawn = exists().where(SheetState.id == cycle.id, SheetState.drawn_at >= sent.limit(1).scalar_subquery())
    bound = exists().where(SheetState.id == cycle.id, SheetState.spreadsheet_id.is_not(None))
    places, listed = (exists().where(each.cycle_id == cycle.id) for each in (CycleArea, Case))
    meetings, cases, lent, returned, shown = session.execute(select(places, listed, bound, sent.exists(), drawn)).one()
    done = {
        FirstRunStep.AUDIT: True,
        FirstRunStep.MEETINGS: meetings,
        FirstRunStep.CHANNELS: meetings and all(_usable(each) for each in channels.findings(session, cycle.id)),
        FirstRunStep.CASES: cases,
        FirstRunStep.SHEET: lent,
        FirstRunStep.OPENED: cycle.state in OPEN,
        FirstRunStep.RETURN: returned,
        FirstRunStep.DRAWN: returned and shown,
    }
    return tuple(step for step, is_so in done.items() if is_so)


def _usable(found: channels.ChannelFinding) -> bool:
    return found.checked_at is not None and found.error is None
