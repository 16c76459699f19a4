"""Removes what was posted about an audit when its time is over: messages and files in Slack, tabs in its sheets."""

from contextlib import suppress

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from audit import trail
from audit.retention import due
from audit.sheet import edits_for_coordinators, lend
from audit.sheet.cleared import CLEARED
from jobs import share_document
from jobs.attempts import Attempt, TryLater
from jobs.slack_answers import Gone
from jobs.slack_posting import Posted, Poster
from sheets import clearing
from sheets.errors import OutOfStep, SheetsGone, SheetsRefused, SheetsUnavailable
from sheets.google_client import GoogleClient
from storage.clock import now
from storage.engine import Sessions
from storage.faults import fault
from storage.holds import Kept
from storage.messages import Message, MessageKind, MessageState, Upload
from storage.people import Person
from storage.sheet_state import SheetCondition, SheetState

PROBE = 900.0
"""Seconds until a sheet that only a person can mend (access withdrawn, deleted) is tried again."""
DUE = or_(Message.kind != MessageKind.RETENTION_DUE, Message.ts.is_not(None)) & due.removed(
    Message.cycle_id.expression, Kept.WORK
)
"""The condition that a message is to be removed: its cycle's time is over.

The notice of due removals is posted all the same, and removed by the next purge.
"""


def is_sheet_due(session: Session, sheet: SheetState) -> bool:
    """Whether the sheet is to be cleared because its cycle's time is over.

    A hold that came later keeps what is still drawn, and brings nothing back.
    """
    if due.begun(session, sheet.cycle_id, Kept.WORK):
        return True
    cleared = select(SheetState.id).where(SheetState.id == sheet.id, CLEARED)
    return sheet.drawn_at is None and session.scalar(cleared) is not None


def remove(sessions: Sessions, poster: Poster, begun: Attempt[Message]) -> None:
    """Delete a message in Slack, even if posted by an attempt with unknown outcome.

    NeedsPerson says why it can't be deleted.
    """
    with sessions.reading() as session:
        row = session.get_one(Message, begun.row_id)
        begun.check(session)
        user_id = session.scalar(select(Person.user_id).where(Person.id == row.person_id))
    posted = Posted(row.posted_channel, row.ts) if row.posted_channel and row.ts else None
    if posted is None and row.intended_at is not None:
        posted = _unseen(sessions, poster, row, row.channel or poster.direct_channel(user_id or ""))
    if posted is not None:
        with suppress(Gone):
            poster.take_away(posted)
    fault("removal.after_http")
    _delete_files(sessions, poster, begun.row_id)
    with sessions.begin() as session:
        row = begun.row(session)
        row.posted_channel = row.ts = row.intended_at = row.content_hash = None
        row.state = MessageState.REMOVED
        begun.finish(row)
        trail.record(session, None, f"{row.kind}.removed", subject_id=row.subject_id, cycle_id=row.cycle_id)
    fault("removal.after_record")


def _unseen(sessions: Sessions, poster: Poster, row: Message, channel: str) -> Posted | None:
    """The message's post in Slack, if an attempt with unknown outcome made one."""
    with sessions.reading() as session:
        shared = [each for each in _files(session, row.id) if each.key == share_document.KEY and each.file_id]
    for each in shared:
        if each.file_id and poster.has(each.file_id):
            return poster.shared(channel, each.file_id, each.begun_at)
    return poster.find(channel, row.mark, row.created_at)


def _delete_files(sessions: Sessions, poster: Poster, message_id: str) -> None:
    """Delete the message's files.

    A file that Slack refuses to delete keeps its row, and the message is set aside (NeedsPerson).
    """
    with sessions.reading() as session:
        files = _files(session, message_id)
    for each in files:
        if each.file_id is not None and poster.has(each.file_id):
            poster.delete(each.file_id)
        with sessions.begin() as session:
            session.execute(delete(Upload).where(Upload.id == each.id))


def clear(
    sessions: Sessions, client: GoogleClient, begun: Attempt[SheetState], spreadsheet_id: str | None, *, for_good: bool
) -> None:
    """Remove what was drawn in a sheet: `for_good` because its time is over, otherwise because it is taken back.

    What Google refuses is listed by `roundtable purge`, or shown to the person who took the sheet back.
    """
    try:
        if spreadsheet_id is not None:
            clearing.clear(client, spreadsheet_id, begun.row_id, for_good=for_good)
    except SheetsGone:
        pass  # somebody has deleted it, as was asked for
    except SheetsUnavailable as trouble:
        raise TryLater(trouble.sentence, trouble.retry_after) from trouble
    except OutOfStep as trouble:  # people changed the spreadsheet at that moment
        raise TryLater(trouble.sentence) from trouble
    except SheetsRefused as trouble:
        raise TryLater(trouble.sentence, PROBE) from trouble
    with sessions.begin() as session:
        row = begun.row(session)
        begun.finish(row)
        if not for_good:  # a sheet that is no longer lent is never drawn again
            lend.release_spreadsheet(session, row)
        _forget(session, row)
        trail.record(session, None, "sheet.removed", subject_id=row.id, cycle_id=row.cycle_id)


def _forget(session: Session, row: SheetState) -> None:
    """Erase the recorded state of a sheet."""
    row.readers = row.readers_at = row.memory = row.version = row.drawers = row.stopped_at = None
    row.drawn_at = row.behind_since = None
    edits_for_coordinators.forget(session, row.id)
    standing = [SheetCondition.sheet_id == row.id, SheetCondition.over_at.is_(None)]
    session.execute(update(SheetCondition).where(*standing).values(over_at=now(session)))


def _files(session: Session, message_id: str) -> list[Upload]:
    return list(session.scalars(select(Upload).where(Upload.message_id == message_id)))
