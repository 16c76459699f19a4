"""A cycle's own facts: its title, dates, areas, agencies and meetings, without its cases."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from audit.calendar import deadline
from audit.errors import NotFound
from audit.moment import OPEN
from audit.scales import Scale
from audit.tools import Tool
from storage.cases import ASKED, Case, Involvement
from storage.cycles import AuditTool, Cycle, CycleArea, audit_name
from storage.mappings import grouped
from storage.meetings import Meeting
from storage.people import WHOLE, Agency, Area
from storage.types import plain_rows

_Place = tuple[str, Meeting]
"""An area's label, and the meeting at which its cases are discussed."""


@dataclass(frozen=True)
class MeetingView:
    """A meeting, and the labels of the areas whose cases it discusses: empty if the cycle has no areas."""

    starts_at: datetime
    areas: tuple[str, ...]
    id: str = ""


@dataclass(frozen=True)
class CycleView:
    """A cycle's own facts. `agencies`: (label, short label) of every agency involved, in order of label.

    `areas`: empty for a cycle without areas, for which nothing is shown or counted by area.

    `period`: the time that the audit looks at, in words, or "". `key_holder`: who can say which child a reference
    means, or "".
    """

    id: str
    number: int
    title: str
    theme: str
    origin: str
    state: str
    due_at: datetime
    summary_days: int
    scale: Scale
    tool: Tool
    areas: tuple[str, ...]
    agencies: tuple[tuple[str, str], ...]
    meetings: tuple[MeetingView, ...]
    proposal: str = "none"
    period: str = ""
    key_holder: str = ""

    @property
    def name(self) -> str:
        """The audit's name, as people read it everywhere."""
        return audit_name(self.title, self.number)


def is_open(session: Session, cycle_id: str) -> bool:
    """Whether a cycle is collecting returns or at its meetings."""
    return session.get_one(Cycle, cycle_id).state in OPEN


def by_number(session: Session, number: int) -> Cycle:
    """The cycle with this number. NotFound if there is none."""
    cycle = session.scalar(select(Cycle).where(Cycle.number == number))
    if cycle is None:
        raise NotFound(f"There is no audit {number}.")
    return cycle


def view(session: Session, cycle_id: str) -> CycleView:
    """A cycle's own facts. NotFound if it no longer exists."""
    facts = views(session, [cycle_id])
    if not facts:
        raise NotFound("This audit no longer exists.")
    return facts[0]


_IDS: BindParameter[str] = bindparam("cycle_ids")
_CYCLES = (
    select(Cycle, AuditTool)
    .join(AuditTool, AuditTool.id == Cycle.tool_id)
    .where(Cycle.id.in_(_IDS))
    .order_by(Cycle.number.desc())
)


def views(session: Session, cycle_ids: Collection[str]) -> tuple[CycleView, ...]:
    """The facts of these cycles, newest first. The number of statements doesn't depend on the number of cycles."""
    parameters = {"cycle_ids": [*cycle_ids]}
    rows = session.execute(_CYCLES, parameters).all()
    places, agencies = _places(session, parameters), _agencies(session, parameters)
    return tuple(
        _view(cycle, tool, places.get(cycle.id, []), tuple(agencies.get(cycle.id, ()))) for cycle, tool in rows
    )


def _view(cycle: Cycle, tool: AuditTool, places: Sequence[_Place], agencies: tuple[tuple[str, str], ...]) -> CycleView:
    """Build the facts. `places` are in order of their meetings' dates."""
    meetings: dict[str, tuple[datetime, list[str]]] = {}
    for label, meeting in places:
        meetings.setdefault(meeting.id, (meeting.starts_at, []))[1].extend([label] if label != WHOLE else [])
    return CycleView(
        id=cycle.id,
        number=cycle.number,
        title=cycle.title,
        theme=cycle.theme,
        origin=cycle.origin,
        state=cycle.state,
        due_at=deadline(cycle.due_on),
        summary_days=cycle.summary_days,
        scale=Scale.from_json(cycle.scale),
        tool=Tool.stored(tool),
        areas=tuple(sorted({label for label, _ in places} - {WHOLE})),
        agencies=agencies,
        meetings=tuple(MeetingView(at, tuple(labels), id_) for id_, (at, labels) in meetings.items()),
        proposal=cycle.proposal,
        period=cycle.period,
        key_holder=cycle.key_holder,
    )


_PLACES = (
    select(CycleArea.cycle_id, Area.label, Meeting)
    .join(Area, Area.id == CycleArea.area_id)
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .where(CycleArea.cycle_id.in_(_IDS))
    .order_by(Meeting.starts_at, Area.label)
)


def _places(session: Session, asked: Mapping[str, list[str]]) -> dict[str, list[_Place]]:
    """Cycle id -> its places, in order of the meetings' dates, then of label."""
    rows = session.execute(_PLACES, asked)
    return grouped((cycle_id, (label, meeting)) for cycle_id, label, meeting in rows)


_AGENCIES = (
    select(Case.cycle_id, Agency.label, Agency.short_label)
    .distinct()
    .join(Involvement, Involvement.case_id == Case.id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .where(Case.cycle_id.in_(_IDS), *ASKED)
    .order_by(Agency.label)
)


def _agencies(session: Session, asked: Mapping[str, list[str]]) -> dict[str, list[tuple[str, str]]]:
    """Cycle id -> (label, short label) of every agency involved, in order of label."""
    rows = plain_rows(session, _AGENCIES, asked)
    return grouped((cycle_id, (label, short_label)) for cycle_id, label, short_label in rows)
