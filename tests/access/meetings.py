"""Who may look at meetings, and change what is recorded of them: the part of tests/access/ways.py's table about it."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.meetings import Meeting
from storage.people import Area
from tests.access.making import COORDINATOR, OVERSEERS, Making, pressed, sent, turned
from tests.kit.forging import Payload, click, modal


def stepped(who: str, team: str, record: str) -> Payload:
    """The button that takes a cycle's next step."""
    payload = click(who, "cycle.step", record, team=team, view=modal("", record))
    payload["actions"][0]["block_id"] = "ratified__0123456789ab"
    return payload


FORMS: dict[str, tuple[str, set[str], str, Making]] = {
    "agenda.show": ("under way", OVERSEERS, "agenda.read", pressed("agenda.show")),
    "agenda.page": ("under way", OVERSEERS, "agenda.read", turned("agenda.page")),
    "attendance.edit": ("soon", COORDINATOR, "attendance.record", pressed("attendance.edit")),
    "attendance.record": ("soon", COORDINATOR, "attendance.record", sent("attendance.record", chair="", who="")),
    "cycle.steps": ("under way", COORDINATOR, "cycle.step", pressed("cycle.steps")),
    "cycle.step": ("under way", COORDINATOR, "cycle.step", stepped),
}
"""Handler -> what about, who gets in, what a denial is recorded as, and how it is used."""


def prepare(session: Session) -> None:
    """North's meeting is near enough for its attendance to be recorded."""
    session.get_one(Meeting, _north(session)).starts_at = now(session) + timedelta(days=1)


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id; that of the cycle itself is in tests/access/changes.py."""
    yield ("agenda", "under way"), session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
    yield ("attendance", "soon"), _north(session)


def _north(session: Session) -> str:
    meetings = select(CycleArea.meeting_id).join(Area, Area.id == CycleArea.area_id)
    return session.scalars(
        meetings.join(Cycle, Cycle.id == CycleArea.cycle_id).where(Cycle.number == 2, Area.label == "North")
    ).one()
