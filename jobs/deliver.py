"""Deliver a message: draw it from the database now, and make Slack show just that, once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from audit import trail
from audit.delivery import channels
from audit.report import recipients
from jobs import documents, letters, uploads
from jobs.attempts import FIRST_WAIT, Never, attempt, finish
from jobs.slack import Gone, Hang, Posted, Poster
from storage.cases import Case
from storage.clock import now, wall
from storage.engine import Sessions
from storage.faults import fault
from storage.messages import Message, MessageKind
from storage.people import Person
from storage.promises import PromiseKind, promise
from views.parts import Content


@dataclass(frozen=True)
class Letter:
    """A message as it should stand now, and what is known of where it stands.

    `content` None: there is nothing to say (any more), so what isn't posted yet never is, and what is stays.
    """

    id: str
    content: Content | None
    channel: str | None
    user_id: str | None
    posted: Posted | None
    content_hash: str | None
    created_at: datetime
    intended: bool


def deliver(sessions: Sessions, poster: Poster, message_id: str, slot: str, *, retry: float = FIRST_WAIT) -> None:
    """Bring one message up to date. Running it again, or twice at once, changes nothing."""
    with attempt(sessions, Message, message_id, slot, retry=retry) as wanted:
        if wanted is None:
            return
        with sessions.reading() as session:
            letter = _letter(session, message_id)
        if letter.content is None:
            with sessions.begin() as session:
                finish(session.get_one(Message, message_id, with_for_update=True), wanted)
            return
        drawn = _hash(letter.content)
        posted = letter.posted or _first_post(sessions, poster, letter, letter.content)
        if letter.content_hash != drawn and posted is letter.posted:
            if letter.channel is not None and not _looked_at(sessions, letter.channel):
                _require_allowed(sessions, poster, letter.channel)
            try:
                poster.update(posted, letter.content, letter.id, _hang(sessions, poster, letter.id, letter.content))
            except Gone:
                _forget(sessions, letter.id)
                raise
        fault("post.after_http")
        with sessions.begin() as session:
            _record(session, letter.id, posted, drawn, wanted)
        fault("post.after_record")
        if letter.content.document is None:
            uploads.take_down(sessions, poster, letter.id, letter.content.pictures)


def _forget(sessions: Sessions, message_id: str) -> None:
    """The next attempt posts it, as if it never had been: once, and only if there is still something to say."""
    with sessions.begin() as session:
        row = session.get_one(Message, message_id, with_for_update=True)
        row.posted_channel = row.ts = row.content_hash = None
        trail.record(session, None, f"{row.kind}.deleted", subject_id=row.subject_id, cycle_id=row.cycle_id)


def _hash(content: Content) -> str:
    return hashlib.sha256(json.dumps([content.text, content.blocks], sort_keys=True).encode()).hexdigest()


def _letter(session: Session, message_id: str) -> Letter:
    row = session.get_one(Message, message_id)
    return Letter(
        id=row.id,
        content=letters.drawn(session, row),
        channel=row.channel,
        user_id=session.get_one(Person, row.person_id).user_id if row.person_id else None,
        posted=Posted(row.posted_channel, row.ts) if row.posted_channel and row.ts else None,
        content_hash=row.content_hash,
        created_at=row.created_at,
        intended=row.intended_at is not None,
    )


def _first_post(sessions: Sessions, poster: Poster, letter: Letter, content: Content) -> Posted:
    """Post it, unless an earlier attempt whose end nobody saw did so already."""
    if letter.channel is not None:
        channel = letter.channel
        _require_allowed(sessions, poster, channel)
    else:
        channel = poster.direct_channel(letter.user_id or "")
    if content.document is not None:
        return documents.share(sessions, poster, letter.id, channel, content)
    hang = _hang(sessions, poster, letter.id, content)
    if letter.intended:
        found = poster.find(channel, letter.id, letter.created_at)
        if found is not None:
            poster.update(found, content, letter.id, hang)
            return found
    else:
        with sessions.begin() as session:
            session.get_one(Message, letter.id).intended_at = wall()
        fault("post.after_intent")
    fault("post.before_http")
    return poster.post(channel, content, letter.id, hang)


def _hang(sessions: Sessions, poster: Poster, message_id: str, content: Content) -> Hang:
    return uploads.hanging(sessions, poster, message_id, content.pictures)


def _looked_at(sessions: Sessions, channel: str) -> bool:
    with sessions.reading() as session:
        return channels.known_good(session, channel)


def _require_allowed(sessions: Sessions, poster: Poster, channel: str) -> None:
    """Look at the channel, keep what was found, and Never if messages may not go there."""
    try:
        found: channels.Found | str = poster.look(channel)
    except Never as never:
        found = never.sentence
    with sessions.begin() as session:
        error = channels.record(session, channel, found)
    if error is not None:
        raise Never(error)


def _record(session: Session, message_id: str, posted: Posted, drawn: str, wanted: int) -> None:
    row = session.get_one(Message, message_id, with_for_update=True)
    first = row.ts is None
    if first:
        row.posted_at = now(session)
    elif row.content_hash != drawn:
        row.updated_at = now(session)
    row.posted_channel, row.ts, row.intended_at = posted.channel, posted.ts, None
    row.content_hash = drawn
    finish(row, wanted)
    if first:
        trail.record(session, None, f"{row.kind}.post", subject_id=row.subject_id, cycle_id=row.cycle_id)
    if row.kind == MessageKind.REPORT:
        recipients.posted(session, row)
    if row.kind == MessageKind.SUMMARY:
        _released(session, session.get_one(Case, row.subject_id))


def _released(session: Session, case: Case) -> None:
    """Release a case whose summary is in the channel: who is entitled may read it, lists of cases show its grades."""
    if case.released_at is None:
        case.released_at = now(session)
        promise(session, PromiseKind.RELEASE, case.id, now(session))
