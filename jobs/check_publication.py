"""Check a publication: seconds of reckoning, which nobody waits for, before the message that tells of it is drawn."""

from audit.report import publications
from storage.engine import Sessions
from storage.messages import Message, MessageKind


def check(sessions: Sessions, message_id: str) -> None:
    """Decide what a publication may tell, if this message is about one of which that isn't decided yet."""
    kept = False
    while not kept:
        with sessions.reading() as session:
            row = session.get_one(Message, message_id)
            if row.kind != MessageKind.RELEASE or publications.look(session, row.subject_id).decision is not None:
                return
            publication_id, last = row.subject_id, publications.last(session, row.subject_id)
            decision = publications.decide(session, publication_id)
        with sessions.begin() as session:
            kept = publications.keep(session, publication_id, decision, last)
