"""Who may look at a report and send it, and who gets a meeting's pack: the part of tests/access/ways.py about those."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.report import contents, gather
from storage.clock import now
from storage.crypto import seal
from storage.cycles import Cycle
from storage.meetings import Meeting
from storage.people import Person
from storage.publications import Audience, Publication
from storage.reports import Edition, Report, ReportParagraph
from tests.access.making import CHAIRING, COORDINATOR, OVERSEERS, Making, pressed, sent, turned, within

SIGNING = {"coordinator", "signatory"}
CHANGES = {"party": "for_police", "answer": "changes", "words": "More of our reasons."}
FORMS: dict[str, tuple[str, set[str], str, Making]] = {
    "report.show": ("under way", OVERSEERS, "report.read", pressed("report.show")),
    "report.page": ("under way", OVERSEERS, "report.read", turned("report.page")),
    "paragraphs.show": ("under way", CHAIRING, "paragraph.write", pressed("paragraphs.show")),
    "paragraphs.page": ("under way", CHAIRING, "paragraph.write", turned("paragraphs.page")),
    "paragraph.edit": ("under way", CHAIRING, "paragraph.write", within("paragraph.edit")),
    "paragraph.save": ("under way", CHAIRING, "paragraph.write", sent("paragraph.save", text="It was late.")),
    "paragraph.public": ("written", COORDINATOR, "paragraph.publish", within("paragraph.public")),
    "paragraph.inside": ("written", COORDINATOR, "paragraph.publish", within("paragraph.inside")),
    "signoff.show": ("asked for", SIGNING, "signoff.read", pressed("signoff.show")),
    "signoff.read": ("asked for", SIGNING, "signoff.read", pressed("signoff.read")),
    "signoff.ask": ("asked for", COORDINATOR, "signoff.ask", within("signoff.ask")),
    "signoff.decide": ("asked for", {"signatory"}, "signoff.give", pressed("signoff.decide")),
    "signoff.given": ("asked for", {"signatory"}, "signoff.give", sent("signoff.given", **CHANGES)),
    "signoff.record": ("asked for", COORDINATOR, "signoff.record", pressed("signoff.record")),
    "signoff.recorded": ("asked for", COORDINATOR, "signoff.record", sent("signoff.recorded", **CHANGES)),
    "report.issue": ("issued", COORDINATOR, "report.issue", within("report.issue")),
    "report.make": ("under way", COORDINATOR, "report.make", within("report.make")),
    "report.send": ("issued", COORDINATOR, "report.send", within("report.send")),
    "report.brief": ("issued", COORDINATOR, "report.send", within("report.brief")),
    "report.get": ("issued", COORDINATOR, "report.send", pressed("report.get")),
    "report.got": ("issued", COORDINATOR, "report.send", sent("report.got", edition="full")),
    "report.release": ("asked for", COORDINATOR, "report.publish", pressed("report.release")),
    "report.record": ("under way", COORDINATOR, "report.record", pressed("report.record")),
    "report.recorded": ("under way", COORDINATOR, "report.record", sent("report.recorded", audience="The board")),
    "pack.ask": ("a meeting's", {"coordinator", "chair"}, "pack.ask", pressed("pack.ask")),
}
"""Handler -> what about, who gets in, what a denial is recorded as, and how it is used."""


def prepare(session: Session) -> None:
    """A version of the cycle's report was made, its sign-offs and its public edition asked for, and a text written."""
    session.flush()
    cycle_id = _cycle(session)
    report = Report(cycle_id=cycle_id, version=1, made_at=now(session), asked_at=now(session))
    contents.keep(session, report, gather.contents(session, cycle_id))
    session.add(report)
    asked = {"audience": Audience.PUBLIC, "what": Edition.PUBLIC, "asked_at": now(session)}
    session.add(Publication(cycle_id=cycle_id, report_id=report.id, **asked))
    by = session.scalars(select(Person.id).where(Person.user_id == "U0CHAIR")).one()
    written = ReportParagraph(cycle_id=cycle_id, place="summary", version=1, by_id=by, at=now(session))
    seal(session, written, "text", "Plans come late.")
    session.add(written)


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    yield ("report", "under way"), _cycle(session)
    yield ("report", "issued"), session.scalars(select(Report.id)).one()
    yield ("report", "asked for"), session.scalars(select(Publication.id)).one()
    yield ("signoff", "asked for"), session.scalars(select(Report.id)).one()
    for noun in ("paragraphs", "paragraph"):
        yield (noun, "under way"), _cycle(session)
    yield ("paragraph", "written"), session.scalars(select(ReportParagraph.id)).one()
    meetings = select(Meeting.id).where(Meeting.cycle_id == _cycle(session)).order_by(Meeting.id)
    yield ("pack", "a meeting's"), session.scalars(meetings).first() or ""


def _cycle(session: Session) -> str:
    return session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
