"""Changes of a cycle under way: who may make them, and their consequences in Slack and the sheet."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from audit import moment
from audit.access import Actor, require_coordinator
from audit.role_in_force import in_force
from audit.row_by_id import existing
from storage.cases import Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleState
from storage.immediate import ImmediateAction
from storage.messages import Message, MessageKind
from storage.people import Agency, Area, Person, Role, RoleKind
from storage.returns import Return
from storage.sheet_state import SheetState

Places = Collection[tuple[str, str]]
"""Agencies in areas, as (agency id, area id): what leads answer for."""

_BOARDS = (MessageKind.TALLY, MessageKind.MATRIX)


@dataclass(frozen=True)
class Follows:
    """The consequences of a change.

    `asked`: labels of people who get their first request; `told`: those whose request is updated; `unled`: (agency,
    area) without a lead to ask; `summaries`: references of cases whose posted summary changes; `agenda`: a posted area
    agenda changes; `board`: posted figures in the sub-group's channel change; `sheet`: a sheet is redrawn.
    """

    asked: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    unled: tuple[tuple[str, str], ...] = ()
    summaries: tuple[str, ...] = ()
    agenda: bool = False
    board: bool = False
    sheet: bool = False


def under_way(
    session: Session,
    who: Actor,
    verb: str,
    cycle_id: str,
    *,
    locked: bool = False,
    among: Collection[CycleState] = moment.OPEN,
) -> Cycle:
    """A cycle in a state `among` these, for a coordinator; NotFound, or Refused in any other state."""
    require_coordinator(who, verb, cycle_id)
    cycle = existing(session, Cycle, cycle_id, locked=locked)
    stays = cycle.state != CycleState.PLANNED
    moment.require(cycle, among, "it stays as it is" if stays else "change it under “Manage this audit”")
    return cycle


def follows(
    session: Session, cycle: Cycle, *, places: Places | None = None, case_ids: Collection[str] | None = None
) -> Follows:
    """The consequences of changing the agencies in `places` and these cases; None means all.

    People who get their first request are listed only if `places` are given: other changes ask nobody new.
    """
    posted = select(Message.subject_id).where(
        Message.cycle_id == cycle.id, Message.kind == MessageKind.SUMMARY, Message.ts.is_not(None)
    )
    cases = select(Case.reference).where(Case.id.in_(posted)).order_by(Case.reference)
    leads = _leads(session, places or ())
    requested = _requested(session, cycle.id)
    answering = {person_id for person_id, _, _, _ in leads}
    board = exists().where(Message.cycle_id == cycle.id, Message.kind.in_(_BOARDS), Message.ts.is_not(None))
    drawn = exists().where(SheetState.cycle_id == cycle.id, SheetState.spreadsheet_id.is_not(None))
    return Follows(
        asked=tuple(sorted({label for person_id, label, _, _ in leads if person_id not in requested})),
        told=tuple(sorted(label for person_id, label in requested.items() if places is None or person_id in answering)),
        unled=_unled(session, places or (), leads),
        summaries=tuple(session.scalars(cases if case_ids is None else cases.where(Case.id.in_(case_ids)))),
        agenda=_on_agenda(session, cycle, case_ids),
        board=bool(session.scalar(select(board))),
        sheet=bool(session.scalar(select(drawn))),
    )


def _on_agenda(session: Session, cycle: Cycle, case_ids: Collection[str] | None) -> bool:
    """Whether a posted agenda lists one of these cases, or (None) any case."""
    posted = select(Message.id).where(
        Message.cycle_id == cycle.id, Message.kind == MessageKind.AGENDA, Message.ts.is_not(None)
    )
    if case_ids is not None:
        posted = posted.where(Message.subject_id.in_(select(Case.place_id).where(Case.id.in_(case_ids))))
    return session.scalar(posted.limit(1)) is not None


def _leads(session: Session, places: Places) -> list[tuple[str, str, str, str | None]]:
    """(person id, label, agency id, area id or None for all) of everybody who leads in one of these places."""
    if not places:
        return []
    in_places = [
        and_(Role.agency_id == agency_id, or_(Role.area_id.is_(None), Role.area_id == area_id))
        for agency_id, area_id in places
    ]
    rows = session.execute(
        select(Person.id, Person.label, Role.agency_id, Role.area_id)
        .join(Role, Role.person_id == Person.id)
        .where(Role.kind == RoleKind.AGENCY_LEAD, in_force(now(session)), Person.active, or_(*in_places))
        .order_by(Person.label, Person.id)
    )
    return [(person_id, label, agency_id or "", area_id) for person_id, label, agency_id, area_id in rows]


def _requested(session: Session, cycle_id: str) -> dict[str, str]:
    """Person id -> label, of everybody active who has a request."""
    rows = session.execute(
        select(Person.id, Person.label)
        .join(Message, Message.person_id == Person.id)
        .where(Message.cycle_id == cycle_id, Message.kind == MessageKind.REQUEST, Person.active)
    )
    return dict(rows.all())


def _unled(
    session: Session, places: Places, leads: Collection[tuple[str, str, str, str | None]]
) -> tuple[tuple[str, str], ...]:
    led = {(agency_id, area_id) for _, _, agency_id, area_id in leads}
    return tuple(
        sorted(
            (session.get_one(Agency, agency_id).label, session.get_one(Area, area_id).label)
            for agency_id, area_id in places
            if not led & {(agency_id, None), (agency_id, area_id)}
        )
    )


def open_immediate(session: Session, case_ids: Collection[str] | None = None, cycle_id: str | None = None) -> int:
    """The number of open immediate actions about these cases, or about a cycle. No change closes them."""
    actions = (
        select(ImmediateAction.id)
        .join(Return, Return.id == ImmediateAction.return_id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .where(ImmediateAction.closed_at.is_(None))
    )
    if case_ids is not None:
        actions = actions.where(Involvement.case_id.in_(case_ids))
    if cycle_id is not None:
        actions = actions.where(ImmediateAction.cycle_id == cycle_id)
    return len(session.scalars(actions).all())
