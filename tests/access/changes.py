"""Who may change a cycle under way: the part of tests/access/ways.py's table that is about it."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.cases import Case
from storage.cycles import Cycle
from storage.meetings import Meeting
from tests.access.making import Making, pressed, sent, turned, within
from tests.kit.forging import Payload, click, modal


def newer(who: str, team: str, record: str) -> Payload:
    """The button that has a cycle ask the newest version of its tool."""
    payload = click(who, "tool.change", record, team=team, view=modal("", record))
    payload["actions"][0]["block_id"] = "2__0123456789ab"
    return payload


FORMS: dict[str, tuple[str, str, Making]] = {
    "cycle.manage": ("under way", "cycle.manage", pressed("cycle.manage")),
    "deadline.choose": ("under way", "deadline.move", pressed("deadline.choose")),
    "deadline.move": ("under way", "deadline.move", sent("deadline.move", due="2031-03-12")),
    "meeting.choose": ("one", "meeting.move", pressed("meeting.choose")),
    "meeting.move": ("one", "meeting.move", sent("meeting.move", day="2031-03-20", at="10:00")),
    "cases.choose": ("under way", "case.meeting", pressed("cases.choose")),
    "cases.move": ("under way", "case.meeting", sent("cases.move", day="2031-03-20", at="10:00")),
    "cases.list": ("under way", "case.change", pressed("cases.list")),
    "cases.page": ("under way", "case.change", turned("cases.page")),
    "case.open": ("to be changed", "case.change", within("case.open")),
    "case.change": ("to be changed", "case.change", sent("case.change", standing="withdrawn")),
    "case.new": ("to be added", "case.add", pressed("case.new")),
    "case.add": ("to be added", "case.add", sent("case.add", reference="T2-EAST-97")),
    "lead.choose": ("under way", "lead.replace", pressed("lead.choose")),
    "lead.replace": ("under way", "lead.replace", sent("lead.replace", person="U0YOT")),
    "description.choose": ("under way", "description.change", pressed("description.choose")),
    "description.change": ("under way", "description.change", sent("description.change", key_holder="Business unit")),
    "tool.newer": ("under way", "tool.change", pressed("tool.newer")),
    "tool.change": ("under way", "tool.change", newer),
    "cycle.cancel": ("under way", "cycle.cancel", pressed("cycle.cancel")),
    "cycle.cancelled": ("under way", "cycle.cancel", sent("cycle.cancelled", why="The partnership is reorganised.")),
}
"""Handler -> what about, what a denial is recorded as, and how it is used: for coordinators alone."""


def records(session: Session) -> Iterator[tuple[tuple[str, str], str]]:
    """(noun, what about it) -> id."""
    cycle = session.scalars(select(Cycle.id).where(Cycle.number == 2)).one()
    for noun in ("cycle", "deadline", "cases", "lead", "description", "tool"):
        yield (noun, "under way"), cycle
    yield ("case", "to be added"), cycle
    yield ("meeting", "one"), session.scalars(select(Meeting.id).where(Meeting.cycle_id == cycle)).first() or ""
    changed = select(Case.id).where(Case.cycle_id == cycle, Case.reference == "T2-EAST-04")
    yield ("case", "to be changed"), session.scalars(changed).one()
