"""Rare situations and long lists in the invented audit, so that everything shown of them can be pressed."""

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from audit.access import actor
from audit.delivery import channels
from audit.delivery.channels import SlackChannel
from audit.meeting import attendance
from audit.people import people_list
from audit.report import issue, paragraphs, published, sign_off, sign_off_form
from audit.report.publishable import Decision
from audit.returns import submit
from audit.returns.answers import Answers
from audit.sheet import lend
from audit.whose_sheet import OF_ALL
from bot.doctor.invented_description import COORDINATOR, LEAD, LONGEST, TEAM
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.people import Agency, Area
from storage.people_lists import PeopleList
from storage.publications import Publication
from storage.reports import Report
from storage.sheet_state import SheetState
from storage.types import new_id

_LIST = "U0ASKED, Education, East, lead"
_VERSIONS = 95
"""Number of versions of one return: more than fit on a page of its history."""


def places(session: Session, cycle: Cycle) -> None:
    """Add an area without cases."""
    empty = Area(label="Central")
    session.add(empty)
    session.flush()
    meeting = session.scalars(select(CycleArea.meeting_id).where(CycleArea.cycle_id == cycle.id)).first()
    session.add(CycleArea(cycle_id=cycle.id, area_id=empty.id, channel="C0WEST", meeting_id=meeting))


def answered(session: Session, cycle: Cycle, return_id: str) -> None:
    """Change a return again and again, with the longest texts, and lend a sheet to its agency."""
    who = actor(session, TEAM, LEAD)
    for number in range(_VERSIONS):
        words = Answers(grade="good", why=f"{number}. {LONGEST}"[: len(LONGEST)])
        submit.submit(session, who, return_id, f"V{new_id()}", words)
    education = session.scalars(select(Agency.id).where(Agency.label == "Education")).one()
    address = f"https://docs.google.com/spreadsheets/d/{'l' * 44}/edit"
    lend.lend(session, actor(session, TEAM, COORDINATOR), cycle.id, education, address, reflections=True)


def troubled(session: Session, cycle: Cycle) -> None:
    """Share two channels, one of them with permission; have Slack asked about a list of people.

    A lent sheet is being taken back, and Google refuses it.
    """
    who = actor(session, TEAM, COORDINATOR)
    for channel in ("C0WEST", cycle.sub_group_channel):
        shared = SlackChannel("shared", private=True, shared=True, shared_with=("T0OTHER", "T0ANOTHER"))
        channels.record(session, channel, shared)
    channels.allow(session, who, cycle.id)
    people_list.submit(session, who, _LIST, "V0LIST")
    session.execute(update(SheetState).where(~OF_ALL).values(left_at=now(session), error="Google refuses it."))


def end_trouble(session: Session) -> None:
    """Discard the list of people about which Slack is being asked; the lent sheet isn't taken back after all."""
    session.execute(delete(PeopleList))
    session.execute(update(SheetState).where(~OF_ALL).values(left_at=None, error=None))


def met(session: Session, cycle: Cycle) -> None:
    """Record who attended each meeting."""
    who = actor(session, TEAM, COORDINATOR)
    held = select(CycleArea.meeting_id).where(CycleArea.cycle_id == cycle.id).distinct()
    for meeting_id in session.scalars(held).all():
        form = attendance.open_form(session, who, meeting_id)
        came = frozenset(each.agency_id for each in form.attendance[:2])
        attendance.record(session, who, meeting_id, attendance.AttendanceAnswers(present=came), form.mark)


def reported(session: Session, cycle: Cycle) -> None:
    """Write two texts of the report, and admit one of them to the public edition."""
    who = actor(session, TEAM, COORDINATOR)
    for chapter in paragraphs.CHAPTERS[:2]:
        paragraphs.save(session, who, cycle.id, chapter, 0, LONGEST)
    place = paragraphs.open_text(session, who, cycle.id, paragraphs.CHAPTERS[0]).place
    if place.text is not None:
        paragraphs.publish(session, who, place.text.id, 1, public=True)


def signed(session: Session) -> None:
    """Have all partners sign, and the public edition checked."""
    who, report = actor(session, TEAM, COORDINATOR), session.scalars(select(Report).order_by(Report.id.desc())).first()
    if report is None:
        return
    for party in sign_off_form.of(session, who, report).parts:
        given = sign_off.TypedSignOff(party.party, "signed", "By e-mail.", report.made_at.date().isoformat())
        sign_off.record(session, who, report.id, given, sign_off_form.of(session, who, report).mark)
    for row in session.scalars(select(Publication).where(Publication.released_at.is_(None))).all():
        published.put(session, row, Decision((), (), (), frozenset(), rules=session.info["publishing"]))


def due(session: Session, cycle: Cycle) -> None:
    """Make a newer version of the report, for which no sign-offs are requested."""
    who = actor(session, TEAM, COORDINATOR)
    paragraphs.save(session, who, cycle.id, paragraphs.CHAPTERS[2], 0, LONGEST)
    issue.make(session, who, cycle.id)
