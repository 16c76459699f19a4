"""The published cycle, answered and judged, and its report."""

import base64
from io import BytesIO
from typing import Protocol

import docx
from docx.document import Document
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import loading
from bot.settings import Settings
from jobs.deliver import deliver
from jobs.slack_posting import Poster
from sandbox.slack.model import File
from sandbox.slack.model import Message as Said
from storage.cases import Case
from storage.clock import now, wall
from storage.cycles import Cycle
from storage.engine import Sessions
from storage.messages import Message, MessageKind
from tests.kit import loaded
from tests.kit.forging import click, send
from tests.kit.loaded import FILE
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR

SUB_GROUP = "C0SUBGROUP"


TWO = ("Education", "Police")
FEW = ("T2-EAST-01", "T2-NORTH-02", "T2-CENTRAL-03")


class Stored(Protocol):
    """Anything with the product's settings and database, such as a play."""

    settings: Settings
    sessions: Sessions


def answered(play: Stored, *, released: bool = True) -> str:
    """Three cases of the cycle with every return and judgement, at its meetings, released; returns the cycle's id."""
    with play.sessions.begin() as session:
        loaded.put(session, play.settings.clock.now(), _few)
        session.execute(update(Case).values(released_at=now(session) if released else None))
        return session.scalars(select(Cycle.id)).one()


def whole(play: Play) -> str:
    """All cases of the cycle, answered by two agencies, judged and released; returns the cycle's id."""
    with play.sessions.begin() as session:
        moment = play.settings.clock.now().replace(minute=0, second=0, microsecond=0)
        loaded.put(session, moment, _all)
        session.execute(update(Case).values(released_at=now(session)))
        return session.scalars(select(Cycle.id)).one()


def _all(session: Session) -> None:
    file = loading.read(FILE)
    cases = tuple(case.model_copy(update={"agencies": TWO}) for case in file.setup.cases)
    returns = tuple(part for part in file.returns if part.agency in TWO)
    setup = file.setup.model_copy(update={"cases": cases})
    findings = tuple(part.model_copy(update={"agency": None}) for part in file.findings)
    parts = {"setup": setup, "returns": returns, "findings": findings}
    loading.load(session, file.model_copy(update=parts), answered=True)


def _few(session: Session) -> None:
    file = loading.read(FILE)
    parts = {
        "setup": file.setup.model_copy(update={"cases": tuple(c for c in file.setup.cases if c.reference in FEW)}),
        "returns": tuple(part for part in file.returns if part.case in FEW),
        "judgements": tuple(part for part in file.judgements if part.case in FEW),
        "findings": tuple(part for part in file.findings if part.case in FEW),
    }
    loading.load(session, file.model_copy(update=parts), answered=True)


def show(play: Play, user: str = COORDINATOR) -> str:
    """Open the report's modal, and return its text."""
    with play.reading() as session:
        cycle_id = session.scalars(select(Cycle.id)).one()
    assert send(play.workspace, click(user, "report.show", cycle_id)).ok
    return play.modal_text(user)


def attempt(play: Play, kind: MessageKind) -> str | None:
    """Attempt the messages of a kind now, regardless of pauses; returns the last one's error, or None."""
    with play.sessions.begin() as session:
        session.execute(update(Message).where(Message.kind == kind).values(next_try_at=wall()))
        ids = list(session.scalars(select(Message.id).where(Message.kind == kind)))
    poster = Poster(play.settings.slack_bot_token.get_secret_value(), play.settings.slack_api_url)
    for message_id in ids:
        deliver(play.sessions, poster, message_id)
    with play.reading() as session:
        return session.scalars(select(Message.error).where(Message.kind == kind).order_by(Message.id)).all()[-1]


def posted(play: Play, channel: str = SUB_GROUP) -> list[Said]:
    """The app's messages in a channel that share a file."""
    return [each for each in play.workspace.messages.get(channel, []) if each.by_app and each.files]


def direct(play: Play, user: str) -> str:
    """The id of the app's direct messages with a person."""
    return next(channel.id for channel in play.workspace.channels.values() if channel.is_im and channel.user == user)


def file_of(play: Play, said: Said) -> File:
    """The document that a message shares."""
    [file_id] = said.files
    return play.workspace.files[file_id]


def opened(data: bytes) -> Document:
    """A Word file's document."""
    return docx.Document(BytesIO(data))


def read(play: Play, said: Said) -> Document:
    """The document that a message shares, opened."""
    return opened(base64.b64decode(file_of(play, said).data))


def words(document: Document) -> str:
    """The whole text of a document."""
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
