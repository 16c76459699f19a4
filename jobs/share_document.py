"""Shares a message's document, once, however often it is tried; the file's id shows whether it was shared."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.letterhead import current
from jobs.attempts import Attempt, TryLater
from jobs.slack_posting import MOMENT, Posted, Poster
from storage.clock import wall
from storage.engine import Sessions
from storage.faults import fault
from storage.messages import Message, Upload
from views import documents
from views.parts import Content

KEY = "document"
"""The upload's key: a message shares at most one document."""
PATIENCE = timedelta(minutes=1)
"""How long a sharing with unknown outcome may still take effect."""


def share(sessions: Sessions, poster: Poster, begun: Attempt[Message], channel: str, content: Content) -> Posted:
    """Share the content's document, unless an earlier attempt with unknown outcome has done so.

    Nobody sees a file until it is completed, and completing it is what shares it. So a file that Slack knows was
    shared. A file that it doesn't know wasn't, unless it was tried a moment ago: then TryLater.
    """
    with sessions.reading() as session:
        upload, intended_at = _known(session, begun.row_id)
        file_id, begun_at = (upload.file_id, upload.begun_at) if upload else (None, wall())
    if file_id is not None:
        if poster.has(file_id):
            return _standing(poster, channel, file_id, begun_at)
        if intended_at is not None and intended_at > wall() - PATIENCE:
            raise TryLater("Slack may still be sharing a document.", MOMENT)
    with sessions.reading() as session:
        look = current.letterhead(session)
    document = content.document
    assert document is not None  # noqa: S101  # the caller has checked
    file = documents.as_file(document, look)
    data = file.write()
    place = poster.place(file.name, len(data))
    _keep(sessions, begun, place.file_id)
    fault("document.after_url")
    poster.fill(place, data)
    fault("document.after_put")
    with sessions.begin() as session:
        begun.row(session).intended_at = wall()
    poster.share(place.file_id, file.title, channel, content.text)
    fault("document.after_share")
    return _standing(poster, channel, place.file_id, begun_at)


def _known(session: Session, message_id: str) -> tuple[Upload | None, datetime | None]:
    upload = session.scalar(select(Upload).where(Upload.message_id == message_id, Upload.key == KEY))
    return upload, session.get_one(Message, message_id).intended_at


def _keep(sessions: Sessions, begun: Attempt[Message], file_id: str) -> None:
    """Record the id of the file about to be filled, in place of an earlier one that was never completed."""
    with sessions.begin() as session:
        begun.row(session).intended_at = None
        upload, _ = _known(session, begun.row_id)
        if upload is None:
            upload = Upload(message_id=begun.row_id, key=KEY, begun_at=wall())
            session.add(upload)
        upload.file_id = file_id


def _standing(poster: Poster, channel: str, file_id: str, since: datetime) -> Posted:
    posted = poster.shared(channel, file_id, since)
    if posted is None:
        raise TryLater("Slack hasn't said yet where the document is.", MOMENT)
    return posted
