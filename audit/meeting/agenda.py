"""The agenda of an audit meeting: which case is discussed when, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session

from audit import cycle_facts, moment
from audit.access import CHAIRING, Actor, require_overseeing, sees_all
from audit.cases import graded_sections, outline, summary
from audit.cases.graded_sections import SectionSpread
from audit.cases.outline import CaseOutline
from audit.cases.summary import CaseView
from audit.cycle import board
from audit.cycle.tally import Count
from audit.delivery.ledger import Due
from audit.meeting import attendance, discussion_order
from audit.meeting.attendance import AttendanceView
from audit.meeting.discussion_order import GradedCases
from audit.meeting.summaries_due import preparing
from audit.retention.due import silent
from audit.returns import immediate
from audit.row_by_id import existing
from audit.scales import Scale
from audit.tools import Section
from storage.cases import Case
from storage.clock import now
from storage.cycles import Cycle, CycleArea, CycleState
from storage.mappings import grouped
from storage.meetings import Meeting
from storage.messages import Message, MessageKind
from storage.people import Area, Person, RoleKind


@dataclass(frozen=True)
class AgendaItem:
    """A case on an agenda, and what puts it where it is; where the case is concealed, only who hasn't answered.

    `immediate`: open immediate actions; `spreads`: how far its agencies lie apart, overall or in each section where
    there needn't be an overall grade; `missing`: the agencies without a return. Grades count as settled by the meeting,
    where it moderated them.
    """

    case: CaseOutline
    immediate: int
    spreads: tuple[SectionSpread, ...]
    missing: tuple[str, ...]

    @property
    def lowest(self) -> tuple[SectionSpread, ...]:
        """Where an agency gave the lowest grade."""
        return tuple(spread for spread in self.spreads if spread.lowest)

    @property
    def widest(self) -> SectionSpread | None:
        """Where the agencies lie furthest apart; None if they do so nowhere."""
        apart = max(self.spreads, key=lambda spread: spread.steps_apart, default=None)
        return apart if apart and apart.steps_apart else None

    @property
    def steps_apart(self) -> int:
        """How many steps of the scale lie between the two grades furthest apart; 0 where all agree."""
        return self.widest.steps_apart if self.widest else 0


@dataclass(frozen=True)
class Agenda:
    """A meeting: its areas, who chaired, who came, and its cases in the order in which they are discussed.

    Where a cycle has no areas, WHOLE stands for them. `period`: which time the cycle looks at, "" if nobody said.
    """

    meeting_id: str
    cycle_id: str
    cycle_number: int
    title: str
    period: str
    areas: tuple[str, ...]
    starts_at: datetime
    chair: str | None
    attendance: tuple[AttendanceView, ...]
    items: tuple[AgendaItem, ...]
    scale: Scale
    now: datetime

    @property
    def ratified(self) -> int:
        """How many of its cases are ratified."""
        return sum(item.case.judgement is not None for item in self.items)


@dataclass(frozen=True)
class Agendas:
    """A cycle's meetings by date, for somebody who oversees it: a coordinator, or one who chairs.

    Cases are concealed from others than coordinators until they are released. What whoever looks can do about them: say
    who came (`records`), and have `packs` and `dates` sent to them.
    """

    cycle_id: str
    cycle_number: int
    title: str
    agendas: tuple[Agenda, ...]
    now: datetime
    coordinates: bool
    records: bool
    packs: bool
    dates: bool


@dataclass(frozen=True)
class AreaAgenda:
    """What an area's audit channel is shown: its own cases, and the self-grades of their agencies.

    A case is on it once its own summary is out: until then its grades are nobody else's to read; `later`: such cases,
    by reference. `sections`: self-grades of each graded section, where there is no overall grade.
    """

    agenda: Agenda
    later: tuple[str, ...]
    self_grades: Count
    sections: tuple[tuple[Section, Count], ...] = ()


@dataclass(frozen=True)
class AgendaPlace:
    """Where a case stands among those of its meeting: it is number so many `of` so many.

    `out`: of how many the reader is shown how they stand here, and `ratified` of those.

    Its neighbours as (case id, reference). After the last comes the first that isn't ratified, if there is one.
    """

    number: int
    of: int
    ratified: int
    out: int
    previous: tuple[str, str] | None
    next: tuple[str, str] | None


def ordered(of_meeting: Iterable[CaseOutline], immediate: Mapping[str, int]) -> tuple[AgendaItem, ...]:
    """The cases in the order of an agenda: `immediate` is how many such actions are open, by case reference.

    Open immediate actions first, then cases to which an agency gave the lowest grade, then those whose agencies lie
    furthest apart, then those with a return missing; by reference where these are alike.
    """
    return tuple(sorted((_item(case, immediate.get(case.reference, 0)) for case in of_meeting), key=_place))


def _item(case: CaseOutline, immediate: int) -> AgendaItem:
    missing = tuple(line.agency for line in case.unanswered)
    return AgendaItem(case=case, immediate=immediate, spreads=graded_sections.compared(case), missing=missing)


def _place(item: AgendaItem) -> discussion_order.Key:
    return discussion_order.key(
        item.case.reference, immediate=bool(item.immediate), lowest=bool(item.lowest), apart=item.steps_apart,
        missing=bool(item.missing),
    )  # fmt: skip


def show(session: Session, who: Actor, cycle_id: str) -> Agendas:
    """A cycle's meetings with their agendas, for those who oversee it; NotFound."""
    require_overseeing(who, "agenda.read", cycle_id)
    cycle, coordinates = existing(session, Cycle, cycle_id), who.has(RoleKind.COORDINATOR)
    packed = cycle.state != CycleState.CANCELLED and not silent(session, cycle)
    return Agendas(
        cycle.id, cycle.number, cycle.name, _agendas(session, cycle, who), now(session), coordinates,
        records=coordinates and cycle.state in moment.STANDING, packs=packed and who.has(*CHAIRING),
        dates=cycle.state in moment.OPEN,
    )  # fmt: skip


def agenda(session: Session, who: Actor, meeting_id: str) -> Agenda:
    """The agenda of one meeting as this person sees it; NotFound. Says nothing about who may."""
    meeting = existing(session, Meeting, meeting_id)
    return _agendas(session, session.get_one(Cycle, meeting.cycle_id), who, meeting_id)[0]


def in_full(session: Session, who: Actor, of: Agenda) -> tuple[CaseView, ...]:
    """The cases of a meeting as this person sees them, with what was written, in the order of its agenda."""
    cases = summary.of_cycle(session, of.cycle_id, _at(of.meeting_id))
    seen = {case.id: case if sees_all(who) else case.conceal() for case in cases}
    return tuple(seen[item.case.id] for item in of.items)


def _at(meeting_id: str) -> ColumnElement[bool]:
    return Case.place_id.in_(select(CycleArea.id).where(CycleArea.meeting_id == meeting_id))


def place(session: Session, who: Actor, case_id: str) -> AgendaPlace | None:
    """Where a case stands on its meeting's agenda as this person sees it; None if it isn't on one."""
    case = session.get_one(Case, case_id)
    meeting_id = session.get_one(CycleArea, case.place_id).meeting_id
    beside = _CASES.where(Case.cycle_id == case.cycle_id, CycleArea.meeting_id == meeting_id)
    cases = {row.id: row for row in session.execute(beside)}
    if case_id not in cases:
        return None
    concealed = set() if sees_all(who) else {row.id for row in cases.values() if row.released_at is None}
    cycle = cycle_facts.view(session, case.cycle_id)
    keys = discussion_order.of_cases(session, dict.fromkeys(cases, GradedCases(cycle.scale, cycle.tool)), concealed)
    listed = [(each, cases[each].reference) for each in sorted(cases, key=keys.__getitem__)]
    ratified = {row.id for row in cases.values() if row.ratified and row.id not in concealed}
    here = listed.index((case_id, cases[case_id].reference))
    first = next((each for each in listed if each[0] not in {case_id, *ratified}), None)
    return AgendaPlace(
        number=here + 1, of=len(listed), ratified=len(ratified), out=len(listed) - len(concealed),
        previous=listed[here - 1] if here else None, next=listed[here + 1] if here + 1 < len(listed) else first,
    )  # fmt: skip


_CASES = (
    select(Case.id, Case.reference, Case.released_at, moment.RATIFIED.label("ratified"))
    .join(CycleArea, CycleArea.id == Case.place_id)
    .where(Case.withdrawn_at.is_(None))
)
"""Cases, each with the place at whose meeting it is discussed."""


def of_area(session: Session, place_id: str) -> AreaAgenda | None:
    """What an area's channel is shown (`place_id` names the area in its cycle); None if it has no cases (any more)."""
    place = session.get(CycleArea, place_id)
    if place is None:
        return None
    area = session.get_one(Area, place.area_id).label
    found = _agendas(session, session.get_one(Cycle, place.cycle_id), meeting_id=place.meeting_id)[0]
    items = tuple(item for item in found.items if item.case.area == area)
    out = tuple(item for item in items if item.case.released_at is not None)
    cycle, seen = cycle_facts.view(session, place.cycle_id), [item.case for item in out]
    counted, by_section = board.tally(cycle, seen), {} if cycle.tool.asks_overall else board.sections(cycle, seen)
    later = tuple(item.case.reference for item in items if item not in out)
    own = replace(found, areas=(area,), items=out)
    graded = tuple((each, by_section[each.key].own_of(area)) for each in cycle.tool.graded if by_section)
    return AreaAgenda(own, later, counted.own_of(area), graded) if items else None


def _agendas(
    session: Session, cycle: Cycle, who: Actor | None = None, meeting_id: str | None = None
) -> tuple[Agenda, ...]:
    """Every meeting's agenda or that of one, by date, as a coordinator sees it or (None) everybody does."""
    held = CycleArea.cycle_id == cycle.id
    held = held if meeting_id is None else and_(held, CycleArea.meeting_id == meeting_id)
    rows = session.execute(
        select(Meeting, Area.label, Person.label)
        .join(CycleArea, CycleArea.meeting_id == Meeting.id)
        .join(Area, Area.id == CycleArea.area_id)
        .outerjoin(Person, Person.id == Meeting.chair_id)
        .where(held)
        .order_by(Meeting.starts_at, Meeting.id, Area.label)
    ).all()
    only = None if meeting_id is None else _at(meeting_id)
    of_cycle, came = outline.of_cycle(session, cycle.id, only), attendance.of_cycle(session, cycle.id)
    if who is None or not sees_all(who):
        of_cycle = tuple(case.conceal() for case in of_cycle)
    out = {case.reference for case in of_cycle if not case.concealed}
    urgent = Counter(each.reference for each in immediate.open_ones(session, cycle.id) if each.reference in out)
    areas = grouped((meeting.id, area) for meeting, area, _ in rows)
    meetings = {meeting.id: (meeting, chair) for meeting, _, chair in rows}
    return tuple(
        Agenda(
            meeting_id=meeting.id,
            cycle_id=cycle.id,
            cycle_number=cycle.number,
            title=cycle.name,
            period=cycle.period,
            areas=tuple(areas[meeting.id]),
            starts_at=meeting.starts_at,
            chair=chair,
            attendance=came.get(meeting.id, ()),
            items=ordered((case for case in of_cycle if case.meeting_id == meeting.id), urgent),
            scale=Scale.from_json(cycle.scale),
            now=now(session),
        )
        for meeting, chair in meetings.values()
    )


def due(session: Session) -> tuple[Due, ...]:
    """The agendas due by now that aren't in the ledger: each area's with the summaries of its cases, after them."""
    return tuple(
        Due(cycle.id, MessageKind.AGENDA, area.id, area.channel)
        for cycle, area in preparing(session)
        if _unannounced(session, area)
    )


def _unannounced(session: Session, area: CycleArea) -> bool:
    """Whether an area has cases to discuss, and no agenda yet."""
    cases_there = exists().where(Case.place_id == area.id, Case.withdrawn_at.is_(None))
    there = exists().where(Message.kind == MessageKind.AGENDA, Message.subject_id == area.id)
    return session.scalar(select(and_(cases_there, ~there))) or False
