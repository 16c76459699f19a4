"""What people outside may be told of a report; and releasing it, through the door."""

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
"""Why a public edition goes out though not all have signed."""


def decided(contents: Contents, edition: str, before: Before = FIRST, rules: Rules = PATIENT) -> Decision:
    """What an edition tells and leaves out; Refused if there is none."""
    found = decide(contents, edition, before, rules)
    if found.refused:
        raise Refused(found.refused)
    return found


def drawn(contents: Contents, edition: str, rules: Rules = PATIENT) -> Document:
    """An edition, as it may be published."""
    if edition == "full":
        return document(contents, edition, 1, models.NOW)
    return document(contents, edition, 1, models.NOW, shown=decided(contents, edition, rules=rules).shown)


def ask(play: Play, version: int, edition: str) -> str:
    """Ask for an edition of a version by DM; what is said against it, "" if nothing is."""
    with play.reading() as session:
        found = session.scalars(select(Report.id).where(Report.version == version)).one()
    assert send(play.workspace, click(COORDINATOR, "report.get", found)).ok
    why = {"unsigned": WHY} if edition == "public" else {}
    assert submitted(play, COORDINATOR, edition=edition, **why).ok
    modal = play.modal(COORDINATOR)
    return " ".join(modal.field_errors.values())


def told(play: Play, version: int, edition: str) -> str:
    """What the message says that asks for the release of what was asked for."""
    assert ask(play, version, edition) == ""
    return checked(play)


def checked(play: Play) -> str:
    """What the message says, of the publication that was asked for last, once it is checked."""
    assert attempt(play, MessageKind.RELEASE) is None
    with play.reading() as session:
        number = session.scalars(select(Report.version).join(Publication, Publication.report_id == Report.id)
                                 .order_by(Publication.asked_at.desc())).first()  # fmt: skip
    said = [each for each in play.workspace.messages[direct(play, COORDINATOR)] if f"version {number}:" in each.text]
    return str(said[-1].text) + str(said[-1].blocks)


def release(play: Play) -> str:
    """Press the button of all that isn't released yet; what is said against the last, if anything is."""
    with play.reading() as session:
        found = session.scalars(select(Publication.id).where(Publication.released_at.is_(None))).all()
    outcome = [send(play.workspace, click(COORDINATOR, "report.release", each)) for each in found][-1]
    return outcome.body
