"""The worker's work, done at once and in this thread: what is due is put into the ledger, what is behind delivered."""

from collections.abc import Collection

from sqlalchemy import select

from jobs import sweep
from jobs.deliver import deliver
from jobs.slack_posting import Poster
from storage.engine import Sessions
from storage.messages import Message, MessageKind
from storage.people import Person
from tests.kit.play import Play

RETRY = 600.0
"""Seconds until what failed is tried again: not before the test says so, however slow this machine is."""


def deliver_due(play: Play, *kinds: MessageKind, sessions: Sessions | None = None) -> None:
    """One sweep, and one attempt at each message that is behind (of these kinds only, if any are named).

    `sessions`: another database than the play's.
    """
    found = sessions or play.sessions
    poster = Poster(play.settings.slack_bot_token.get_secret_value(), play.settings.slack_api_url)
    sweep.take_up(found)
    for _ in range(2):  # what an attempt brings with it goes out as well
        for behind in sweep.deliveries(found):
            if kinds and not _is_one(found, behind.row_id, kinds):
                continue
            deliver(found, poster, behind.row_id, retry=RETRY)


def _is_one(sessions: Sessions, row_id: str, kinds: Collection[MessageKind]) -> bool:
    with sessions.reading() as session:
        return session.get_one(Message, row_id).kind in kinds


def told(play: Play, kind: MessageKind) -> set[str]:
    """The user ids of whom a message of this kind is in the ledger for."""
    with play.reading() as session:
        rows = session.scalars(
            select(Person.user_id).join(Message, Message.person_id == Person.id).where(Message.kind == kind)
        )
        return set(rows)
