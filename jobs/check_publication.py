"""Checks a publication before its message is built: some seconds of computing, for which nobody waits."""

from sqlalchemy import exists

from audit.report import publications
from storage.engine import Sessions
from storage.messages import Message, MessageKind
from storage.publications import Publication

UNCHECKED = (Message.kind == MessageKind.RELEASE) & exists().where(
    Publication.id == Message.subject_id, Publication.content.is_(None)
)
"""The condition that a message is about a publication whose content isn't decided yet."""


def check(sessions: Sessions, message_id: str) -> None:
    """Decide the content of the publication that a message is about, unless it is decided already."""
    with sessions.reading() as session:
        publication_id = session.get_one(Message, message_id).subject_id
    decide(sessions, publication_id)


def decide(sessions: Sessions, publication_id: str) -> None:
    """Decide a publication's content, unless it is decided already; NotFound."""
    kept = False
    while not kept:
        with sessions.reading() as session:
            if publications.look(session, publication_id).decision is not None:
                return
            last = publications.last(session, publication_id)
            decision = publications.decide(session, publication_id)
        with sessions.begin() as session:
            kept = publications.keep(session, publication_id, decision, last)
