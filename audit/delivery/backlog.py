"""How far Slack and the sheets are behind the database: promises, messages and sheets, with the reasons."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from audit.delivery import slack_conditions
from audit.delivery.slack_conditions import Refusal
from audit.whose_sheet import OF_ALL, WHOSE
from storage.clock import now, wall
from storage.cycles import OVER, Cycle
from storage.messages import LIVE, TROUBLED, Message, MessageState
from storage.promises import Promise
from storage.sheet_state import SheetState


@dataclass(frozen=True)
class Trouble:
    """A message that couldn't be delivered. `error`: a sentence. `set_aside`: it isn't tried again by itself."""

    key: str
    set_aside: bool
    error: str


@dataclass(frozen=True)
class SheetStatus:
    """A sheet of an audit. `whose`: the label of its agency or area, "" for the whole audit's.

    Without a spreadsheet (`spreadsheet_id` is None), nothing counts as behind or wrong; such a sheet is listed only
    while the audit is under way.

    `error`: a sentence, or None if the last attempt succeeded. With a `next_try_at`, the sheet is tried again then;
    without one, it is drawn except for what the sentence names.
    """

    id: str
    cycle_id: str
    cycle_number: int
    whose: str
    spreadsheet_id: str | None
    behind: bool
    drawn_at: datetime | None
    error: str | None
    next_try_at: datetime | None


@dataclass(frozen=True)
class Status:
    """What still has to reach Slack and the sheets. With only zeros and no trouble, every change has been passed on.

    Changes that people made to a message or a sheet are noticed only when it is next looked at. `refused`: Slack
    rejects the app's token, so no message goes out. `without_audience`: sentences about problems with channels and
    people that nobody in Slack can be told.
    """

    promises: int
    messages_behind: int
    trouble: tuple[Trouble, ...]
    sheets: tuple[SheetStatus, ...]
    refused: Refusal | None = None
    without_audience: tuple[str, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether nothing is behind."""
        return not (self.promises or self.messages_behind or any(sheet.behind for sheet in self.sheets))


_PROMISES = select(func.count()).select_from(Promise)
_BEHIND = select(func.count()).where(Message.state == LIVE, Message.delivered < Message.wanted)
_TROUBLE = select(Message).where(TROUBLED, Message.error.is_not(None)).order_by(Message.created_at)
_SHEETS = (
    select(SheetState, Cycle.number, WHOSE)
    .join(Cycle, Cycle.id == SheetState.cycle_id)
    .where(or_(SheetState.spreadsheet_id.is_not(None), OF_ALL & Cycle.state.not_in(OVER)))
    .order_by(Cycle.number, SheetState.id)
)


def status(session: Session) -> Status:
    """What is behind, and why."""
    trouble, sheets = session.scalars(_TROUBLE), session.execute(_SHEETS)
    return Status(
        promises=session.scalar(_PROMISES) or 0,
        messages_behind=session.scalar(_BEHIND) or 0,
        trouble=tuple(
            Trouble(message.key, message.state == MessageState.SET_ASIDE, message.error or "") for message in trouble
        ),
        sheets=tuple(_sheet(state, number, whose) for state, number, whose in sheets),
        refused=slack_conditions.refusal(session),
        without_audience=slack_conditions.without_audience(session),
    )


def _sheet(state: SheetState, number: int, whose: str) -> SheetStatus:
    is_set = state.spreadsheet_id is not None
    behind, error = is_set and state.delivered < state.wanted, state.error if is_set else None
    return SheetStatus(
        id=state.id,
        cycle_id=state.cycle_id,
        cycle_number=number,
        whose=whose,
        spreadsheet_id=state.spreadsheet_id,
        behind=behind,
        drawn_at=state.drawn_at,
        error=error,
        next_try_at=state.next_try_at if error and behind else None,
    )


def longest_wait(session: Session) -> timedelta:
    """How long the oldest promise or unposted message has waited to be taken up; zero if there is none."""
    promised = session.scalar(select(func.min(Promise.at)))
    unposted = session.scalar(select(func.min(Message.next_try_at)).where(Message.state == LIVE, Message.ts.is_(None)))
    waits = [now(session) - promised if promised else None, wall() - unposted if unposted else None]
    return max([timedelta(), *(wait for wait in waits if wait is not None)])


def sheet_lag(session: Session) -> timedelta:
    """How long the sheet that is furthest behind hasn't shown the current state; zero if all do."""
    since = session.scalar(select(func.min(SheetState.behind_since)))
    return max(wall() - since, timedelta()) if since else timedelta()
