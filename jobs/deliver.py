"""Deliver a message: draw it from the database now, and make Slack show just that, once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit import access, cases, cycles, drift, returns, sheets, trail
from audit.errors import Refused
from jobs.attempts import Never, attempt, finish
from jobs.slack import Posted, Poster
from storage.cases import Case
from storage.clock import now, wall
from storage.engine import Sessions
from storage.faults import fault
from storage.messages import Message, MessageKind
from storage.people import Person, Workspace
from views import cases as case_views
from views import returns as return_views
from views import sheets as sheet_views
from views import tallies as tally_views
from views.parts import Content


@dataclass(frozen=True)
class Letter:
    """A message as it should stand now, and what is known of where it stands."""

    id: str
    content: Content
    channel: str | None
    user_id: str | None
    posted: Posted | None
    content_hash: str | None
    created_at: datetime
    intended: bool

    @property
    def drawn_hash(self) -> str:
        """Of the content as drawn now."""
        drawn = json.dumps([self.content.text, self.content.blocks], sort_keys=True)
        return hashlib.sha256(drawn.encode()).hexdigest()


def deliver(sessions: Sessions, poster: Poster, message_id: str, slot: str) -> None:
    """Bring one message up to date. Running it again, or twice at once, changes nothing."""
    with attempt(sessions, Message, message_id, slot) as wanted:
        if wanted is None:
            return
        with sessions.reading() as session:
            letter = _letter(session, message_id)
        posted = letter.posted or _first_post(sessions, poster, letter)
        if letter.content_hash != letter.drawn_hash and posted is letter.posted:
            poster.update(posted, letter.content, letter.id)
        fault("post.after_http")
        with sessions.begin() as session:
            _record(session, letter, posted, wanted)
        fault("post.after_record")


def _letter(session: Session, message_id: str) -> Letter:
    row = session.get_one(Message, message_id)
    return Letter(
        id=row.id,
        content=_content(session, row),
        channel=row.channel,
        user_id=session.scalar(select(Person.user_id).where(Person.id == row.person_id)),
        posted=Posted(row.posted_channel, row.ts) if row.posted_channel and row.ts else None,
        content_hash=row.content_hash,
        created_at=row.created_at,
        intended=row.intended_at is not None,
    )


def _content(session: Session, row: Message) -> Content:
    """Drawn from the database by kind; a rule that refuses to show it sets the message aside."""
    try:
        return _DRAWN[MessageKind(row.kind)](session, row)
    except Refused as refusal:
        raise Never(refusal.sentence) from refusal


def _request(session: Session, row: Message) -> Content:
    waiting = returns.waiting(session, _addressee(session, row), row.cycle_id)
    return return_views.request(cycles.view(session, row.cycle_id), waiting, now(session))


def _summary(session: Session, row: Message) -> Content:
    return case_views.headlines(cases.summary(session, row.subject_id), now(session))


def _tally(session: Session, row: Message) -> Content:
    board = cycles.board(session, row.cycle_id)
    return tally_views.tally(board.cycle, board.tally, board.now)


def _drift(session: Session, row: Message) -> Content:
    access.require_coordinator(_addressee(session, row), "drift.read", row.cycle_id)
    return sheet_views.digest(drift.digest(session, row.cycle_id, date.fromisoformat(row.subject_id)))


def _sheet_stopped(session: Session, row: Message) -> Content:
    access.require_coordinator(_addressee(session, row), "sheet.read", row.cycle_id)
    return sheet_views.stopped(sheets.stop(session, row.cycle_id, row.subject_id))


_DRAWN: dict[MessageKind, Callable[[Session, Message], Content]] = {
    MessageKind.REQUEST: _request,
    MessageKind.SUMMARY: _summary,
    MessageKind.TALLY: _tally,
    MessageKind.DRIFT: _drift,
    MessageKind.SHEET_STOPPED: _sheet_stopped,
}


def _addressee(session: Session, row: Message) -> access.Actor:
    person = session.get_one(Person, row.person_id)
    workspace = session.get_one(Workspace, person.workspace_id)
    return access.actor(session, workspace.team_id, person.user_id)


def _first_post(sessions: Sessions, poster: Poster, letter: Letter) -> Posted:
    """Post it, unless an earlier attempt whose end nobody saw did so already."""
    if letter.channel is not None:
        channel = letter.channel
        poster.require_private(channel)
    else:
        channel = poster.direct_channel(letter.user_id or "")
    if letter.intended:
        found = poster.find(channel, letter.id, letter.created_at)
        if found is not None:
            poster.update(found, letter.content, letter.id)
            return found
    else:
        with sessions.begin() as session:
            session.get_one(Message, letter.id).intended_at = wall()
        fault("post.after_intent")
    fault("post.before_http")
    return poster.post(channel, letter.content, letter.id)


def _record(session: Session, letter: Letter, posted: Posted, wanted: int) -> None:
    row = session.get_one(Message, letter.id, with_for_update=True)
    first = row.ts is None
    row.posted_channel, row.ts, row.intended_at = posted.channel, posted.ts, None
    row.content_hash = letter.drawn_hash
    finish(row, wanted)
    if first:
        trail.record(session, None, f"{row.kind}.post", subject_id=row.subject_id, cycle_id=row.cycle_id)
    if row.kind == MessageKind.SUMMARY:
        case = session.get_one(Case, row.subject_id)
        case.released_at = case.released_at or now(session)
