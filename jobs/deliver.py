"""Deliver a message: draw it from the database now, and make Slack show just that, once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from audit import trail
from audit.delivery import channels
from audit.disclosure.told_before import Fact
from audit.report import internal_publications, recipients
from audit.retention import restored
from jobs import check_publication, letters, share_document, take_down, uploads
from jobs.attempts import FIRST_WAIT, Attempt, Never, Overtaken, attempt
from jobs.slack_answers import Gone
from jobs.slack_posting import Hang, Posted, Poster
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

    `drawn` and `content_hash`: of what it says now, and of what stands in Slack. `facts`: the numbers that it tells, if
    it doesn't tell them yet.
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
        """Whether something else stands in Slack, or nothing."""
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
"""A message, from when on it may stand in Slack, and what is to be done before it is drawn."""


def deliver(sessions: Sessions, poster: Poster, message_id: str, *, retry: float = FIRST_WAIT) -> None:
    """Bring one message up to date. Running it again, or twice at once, changes nothing."""
    with attempt(sessions, Message, message_id, retry=retry) as begun:
        if begun is None:
            return
        with sessions.reading() as session:
            found = session.execute(_FOUND, {"message_id": message_id}).one()
            letter = None if found.over or found.unchecked else _letter(session, found)
        if found.over:
            take_down.remove(sessions, poster, begun)
            return
        if found.unchecked:
            check_publication.check(sessions, message_id)
            with sessions.reading() as session:
                letter = _letter(session, session.execute(_FOUND, {"message_id": message_id}).one())
        if letter is None:
            with sessions.begin() as session:
                begun.finish(begun.row(session))
        else:
            _show(sessions, poster, begun, letter)


def _show(sessions: Sessions, poster: Poster, begun: Attempt[Message], letter: Letter) -> None:
    """Have Slack show a letter, and record that it does."""
    posted = letter.posted or _first_post(sessions, poster, begun, letter)
    if letter.changed and posted is letter.posted:
        _change(sessions, poster, begun, letter, posted)
    fault("post.after_http")
    try:
        with sessions.begin() as session:
            _record(session, begun, letter, posted)
    except Overtaken:
        _make_good(sessions, poster, letter, posted)
        raise
    fault("post.after_record")
    if letter.changed and letter.posted is not None:  # it may have shown other pictures before
        uploads.take_down(sessions, poster, letter.id, letter.content.pictures)


def _change(sessions: Sessions, poster: Poster, begun: Attempt[Message], letter: Letter, posted: Posted) -> None:
    """Replace what stands in Slack."""
    with sessions.reading() as session:
        begun.check(session)
        looked_at = letter.channel is None or channels.known_good(session, letter.channel)
    if letter.channel is not None and not looked_at:
        _require_allowed(sessions, poster, letter.channel)
    try:
        poster.update(posted, letter.content, letter.mark, _hang(sessions, poster, letter))
    except Gone:
        _forget(sessions, begun)
        raise


def _make_good(sessions: Sessions, poster: Poster, letter: Letter, posted: Posted) -> None:
    """Overtaken while Slack was being written to: have the newest written again, and a second post taken away."""
    with sessions.begin() as session:
        row = session.get_one(Message, letter.id, with_for_update=True)
        row.wanted, row.content_hash = row.wanted + 1, None
        second = row.ts is not None and row.ts != posted.ts
    if second and posted is not letter.posted:
        poster.take_away(posted)


def _forget(sessions: Sessions, begun: Attempt[Message]) -> None:
    """The next attempt posts it, as if it never had been: once, and only if there is still something to say."""
    with sessions.begin() as session:
        row = begun.row(session)
        row.posted_channel = row.ts = row.content_hash = None
        trail.record(session, None, f"{row.kind}.deleted", subject_id=row.subject_id, cycle_id=row.cycle_id)


def _hash(content: Content) -> str:
    return hashlib.sha256(json.dumps([content.text, content.blocks], sort_keys=True).encode()).hexdigest()


def _letter(session: Session, found: Row[Message, str | None, datetime | None, bool, bool]) -> Letter | None:
    """None if there is nothing to say (any more): what isn't posted yet never is, and what is stays."""
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
    """Post it, unless an earlier attempt whose end nobody saw did so already."""
    if letter.channel is not None:
        channel = letter.channel
        _require_allowed(sessions, poster, channel)
    else:
        channel = poster.direct_channel(letter.user_id or "")
    if letter.content.document is not None:
        return share_document.share(sessions, poster, begun, channel, letter.content)
    hang = _hang(sessions, poster, letter)
    if letter.intended and (found := poster.find(channel, letter.mark, letter.created_at)) is not None:
        poster.update(found, letter.content, letter.mark, hang)
        return found
    with sessions.begin() as session:
        begun.row(session).intended_at = wall()
    fault("post.after_intent")
    fault("post.before_http")
    return poster.post(channel, letter.content, letter.mark, hang)


def _hang(sessions: Sessions, poster: Poster, letter: Letter) -> Hang:
    return uploads.hanging(sessions, poster, letter.id, letter.content.pictures)


def _require_allowed(sessions: Sessions, poster: Poster, channel: str) -> None:
    """Look at the channel, keep what was found, and Never if messages may not go there."""
    try:
        found: channels.SlackChannel | str = poster.look(channel)
    except Never as never:
        found = never.sentence
    with sessions.begin() as session:
        error = channels.record(session, channel, found)
    if error is not None:
        raise Never(error)


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
    if row.content_hash == letter.content_hash:  # else somebody may have covered it meanwhile: it is written again
        row.content_hash = letter.drawn
    begun.finish(row)
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
