"""The agenda of an audit meeting: the order in which its cases are discussed, and why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

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
    """A case on an agenda, with the facts that decide its position.

    `immediate`: the number of open immediate actions. `spreads`: how far apart its agencies' grades are, overall and,
    where no overall grade is required, in each graded section; grades moderated by the meeting replace the self-grades.
    `missing`: the labels of the agencies without a return. For a concealed case only `missing` is known.
    """

    case: CaseOutline
    immediate: int
    spreads: tuple[SectionSpread, ...]
    missing: tuple[str, ...]

    @property
    def lowest(self) -> tuple[SectionSpread, ...]:
        """The spreads in which an agency gave the lowest grade of the scale."""
        return tuple(spread for spread in self.spreads if spread.lowest)

    @property
    def widest(self) -> SectionSpread | None:
        """The spread with the grades furthest apart, as a share of their scale; None if all agree in every spread."""
        apart = max(self.spreads, key=lambda spread: spread.share_apart, default=None)
        return apart if apart and apart.steps_apart else None

    @property
    def share_apart(self) -> Fraction:
        """The distance between the two grades furthest apart, as a share of the scale; 0 if all agree."""
        return self.widest.share_apart if self.widest else Fraction(0)


@dataclass(frozen=True)
class Agenda:
    """A meeting: its areas, its chair, the agencies' attendance, and its cases in the order of discussion.

    In a cycle without areas, `areas` holds only the placeholder WHOLE. `period`: the time that the audit covers, or "".
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
        """The number of the meeting's cases that are ratified."""
        return sum(item.case.judgement is not None for item in self.items)


@dataclass(frozen=True)
class Agendas:
    """A cycle's meetings by date, for a person who oversees the cycle (coordinator, chair, sub-group member).

    Unreleased cases are concealed from everybody but coordinators. The flags say what the reader may do: `records`
    (record attendance), `packs` (have a meeting's pack sent to them), `dates` (have the meetings sent as a calendar
    file).
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
    """An area's agenda as its audit channel shows it: its released cases, and their agencies' self-grades.

    `later`: the references of the cases that aren't listed because their summary isn't released yet. `sections`: the
    count of self-grades for each graded section, in a cycle without an overall grade.
    """

    agenda: Agenda
    later: tuple[str, ...]
    self_grades: Count
    sections: tuple[tuple[Section, Count], ...] = ()


@dataclass(frozen=True)
class AgendaPlace:
    """The position of a case on its meeting's agenda: `number` (from 1) `of` all its cases.

    `out`: the number of cases that aren't concealed from the reader; `ratified`: how many of those are ratified.

    `previous` and `next` are (case id, reference). After the last case, `next` is the first that isn't ratified, or
    None.
    """

    number: int
    of: int
    ratified: int
    out: int
    previous: tuple[str, str] | None
    next: tuple[str, str] | None


def ordered(of_meeting: Iterable[CaseOutline], immediate: Mapping[str, int]) -> tuple[AgendaItem, ...]:
    """The cases in the order of an agenda. `immediate`: case reference -> number of open immediate actions.

    Cases with open immediate actions come first, then those to which an agency gave the lowest grade, then those whose
    grades are furthest apart, then those with a missing return; ties are sorted by reference.
    """
    return tuple(sorted((_item(case, immediate.get(case.reference, 0)) for case in of_meeting), key=_place))


def _item(case: CaseOutline, immediate: int) -> AgendaItem:
    missing = tuple(line.agency for line in case.unanswered)
    return AgendaItem(case=case, immediate=immediate, spreads=graded_sections.compared(case), missing=missing)


def _place(item: AgendaItem) -> discussion_order.Key:
    return discussion_order.key(
        item.case.reference, immediate=bool(item.immediate), lowest=bool(item.lowest), apart=item.share_apart,
        missing=bool(item.missing),
    )  # fmt: skip


def show(session: Session, who: Actor, cycle_id: str) -> Agendas:
    """A cycle's meetings with their agendas, for those who oversee the cycle. NotFound if there is no such cycle."""
    require_overseeing(who, "agenda.read", cycle_id)
    cycle, coordinates = existing(session, Cycle, cycle_id), who.has(RoleKind.COORDINATOR)
    packed = cycle.state != CycleState.CANCELLED and not silent(session, cycle)
    return Agendas(
        cycle.id, cycle.number, cycle.name, _agendas(session, cycle, who), now(session), coordinates,
        records=coordinates and cycle.state in moment.STANDING, packs=packed and who.has(*CHAIRING),
        dates=cycle.state in moment.OPEN,
    )  # fmt: skip


def agenda(session: Session, who: Actor, meeting_id: str) -> Agenda:
    """The agenda of one meeting as this person sees it; NotFound. The caller checks permission."""
    meeting = existing(session, Meeting, meeting_id)
    return _agendas(session, session.get_one(Cycle, meeting.cycle_id), who, meeting_id)[0]


def in_full(session: Session, who: Actor, of: Agenda) -> tuple[CaseView, ...]:
    """A meeting's cases with their full texts, as this person sees them, in the order of its agenda."""
    cases = summary.of_cycle(session, of.cycle_id, _at(of.meeting_id))
    seen = {case.id: case if sees_all(who) else case.conceal() for case in cases}
    return tuple(seen[item.case.id] for item in of.items)


def _at(meeting_id: str) -> ColumnElement[bool]:
    return Case.place_id.in_(select(CycleArea.id).where(CycleArea.meeting_id == meeting_id))


def place(session: Session, who: Actor, case_id: str) -> AgendaPlace | None:
    """The position of a case on its meeting's agenda as this person sees it; None if the case was withdrawn."""
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
"""Cases that weren't withdrawn, joined with the place that says at which meeting each is discussed."""


def of_area(session: Session, place_id: str) -> AreaAgenda | None:
    """What an area's channel shows (`place_id`: the area's row in its cycle); None if it is gone or has no cases."""
    cycle_area = session.get(CycleArea, place_id)
    if cycle_area is None:
        return None
    area = session.get_one(Area, cycle_area.area_id).label
    meeting_agenda = _agendas(session, session.get_one(Cycle, cycle_area.cycle_id), meeting_id=cycle_area.meeting_id)[0]
    items = tuple(item for item in meeting_agenda.items if item.case.area == area)
    out = tuple(item for item in items if item.case.released_at is not None)
    cycle, seen = cycle_facts.view(session, cycle_area.cycle_id), [item.case for item in out]
    counted, by_section = board.tally(cycle, seen), {} if cycle.tool.asks_overall else board.sections(cycle, seen)
    later = tuple(item.case.reference for item in items if item not in out)
    own = replace(meeting_agenda, areas=(area,), items=out)
    graded = tuple((each, by_section[each.key].own_of(area)) for each in cycle.tool.graded if by_section)
    return AreaAgenda(own, later, counted.own_of(area), graded) if items else None


def _agendas(
    session: Session, cycle: Cycle, who: Actor | None = None, meeting_id: str | None = None
) -> tuple[Agenda, ...]:
    """The agendas of all the cycle's meetings, or of one, by date; as `who` sees them, or (None) as anybody may."""
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
    """The area agendas that are due and not yet in the ledger; each is due with the summaries of its area's cases."""
    return tuple(
        Due(cycle.id, MessageKind.AGENDA, area.id, area.channel)
        for cycle, area in preparing(session)
        if _unannounced(session, area)
    )


def _unannounced(session: Session, area: CycleArea) -> bool:
    """Whether an area has cases to discuss, and no agenda in the ledger yet."""
    has_cases = exists().where(Case.place_id == area.id, Case.withdrawn_at.is_(None))
    announced = exists().where(Message.kind == MessageKind.AGENDA, Message.subject_id == area.id)
    return session.scalar(select(and_(has_cases, ~announced))) or False
