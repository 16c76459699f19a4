"""A message's pictures: uploaded once, looked for before a second try, deleted once the message shows others.

A message waits a moment for its pictures, never for good: its text says the same.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from jobs.attempts import NeedsPerson, TokenRefused, TryLater
from jobs.slack_posting import PicturesReady, Poster
from storage.clock import wall
from storage.engine import Sessions
from storage.faults import fault
from storage.messages import Upload
from views.cycle.charts import pictured
from views.parts import Block
from views.pictures import Picture

PATIENCE = timedelta(minutes=1)
"""How long a message waits for a picture to be uploaded, and then for Slack to accept it."""


@dataclass(frozen=True)
class UploadRecord:
    """An upload's row, detached from the session."""

    id: str
    file_id: str | None
    begun_at: datetime
    uploaded_at: datetime | None


def picture_uploader(
    sessions: Sessions, poster: Poster, message_id: str, pictures: Iterable[Picture]
) -> Callable[[list[Block]], PicturesReady]:
    """A function that uploads the pictures shown in given blocks that aren't in Slack yet."""
    by_key = {picture.key: picture for picture in pictures}

    def hang(blocks: list[Block]) -> PicturesReady:
        wanted = [by_key[key] for key in map(pictured, blocks) if key is not None]
        uploads = {each.key: _uploaded(sessions, poster, message_id, each) for each in wanted}
        available = {key: known for key, known in uploads.items() if known is not None}
        young = any(known.uploaded_at and known.uploaded_at > wall() - PATIENCE for known in available.values())
        return PicturesReady({key: known.file_id for key, known in available.items() if known.file_id}, young)

    return hang


def take_down(sessions: Sessions, poster: Poster, message_id: str, pictures: Iterable[Picture]) -> None:
    """Delete the message's files other than these pictures; files that can't be deleted wait for the next change."""
    kept = [picture.key for picture in pictures]
    with sessions.reading() as session:
        query = select(Upload.id, Upload.file_id).where(Upload.message_id == message_id, Upload.key.not_in(kept))
        left = session.execute(query).all()
    for upload_id, file_id in left:
        with suppress(TryLater, TokenRefused):
            if file_id is not None:
                with suppress(NeedsPerson):
                    poster.delete(file_id)
            with sessions.begin() as session:
                session.execute(delete(Upload).where(Upload.id == upload_id))


def _uploaded(sessions: Sessions, poster: Poster, message_id: str, picture: Picture) -> UploadRecord | None:
    """The picture's upload; None if Slack refuses it, or if the message has waited long enough."""
    known = _known(sessions, message_id, picture.key)
    if known.uploaded_at is not None:
        return known
    try:
        if known.file_id is None or not poster.has(known.file_id):
            _upload(sessions, poster, known.id, picture)
    except NeedsPerson:
        return None
    except TryLater:
        if known.begun_at < wall() - PATIENCE:
            return None
        raise
    with sessions.begin() as session:
        session.get_one(Upload, known.id).uploaded_at = wall()
    return _known(sessions, message_id, picture.key)


def _known(sessions: Sessions, message_id: str, key: str) -> UploadRecord:
    """The picture's upload, created now if there is none."""
    query = select(Upload).where(Upload.message_id == message_id, Upload.key == key)
    with sessions.reading() as session:
        row = session.scalar(query)
        if row is not None:
            return UploadRecord(row.id, row.file_id, row.begun_at, row.uploaded_at)
    with sessions.begin() as session:
        row = Upload(message_id=message_id, key=key, begun_at=wall())
        session.add(row)
        return UploadRecord(row.id, None, row.begun_at, None)


def _upload(sessions: Sessions, poster: Poster, upload_id: str, picture: Picture) -> None:
    png = picture.png()
    place = poster.place(re.sub(r"[^a-z]+", "-", picture.title.lower()) + ".png", len(png), picture.alt)
    with sessions.begin() as session:
        session.get_one(Upload, upload_id).file_id = place.file_id
    fault("upload.after_url")
    poster.put(place, png, picture.title)
    fault("upload.after_complete")
