"""Removing drafts some days after they can't be sent any more, once their authors have had a week's notice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.delivery.ledger import Due
from audit.retention.due import over, periods
from audit.retention.hold import held
from audit.returns.draft_store import empty
from audit.returns.found_return import FOUND, Party, find
from storage.cases import Case
from storage.clock import now
from storage.cycles import OVER, Cycle
from storage.messages import Message, MessageKind, MessageState
from storage.people import Agency, Area
from storage.returns import Draft, Return, ReturnState

NOTICE = timedelta(days=7)
"""How long before the end the draft's author is told."""
PURGE = "draft.purge"


@dataclass(frozen=True)
class Ending:
    """A draft that will be removed, not before `ends_at`. `party`: the agency and case of its return."""

    draft_id: str
    return_id: str
    person_id: str
    cycle_id: str
    party: Party
    ends_at: datetime


_Ended = Select[Cycle, str, datetime | None, str, str, str, str, str]
_ENDING: _Ended = (
    FOUND.with_only_columns(
        Cycle, Return.id, Return.locked_at, Draft.id, Draft.by_id, Case.reference, Area.label, Agency.label
    )
    .join(Draft, Draft.return_id == Return.id)
    .where(Draft.answers.is_not(None), ~held(), or_(Return.locked_at <= bindparam("latest"), Cycle.state.in_(OVER)))
)
"""Drafts that can't be sent any more: their return was locked by `latest`, or their cycle is over. Held ones stay."""
_UNTOLD = _ENDING.where(~exists().where(Message.kind == MessageKind.DRAFT_ENDS, Message.subject_id == Draft.id))


def due(session: Session) -> tuple[Due, ...]:
    """The notices to authors whose drafts end within NOTICE, as far as they aren't in the ledger yet."""
    soon = now(session) + NOTICE
    return tuple(
        Due(each.cycle_id, MessageKind.DRAFT_ENDS, each.draft_id, person_id=each.person_id)
        for each in _ending(session, _UNTOLD)
        if each.ends_at <= soon
    )


def look(session: Session, draft_id: str) -> Ending | None:
    """A draft that will be removed. None if it was sent, discarded or removed, can be sent again, or is held."""
    found = _ending(session, _ENDING.where(Draft.id == draft_id))
    return found[0] if found else None


def ended(session: Session) -> tuple[tuple[Ending, ...], int]:
    """The drafts to be removed now, and the number of those that still wait for NOTICE to pass."""
    moment = now(session)
    over_now = [each for each in _ending(session) if each.ends_at <= moment]
    told = tuple(each for each in over_now if _told(session, each, moment))
    return told, len(over_now) - len(told)


def purge(session: Session, ending: Ending) -> bool:
    """Empty a draft if it is still due; returns whether it was. A return without another draft is requested again."""
    found = find(session, ending.return_id, locked=True)
    draft = session.get(Draft, ending.draft_id, populate_existing=True)
    if draft is None or draft.answers is None or look(session, draft.id) is None:
        return False
    empty(draft)
    session.flush()
    left = exists().where(Draft.return_id == Return.id, Draft.answers.is_not(None))
    nothing = [Return.id == ending.return_id, Return.state == ReturnState.DRAFTED, ~left]
    session.execute(update(Return).where(*nothing).values(state=ReturnState.REQUESTED))
    trail.record(session, None, PURGE, subject_id=found.Return.id, cycle_id=ending.cycle_id,
                 detail=ending.party.reference)  # fmt: skip
    return True


def _ending(session: Session, which: _Ended = _ENDING) -> list[Ending]:
    """The drafts in `which`, each with the day on which its retention period ends."""
    days = timedelta(days=periods(session).drafts)
    rows = session.execute(which, {"latest": now(session) + NOTICE - days}).all()
    endings, over_since = [], over(session, (each.Cycle for each in rows if each.locked_at is None))
    for cycle, return_id, locked_at, draft_id, by_id, reference, area, agency in rows:
        since = locked_at or over_since.get(cycle.id)
        if since is not None:
            party = Party(reference, area, agency, cycle.number)
            endings.append(Ending(draft_id, return_id, by_id, cycle.id, party, since + days))
    return endings


def _told(session: Session, ending: Ending, moment: datetime) -> bool:
    """Whether the author had NOTICE. A notice that can't be delivered isn't waited for."""
    kind = [Message.kind == MessageKind.DRAFT_ENDS, Message.subject_id == ending.draft_id]
    row = session.scalar(select(Message).where(*kind))
    if row is None:
        return False
    if row.posted_at is not None:
        return row.posted_at <= moment - NOTICE
    return row.state == MessageState.SET_ASIDE or row.delivered >= row.wanted
