"""Delivers a message: builds it from the database as of now, and makes Slack show exactly that, once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from audit import trail
from audit.delivery import channels
from audit.disclosure.published_before import Fact
from audit.report import internal_publications, recipients
from audit.retention import restored
from jobs import check_publication, letters, share_document, take_down, uploads
from jobs.attempts import FIRST_WAIT, Attempt, NeedsPerson, Overtaken, attempt
from jobs.slack_answers import Gone
from jobs.slack_posting import EnsurePictures, Posted, Poster
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
    """A message as it should be now, and as it is known to be in Slack.

    `drawn`: hash of the content it should have; `content_hash`: hash of its content in Slack. `facts`: the numbers that
    it will show and doesn't show yet.
    """

    id: str
    mark: str
    content: Content
    channel: str | None
    user_id: str | None
    posted: Posted | None
    content_hash: str | None
    drawn: str
    created_at: datetime
    intended: bool
    facts: frozenset[Fact] = frozenset()

    @property
    def changed(self) -> bool:
        """Whether Slack shows something else, or nothing."""
        return self.content_hash != self.drawn


_FOUND = (
    select(
        Message,
        Person.user_id,
        restored.MISSED_SINCE.label("missed"),
        take_down.DUE.label("over"),
        check_publication.UNCHECKED.label("unchecked"),
    )
    .outerjoin(Person, Person.id == Message.person_id)
    .where(Message.id == bindparam("message_id"))
)
"""A message, its person's user id, since when it may have been posted unseen (null: it can't have been), whether it is
to be removed, and whether its publication must be checked first."""


def deliver(sessions: Sessions, poster: Poster, message_id: str, *, retry: float = FIRST_WAIT) -> None:
    """Bring one message up to date. Running it again, or twice at once, makes no difference."""
    with attempt(sessions, Message, message_id, retry=retry) as begun:
        if begun is None:
            return
        with sessions.reading() as session:
            row = session.execute(_FOUND, {"message_id": message_id}).one()
            letter = None if row.over or row.unchecked else _letter(session, row)
        if row.over:
            take_down.remove(sessions, poster, begun)
            return
        if row.unchecked:
            check_publication.check(sessions, message_id)
            with sessions.reading() as session:
                letter = _letter(session, session.execute(_FOUND, {"message_id": message_id}).one())
        if letter is None:
            with sessions.begin() as session:
                begun.finish(begun.row(session))
        else:
            _show(sessions, poster, begun, letter)


def _show(sessions: Sessions, poster: Poster, begun: Attempt[Message], letter: Letter) -> None:
    """Make Slack show a letter, and record that it does."""
    posted = letter.posted or _first_post(sessions, poster, begun, letter)
    if letter.changed and posted is letter.posted:
        _change(sessions, poster, begun, letter, posted)
    fault("post.after_http")
    try:
        with sessions.begin() as session:
            _record(session, begun, letter, posted)
    except Overtaken:
        _redo_after_overtaken(sessions, poster, letter, posted)
        raise
    fault("post.after_record")
    if letter.changed and letter.posted is not None:  # it may have had other pictures before
        uploads.take_down(sessions, poster, letter.id, letter.content.pictures)


def _change(sessions: Sessions, poster: Poster, begun: Attempt[Message], letter: Letter, posted: Posted) -> None:
    """Replace the message's content in Slack."""
    with sessions.reading() as session:
        begun.check(session)
        looked_at = letter.channel is None or channels.recently_usable(session, letter.channel)
    if letter.channel is not None and not looked_at:
        _require_allowed(sessions, poster, letter.channel)
    try:
        poster.update(posted, letter.content, letter.mark, _hang(sessions, poster, letter))
    except Gone:
        _forget(sessions, begun)
        raise


def _redo_after_overtaken(sessions: Sessions, poster: Poster, letter: Letter, posted: Posted) -> None:
    """After being overtaken while writing to Slack: have the newest content written again, and remove a second post."""
    with sessions.begin() as session:
        row = session.get_one(Message, letter.id, with_for_update=True)
        row.wanted, row.content_hash = row.wanted + 1, None
        second = row.ts is not None and row.ts != posted.ts
    if second and posted is not letter.posted:
        poster.take_away(posted)


def _forget(sessions: Sessions, begun: Attempt[Message]) -> None:
    """Record that the message is no longer in Slack: the next attempt posts it anew if there is anything to say."""
    with sessions.begin() as session:
        row = begun.row(session)
        row.posted_channel = row.ts = row.content_hash = None
        trail.record(session, None, f"{row.kind}.deleted", subject_id=row.subject_id, cycle_id=row.cycle_id)


def _hash(content: Content) -> str:
    return hashlib.sha256(json.dumps([content.text, content.blocks], sort_keys=True).encode()).hexdigest()


def _letter(session: Session, found: Row[Message, str | None, datetime | None, bool, bool]) -> Letter | None:
    """The message as it should be now; None if there is nothing to say (any more).

    Then an unposted message is never posted, and a posted one stays as it is.
    """
    row, user_id, missed, *_ = found
    content = letters.content(session, row)
    if content is None:
        return None
    drawn = _hash(content)
    return Letter(
        id=row.id,
        mark=row.mark,
        content=content,
        channel=row.channel,
        user_id=user_id,
        posted=Posted(row.posted_channel, row.ts) if row.posted_channel and row.ts else None,
        content_hash=row.content_hash,
        drawn=drawn,
        created_at=min(row.created_at, missed or row.created_at),
        intended=row.intended_at is not None or missed is not None,
        facts=internal_publications.in_post(session, row) if row.content_hash != drawn else frozenset(),
    )


def _first_post(sessions: Sessions, poster: Poster, begun: Attempt[Message], letter: Letter) -> Posted:
    """Post a message, unless an earlier attempt with unknown outcome has posted it already."""
    if letter.channel is not None:
        channel = letter.channel
        _require_allowed(sessions, poster, channel)
    else:
        channel = poster.direct_channel(letter.user_id or "")
    if letter.content.document is not None:
        return share_document.share(sessions, poster, begun, channel, letter.content)
    hang = _hang(sessions, poster, letter)
    if letter.intended and (earlier := poster.find(channel, letter.mark, letter.created_at)) is not None:
        poster.update(earlier, letter.content, letter.mark, hang)
        return earlier
    with sessions.begin() as session:
        begun.row(session).intended_at = wall()
    fault("post.after_intent")
    fault("post.before_http")
    return poster.post(channel, letter.content, letter.mark, hang)


def _hang(sessions: Sessions, poster: Poster, letter: Letter) -> EnsurePictures:
    return uploads.picture_uploader(sessions, poster, letter.id, letter.content.pictures)


def _require_allowed(sessions: Sessions, poster: Poster, channel: str) -> None:
    """Check the channel, record the result, and raise NeedsPerson if messages may not be posted there."""
    try:
        seen: channels.SlackChannel | str = poster.look(channel)
    except NeedsPerson as refusal:
        seen = refusal.sentence
    with sessions.begin() as session:
        error = channels.record(session, channel, seen)
    if error is not None:
        raise NeedsPerson(error)


def _record(session: Session, begun: Attempt[Message], letter: Letter, posted: Posted) -> None:
    row = begun.row(session)
    first = row.ts is None
    if letter.changed:
        internal_publications.posted(session, row, letter.facts)
    if first:
        row.posted_at = now(session)
    elif letter.changed:
        row.updated_at = now(session)
    row.posted_channel, row.ts, row.intended_at = posted.channel, posted.ts, None
    if row.content_hash == letter.content_hash:  # otherwise another attempt wrote meanwhile: it is written again
        row.content_hash = letter.drawn
    begun.finish(row)
    if first:
        trail.record(session, None, f"{row.kind}.post", subject_id=row.subject_id, cycle_id=row.cycle_id)
    if row.kind == MessageKind.REPORT:
        recipients.posted(session, row)
    if row.kind == MessageKind.SUMMARY:
        _released(session, session.get_one(Case, row.subject_id))


def _released(session: Session, case: Case) -> None:
    """Release a case whose summary is in the channel: those entitled may read it, and case lists show its grades."""
    if case.released_at is None:
        case.released_at = now(session)
        promise(session, PromiseKind.RELEASE, case.id, now(session))
