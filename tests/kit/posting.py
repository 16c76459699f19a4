"""The worker's work on messages, done at once in the test's own thread: sweep, and deliver what is behind."""

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
"""Seconds until a failed attempt is repeated: not before the test says so, however slow the machine is."""


def deliver_due(play: Play, *kinds: MessageKind, sessions: Sessions | None = None) -> None:
    """Do one sweep, and one attempt at each message that is behind; `kinds`: of these kinds only.

    `sessions`: another database than the play's.
    """
    database = sessions or play.sessions
    poster = Poster(play.settings.slack_bot_token.get_secret_value(), play.settings.slack_api_url)
    sweep.take_up(database)
    for _ in range(2):  # the messages that an attempt adds are delivered as well
        for behind in sweep.deliveries(database):
            if kinds and not _is_one(database, behind.row_id, kinds):
                continue
            deliver(database, poster, behind.row_id, retry=RETRY)


def _is_one(sessions: Sessions, row_id: str, kinds: Collection[MessageKind]) -> bool:
    with sessions.reading() as session:
        return session.get_one(Message, row_id).kind in kinds


def told(play: Play, kind: MessageKind) -> set[str]:
    """The user ids of the people for whom the ledger has a message of this kind."""
    with play.reading() as session:
        rows = session.scalars(
            select(Person.user_id).join(Message, Message.person_id == Person.id).where(Message.kind == kind)
        )
        return set(rows)
