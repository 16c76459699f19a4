"""What a worker does again and again: look for what is behind, and bring a message up to date."""

from sqlalchemy import select, update

from audit.returns.found_return import FOUND
from bench.costs import Cost, least
from jobs import sweep
from jobs.deliver import deliver
from jobs.slack_posting import Poster
from storage.clock import now
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.messages import Message, MessageKind
from storage.promises import PromiseKind, promise

MESSAGES = {"a lead's list": MessageKind.REQUEST, "the table of who has answered": MessageKind.MATRIX}
"""Name in the figures -> kind of message."""


def idle(sessions: Sessions) -> Cost:
    """The cost of a whole sweep when nothing has changed."""
    _swept(sessions)
    return least(lambda: _swept(sessions))


def _swept(sessions: Sessions) -> None:
    sweep.take_up(sessions)
    for look in (sweep.lookups, sweep.deliveries, sweep.redraws):
        look(sessions)


def swept(sessions: Sessions, cycle_id: str) -> Cost:
    """The cost of a sweep that finds which messages one new return changes."""

    def once() -> None:
        sweep.take_up(sessions)
        sweep.deliveries(sessions)

    with sessions.reading() as session:
        return_id = session.execute(FOUND.where(Cycle.id == cycle_id).limit(1)).one().Return.id
    return least(once, before=lambda: _promised(sessions, PromiseKind.RETURN, return_id))


def delivered(sessions: Sessions, slack_url: str, cycle_id: str, kind: MessageKind) -> Cost:
    """The cost of a delivery that finds the cycle's first message of this kind up to date, and sends nothing."""
    _promised(sessions, PromiseKind.CYCLE, cycle_id)
    sweep.take_up(sessions)
    poster = Poster("xoxb-sandbox", f"{slack_url}/api/")
    with sessions.reading() as session:
        of_kind = select(Message.id).where(Message.kind == kind, Message.cycle_id == cycle_id)
        message_id = session.scalars(of_kind.order_by(Message.id).limit(1)).one()

    def raised() -> None:
        with sessions.begin() as session:
            this = update(Message).where(Message.id == message_id)
            session.execute(this.values(wanted=Message.wanted + 1))

    deliver(sessions, poster, message_id)
    return least(lambda: deliver(sessions, poster, message_id), before=raised)


def _promised(sessions: Sessions, kind: PromiseKind, subject_id: str) -> None:
    with sessions.begin() as session:
        promise(session, kind, subject_id, now(session))
