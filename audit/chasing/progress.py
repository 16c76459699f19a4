"""The progress of a cycle's returns: by area, by agency, and who hasn't answered."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, select, true
from sqlalchemy.orm import Session

from audit.access import RELEASED, Actor, require_overseeing, sees_all
from audit.calendar import deadline
from audit.moment import OPEN, REOPENED_NOW, cannot_be_sent, reopened
from audit.role_in_force import in_force
from audit.row_by_id import existing
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.mappings import grouped
from storage.meetings import Meeting
from storage.messages import Message, MessageKind
from storage.people import Agency, Area, Person, Role, RoleKind
from storage.returns import Decline, Return, ReturnState
from storage.types import plain_rows

ANSWERED = (ReturnState.SUBMITTED, ReturnState.NIL, ReturnState.DECLINED)


@dataclass(frozen=True)
class AnsweredShare:
    """How many of `all` returns of an area, an agency or the whole cycle (`label` "") are answered.

    `missed`: how many are unanswered and can no longer be sent.
    """

    label: str
    answered: int
    all: int
    missed: int = 0

    @property
    def awaited(self) -> int:
        """How many returns are still to come."""
        return self.all - self.answered - self.missed


@dataclass(frozen=True)
class Overview:
    """A cycle's progress in numbers; areas and agencies by label."""

    whole: AnsweredShare
    by_area: tuple[AnsweredShare, ...]
    by_agency: tuple[AnsweredShare, ...]


@dataclass(frozen=True)
class ChasedLead:
    """An agency's lead, and when the app last posted them a request or reminder about this cycle; None if never."""

    label: str
    told_at: datetime | None


class ReturnLine(NamedTuple):
    """One return. A tuple, since there may be a hundred thousand. `state` is a ReturnState.

    `leads`: of the agency in the case's area. `open`: the return can still be sent. `asked_not_to`: the agency asked
    not to answer, and that isn't decided yet.
    """

    return_id: str
    reference: str
    area: str
    agency: str
    state: str
    version: int
    open: bool
    asked_not_to: bool
    leads: tuple[ChasedLead, ...]

    @property
    def answered(self) -> bool:
        """Whether the return is submitted, nil or declined."""
        return self.state in ANSWERED


@dataclass(frozen=True)
class Progress:
    """A cycle's progress in full. `items`: in order of agency, area and reference.

    `leaderless`: (agency, area) without a lead. `coordinates`: whether the reader is a coordinator, who can act on it.
    """

    cycle_id: str
    number: int
    title: str
    due_at: datetime
    now: datetime
    overview: Overview
    items: tuple[ReturnLine, ...]
    leaderless: tuple[tuple[str, str], ...]
    coordinates: bool


def overview(session: Session, cycle_id: str) -> Overview:
    """A cycle's progress in numbers. Withdrawn cases and agencies aren't counted."""
    return overviews(session, [cycle_id])[cycle_id]


_ALIKE = (Case.cycle_id, Area.label, Agency.label, Cycle.state, Meeting.starts_at)
_EVERY, _OUT = (
    select(
        *_ALIKE, and_(Return.locked_at.is_not(None), decided).label("ratified"),
        and_(REOPENED_NOW, decided).label("again"), func.count().filter(Return.state.in_(ANSWERED)), func.count(),
    )
    .select_from(Return)
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .join(Area, Area.id == Case.area_id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .join(Cycle, Cycle.id == Case.cycle_id)
    .join(CycleArea, CycleArea.id == Case.place_id)
    .join(Meeting, Meeting.id == CycleArea.meeting_id)
    .where(Case.cycle_id.in_(bindparam("cycle_ids")), *ASKED)
    .group_by(*_ALIKE, "ratified", "again")
    for decided in (true(), RELEASED)
)  # fmt: skip
"""Select the states of returns: all of them, and as if nothing were decided about cases that aren't released."""


def overviews(session: Session, cycle_ids: Collection[str], who: Actor | None = None) -> dict[str, Overview]:
    """Cycle id -> its numbers, from one query, as this person sees them; None: as a coordinator does."""
    rows = plain_rows(session, _EVERY if sees_all(who) else _OUT, {"cycle_ids": [*cycle_ids]})
    moment = now(session)
    counts: dict[str, list[tuple[str, AnsweredShare]]] = {cycle_id: [] for cycle_id in cycle_ids}
    for cycle_id, area, agency, state, starts_at, locked, reopened_, answered, count in rows:
        over = cannot_be_sent(state, starts_at, moment, ratified=locked, reopened=reopened_)
        counts[cycle_id].append((area, AnsweredShare(agency, answered, count, count - answered if over else 0)))
    return {cycle_id: _overview(counted) for cycle_id, counted in counts.items()}


def _overview(rows: Sequence[tuple[str, AnsweredShare]]) -> Overview:
    """Add up `rows`: (area's label, one agency's returns there). The label is WHOLE in a cycle without areas."""
    return Overview(
        _added("", [share for _, share in rows]),
        _shares((area, share) for area, share in rows if area),
        _shares((share.label, share) for _, share in rows),
    )


def _added(label: str, shares: Sequence[AnsweredShare]) -> AnsweredShare:
    return AnsweredShare(
        label,
        sum(each.answered for each in shares),
        sum(each.all for each in shares),
        sum(each.missed for each in shares),
    )


def _shares(rows: Iterable[tuple[str, AnsweredShare]]) -> tuple[AnsweredShare, ...]:
    by_label = grouped(rows)
    return tuple(_added(label, by_label[label]) for label in sorted(by_label))


def progress(session: Session, who: Actor, cycle_id: str) -> Progress:
    """A cycle's progress, for people who oversee audits. It shows the states of returns, not their content."""
    require_overseeing(who, "progress.read", cycle_id)
    cycle, moment = existing(session, Cycle, cycle_id), now(session)
    items, counted = _items(session, cycle, moment, every=sees_all(who))
    leaderless = {(item.agency, item.area): None for item in items if not item.leads}
    return Progress(
        cycle_id=cycle_id,
        number=cycle.number,
        title=cycle.name,
        due_at=deadline(cycle.due_on),
        now=moment,
        overview=counted,
        items=tuple(items),
        leaderless=tuple(leaderless),
        coordinates=who.has(RoleKind.COORDINATOR),
    )


_ROWS = (
    select(
        Return.id, Case.id, Case.reference, Case.place_id, Agency.id, Agency.label, Return.state, Return.version,
        Return.locked_at.is_not(None), Decline.id.is_not(None), RELEASED,
    )
    .join(Involvement, Involvement.id == Return.involvement_id)
    .join(Case, Case.id == Involvement.case_id)
    .join(Area, Area.id == Case.area_id)
    .join(Agency, Agency.id == Involvement.agency_id)
    .outerjoin(Decline, and_(Decline.return_id == Return.id, Decline.decided_at.is_(None)))
    .where(*ASKED)
    .order_by(Agency.label, Area.label, Case.reference)
)  # fmt: skip
"""Selects every return asked for: its case, agency and state; whether locked, asked to be declined, and released."""


def _items(session: Session, cycle: Cycle, moment: datetime, *, every: bool) -> tuple[list[ReturnLine], Overview]:
    """Every return of a cycle, and the counts.

    Unless the reader sees `every` case, unreleased ones are shown as if they hadn't been ratified or re-opened.
    """
    places, again = _places(session, cycle.id), reopened(session, Case.cycle_id == cycle.id)
    leads, leads_at, over = (
        _leads(session, cycle.id),
        dict[tuple[str, str], tuple[ChasedLead, ...]](),
        dict[object, bool](),
    )
    items, counted = list[ReturnLine](), Counter[tuple[str, str, bool, bool]]()
    rows = plain_rows(session, _ROWS.where(Case.cycle_id == cycle.id)).all()
    for return_id, case_id, reference, place_id, agency_id, agency, state, version, locked, asked_not_to, out in rows:
        area_id, area, starts_at = places[place_id]
        if (place := (agency_id, area_id)) not in leads_at:
            leads_at[place] = (*leads.get(place, ()), *leads.get((agency_id, None), ()))
        ratified, reopened_ = (each and (every or out) for each in (locked, case_id in again))
        if (alike := (place_id, ratified, reopened_)) not in over:
            over[alike] = cannot_be_sent(cycle.state, starts_at, moment, ratified=ratified, reopened=reopened_)
        open_, asked = cycle.state in OPEN and not over[alike], bool(asked_not_to)
        items.append(ReturnLine(return_id, reference, area, agency, state, version, open_, asked, leads_at[place]))
        counted[area, agency, state in ANSWERED, over[alike]] += 1
    shares = (
        (area, AnsweredShare(agency, number if answered else 0, number, number if missed and not answered else 0))
        for (area, agency, answered, missed), number in counted.items()
    )
    return items, _overview([*shares])


def _places(session: Session, cycle_id: str) -> dict[str, tuple[str, str, datetime]]:
    """Place id -> (area id, area label, when its meeting begins)."""
    rows = session.execute(
        select(CycleArea.id, Area.id, Area.label, Meeting.starts_at)
        .join(Area, Area.id == CycleArea.area_id)
        .join(Meeting, Meeting.id == CycleArea.meeting_id)
        .where(CycleArea.cycle_id == cycle_id)
    )
    return {place_id: (area_id, area, starts_at) for place_id, area_id, area, starts_at in rows}


_Leads = dict[tuple[str | None, str | None], tuple[ChasedLead, ...]]
"""(agency id, area id or None for all areas) -> its leads."""


def _leads(session: Session, cycle_id: str) -> _Leads:
    last_messages = (
        select(Message.person_id, func.max(Message.posted_at).label("told_at"))
        .where(Message.cycle_id == cycle_id, Message.kind.in_((MessageKind.REQUEST, MessageKind.REMINDER)))
        .group_by(Message.person_id)
        .subquery()
    )
    rows = session.execute(
        select(Role.agency_id, Role.area_id, Person.label, last_messages.c.told_at)
        .join(Person, Person.id == Role.person_id)
        .outerjoin(last_messages, last_messages.c.person_id == Person.id)
        .where(Role.kind == RoleKind.AGENCY_LEAD, Person.active, in_force(now(session)))
        .order_by(Person.label)
    )
    leads: _Leads = {}
    for agency_id, area_id, label, told_at in rows:
        leads[agency_id, area_id] = (*leads.get((agency_id, area_id), ()), ChasedLead(label, told_at))
    return leads
