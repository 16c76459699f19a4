"""Who may look at a report and send it, and who gets a meeting's pack: the part of tests/access/ways.py about those."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.report import contents
from storage.clock import now
from storage.cycles import Cycle
from storage.meetings import Meeting
from storage.publications import Audience, Publication
from storage.reports import Edition, Report
from tests.access.setup import Making, pressed, sent, turned, within

COORDINATOR = {"coordinator"}
OVERSEERS = {"coordinator", "chair", "sub_group_member"}
FORMS: dict[str, tuple[str, set[str], str, Making]] = {
    "report.show": ("under way", OVERSEERS, "report.read", pressed("report.show")),
    "report.page": ("under way", OVERSEERS, "report.read", turned("report.page")),
    "report.issue": ("under way", COORDINATOR, "report.issue", within("report.issue")),
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
    """A version of the cycle's report was issued, and its public edition asked for."""
    session.flush()
    cycle_id = _cycle(session)
    report = Report(cycle_id=cycle_id, version=1, made_at=now(session))
    contents.keep(session, report, contents.contents(session, cycle_id))
    session.add(report)
    asked = {"audience": Audience.PUBLIC, "what": Edition.PUBLIC, "asked_at": now(session)}
    session.add(Publication(cycle_id=cycle_id, report_id=report.id, **asked))


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    yield ("report", "under way"), _cycle(session)
    yield ("report", "issued"), session.scalars(select(Report.id)).one()
    yield ("report", "asked for"), session.scalars(select(Publication.id)).one()
    meetings = select(Meeting.id).where(Meeting.cycle_id == _cycle(session)).order_by(Meeting.id)
    yield ("pack", "a meeting's"), session.scalars(meetings).first() or ""


def _cycle(session: Session) -> str:
    return session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
