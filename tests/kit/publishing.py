"""The editions of a report that may be published, and their release by way of the app."""

from sqlalchemy import select

from audit.disclosure.risks import Rules
from audit.errors import Refused
from audit.report.contents import Contents
from audit.report.publishable import Before, Decision, decide
from storage.messages import MessageKind
from storage.publications import Publication
from storage.reports import Report
from tests.kit import models
from tests.kit.forging import click, send
from tests.kit.play import Play
from tests.kit.pressing import COORDINATOR, submitted
from tests.kit.reporting import attempt, direct
from views.documents import Document
from views.report.editions import document

PATIENT = Rules(seconds=100.0)
FIRST = Before()
WHY = "The partners meet after the deadline."
"""The reason for a public edition though not everybody has signed."""


def decided(contents: Contents, edition: str, before: Before = FIRST, rules: Rules = PATIENT) -> Decision:
    """The decision on what an edition contains and omits. Raises Refused if there can be none."""
    found = decide(contents, edition, before, rules)
    if found.refused:
        raise Refused(found.refused)
    return found


def drawn(contents: Contents, edition: str, rules: Rules = PATIENT) -> Document:
    """The document of an edition as it may be published."""
    if edition == "full":
        return document(contents, edition, 1, models.NOW)
    return document(contents, edition, 1, models.NOW, shown=decided(contents, edition, rules=rules).shown)


def ask(play: Play, version: int, edition: str) -> str:
    """Ask for an edition of a version by direct message; returns the errors at fields, "" without any."""
    with play.reading() as session:
        found = session.scalars(select(Report.id).where(Report.version == version)).one()
    assert send(play.workspace, click(COORDINATOR, "report.get", found)).ok
    why = {"unsigned": WHY} if edition == "public" else {}
    assert submitted(play, COORDINATOR, edition=edition, **why).ok
    modal = play.modal(COORDINATOR)
    return " ".join(modal.field_errors.values())


def told(play: Play, version: int, edition: str) -> str:
    """Ask for an edition, and return the message that asks for its release."""
    assert ask(play, version, edition) == ""
    return checked(play)


def checked(play: Play) -> str:
    """The message about the publication last asked for, once it is checked."""
    assert attempt(play, MessageKind.RELEASE) is None
    with play.reading() as session:
        number = session.scalars(select(Report.version).join(Publication, Publication.report_id == Report.id)
                                 .order_by(Publication.asked_at.desc())).first()  # fmt: skip
    said = [each for each in play.workspace.messages[direct(play, COORDINATOR)] if f"version {number}:" in each.text]
    return str(said[-1].text) + str(said[-1].blocks)


def release(play: Play) -> str:
    """Press the release button of all publications that aren't released; returns the last answer's body."""
    with play.reading() as session:
        found = session.scalars(select(Publication.id).where(Publication.released_at.is_(None))).all()
    outcome = [send(play.workspace, click(COORDINATOR, "report.release", each)) for each in found][-1]
    return outcome.body
