"""Keep promises: turn the record of what changed into messages and sheets to be drawn again."""

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import BindParameter, and_, bindparam, delete, func, or_, select, union, union_all, update
from sqlalchemy.orm import Session

from audit.access import ANSWERING
from audit.delivery.ledger import insert, redraw_all, redraw_reminders
from audit.moment import OPEN
from audit.role_in_force import in_force
from audit.whose_sheet import OF_ALL
from storage.cases import ASKED, Case, Involvement
from storage.clock import now
from storage.cycles import Cycle, CycleArea
from storage.immediate import ImmediateAction
from storage.messages import Message, MessageKind
from storage.people import Cover, Person, Role, RoleKind
from storage.promises import Promise, PromiseKind
from storage.returns import Decline, Handover, Return
from storage.sheet_state import SheetState
from storage.types import change_rows, plain_rows

BATCH = 500
_PROMISED = select(Promise.number, Promise.kind, Promise.subject_id).order_by(Promise.number).limit(BATCH)
_KEPT = delete(Promise).where(Promise.number.in_(bindparam("numbers")))


def keep(session: Session) -> int:
    """Raise the ledger rows that the oldest promises concern. Returns how many were kept, at most BATCH."""
    promises = plain_rows(session, _PROMISED).all()
    by_kind: dict[str, set[str]] = {kind: set() for kind in PromiseKind}
    for promise in promises:
        by_kind[promise.kind].add(promise.subject_id)
    by_kind[PromiseKind.DRAFT] -= by_kind[PromiseKind.RETURN]  # their lists are drawn again in any case
    for kind, changed in _CHANGED.items():
        if by_kind[kind]:
            changed(session, by_kind[kind])
    change_rows(session, _KEPT, {"numbers": [promise.number for promise in promises]})
    return len(promises)


_RETURNS: BindParameter[str] = bindparam("returns")
_INVOLVED = (
    select(Case.cycle_id, Case.area_id, Involvement.agency_id, Case.id, Case.place_id)
    .join(Involvement, Involvement.case_id == Case.id)
    .join(Return, Return.involvement_id == Involvement.id)
    .where(Return.id.in_(_RETURNS))
)
_BESIDE = union_all(
    *(select(table.id).where(table.return_id.in_(_RETURNS)) for table in (ImmediateAction, Decline, Handover))
)
_ABOUT_RETURNS = (
    MessageKind.SUMMARY, MessageKind.AGENDA, MessageKind.IMMEDIATE, MessageKind.IMMEDIATE_DUE,
    MessageKind.IMMEDIATE_RAISED, MessageKind.DECLINE, MessageKind.HANDOVER,
)  # fmt: skip
"""Kinds of message about a case, a place, or an immediate action, a decline or a handover of a return."""


def _returns_changed(session: Session, return_ids: set[str]) -> None:
    parameters = {"returns": [*return_ids]}
    involved, beside = plain_rows(session, _INVOLVED, parameters).all(), plain_rows(session, _BESIDE, parameters).all()
    subjects = {subject_id for *_, case_id, place_id in involved for subject_id in (case_id, place_id) if subject_id}
    redraw_all(session, _ABOUT_RETURNS, subjects | {subject_id for (subject_id,) in beside})
    concerned = {each for _, area_id, agency_id, *_ in involved for each in (agency_id, area_id)}
    _after_any_change(session, {cycle_id for cycle_id, *_ in involved}, concerned)
    _lists_changed(session, return_ids)


_LISTS = (
    update(Message)
    .where(
        Message.kind.in_((MessageKind.REQUEST, MessageKind.COVER)),
        Message.cycle_id == bindparam("cycle"),
        Message.person_id.in_(bindparam("people")),
    )
    .values(wanted=Message.wanted + 1)
)


def _lists_changed(session: Session, return_ids: set[str]) -> None:
    """Draw again the lists of returns that include these, for the people who answer for them."""
    places = {(*place,) for *place, _, _ in plain_rows(session, _INVOLVED, {"returns": [*return_ids]})}
    people: dict[str, set[str]] = {}
    for cycle_id, area_id, agency_id in places:
        rows = plain_rows(session, _ANSWERING, {"agency": agency_id, "area": area_id})
        people.setdefault(cycle_id, set()).update(person_id for (person_id,) in rows)
    for cycle_id, person_ids in people.items():
        change_rows(session, _LISTS, {"cycle": cycle_id, "people": [*person_ids]})
        redraw_reminders(session, cycle_id, person_ids)


def _cases_changed(session: Session, case_ids: set[str]) -> None:
    returns = session.scalars(
        select(Return.id)
        .join(Involvement, Involvement.id == Return.involvement_id)
        .where(Involvement.case_id.in_(case_ids))
    )
    _returns_changed(session, set(returns))


def _cases_released(session: Session, case_ids: set[str]) -> None:
    places = session.execute(
        select(CycleArea.id, CycleArea.cycle_id).join(Case, CycleArea.id == Case.place_id).where(Case.id.in_(case_ids))
    ).all()
    redraw_all(session, (MessageKind.AGENDA,), {place_id for place_id, _ in places})
    cycle_ids = {cycle_id for _, cycle_id in places}
    _actions_changed(session, cycle_ids)  # the actions of these cases are shown with their number now
    _after_any_change(session, cycle_ids)


def _cycles_changed(session: Session, cycle_ids: set[str]) -> None:
    """Request returns of every lead of an agency involved in an open cycle, and draw its messages again.

    The sub-group's channel gets the cycle's matrix, which shows who has answered.
    """
    for cycle_id in sorted(cycle_ids):
        leads = session.scalars(
            select(Role.person_id)
            .distinct()
            .join(Person, Person.id == Role.person_id)
            .join(Involvement, Involvement.agency_id == Role.agency_id)
            .join(Case, and_(Case.id == Involvement.case_id, or_(Role.area_id.is_(None), Role.area_id == Case.area_id)))
            .join(Cycle, Cycle.id == Case.cycle_id)
            .where(
                Case.cycle_id == cycle_id,
                *ASKED,
                Cycle.state.in_(OPEN),
                Role.kind == RoleKind.AGENCY_LEAD,
                in_force(now(session)),
                Person.active,
            )
        )
        for person_id in sorted(leads):
            insert(session, MessageKind.REQUEST, cycle_id, cycle_id, person_id=person_id)
        channel = session.scalar(select(Cycle.sub_group_channel).where(Cycle.id == cycle_id, Cycle.state.in_(OPEN)))
        if channel is not None:
            insert(session, MessageKind.MATRIX, cycle_id, cycle_id, channel=channel)
        session.execute(update(Message).where(Message.cycle_id == cycle_id).values(wanted=Message.wanted + 1))
    _after_any_change(session, cycle_ids)


def _actions_changed(session: Session, cycle_ids: set[str]) -> None:
    """Draw again what shows the state of actions: their messages, each person's newest reminder, and the sheet."""
    about = [Message.kind == MessageKind.ACTION, Message.cycle_id.in_(cycle_ids)]
    session.execute(update(Message).where(*about).values(wanted=Message.wanted + 1))
    reminders = [Message.kind == MessageKind.ACTION_DUE, Message.person_id == Person.id]
    newest = select(select(func.max(Message.id)).where(*reminders).scalar_subquery()).select_from(Person)
    session.execute(update(Message).where(Message.id.in_(newest)).values(wanted=Message.wanted + 1))
    _draw(session, cycle_ids)


_ROLES = (
    Role.kind.in_(ANSWERING), Role.agency_id == bindparam("agency"),
    or_(Role.area_id.is_(None), Role.area_id == bindparam("area")),
)  # fmt: skip
_ANSWERING = union(
    select(Role.person_id).where(*_ROLES),
    select(Cover.person_id).join(Role, Role.id == Cover.role_id).where(*_ROLES),
)
"""Selects the people who answer for an agency in an area, or cover for them, now or formerly."""


_CYCLES: BindParameter[str] = bindparam("cycles")
_PROMPTS = (
    update(Message)
    .where(Message.kind == MessageKind.PROMPT, Message.cycle_id.in_(_CYCLES))
    .values(wanted=Message.wanted + 1)
)


def _after_any_change(session: Session, cycle_ids: Iterable[str], concerned: Collection[str] | None = None) -> None:
    """Draw again the cycles' matrix, tally, prompts and sheets. `concerned` is as in `_draw`."""
    ids = list(cycle_ids)
    redraw_all(session, (MessageKind.TALLY, MessageKind.MATRIX), ids)
    change_rows(session, _PROMPTS, {"cycles": ids})
    _draw(session, ids, concerned)


_LENT = or_(OF_ALL, SheetState.spreadsheet_id.is_not(None))
_SHEETS = update(SheetState).where(SheetState.cycle_id.in_(_CYCLES), _LENT).values(wanted=SheetState.wanted + 1)
_CONCERNED: BindParameter[str] = bindparam("concerned")
_SOME_SHEETS = _SHEETS.where(
    or_(OF_ALL, SheetState.agency_id.in_(_CONCERNED), SheetState.area_id.in_(_CONCERNED))
)  # fmt: skip


def _draw(session: Session, cycle_ids: Iterable[str], concerned: Collection[str] | None = None) -> None:
    """Have sheets of these cycles drawn: all of them, or the whole audits' and those concerned.

    `concerned`: ids of agencies and areas, or None for all sheets. Those that aren't a whole audit's are drawn only
    if they have a spreadsheet.
    """
    if concerned is None:
        change_rows(session, _SHEETS, {"cycles": [*cycle_ids]})
    else:
        change_rows(session, _SOME_SHEETS, {"cycles": [*cycle_ids], "concerned": [*concerned]})


_CHANGED: dict[PromiseKind, Callable[[Session, set[str]], None]] = {
    PromiseKind.RETURN: _returns_changed,
    PromiseKind.DRAFT: _lists_changed,
    PromiseKind.CASE: _cases_changed,
    PromiseKind.CYCLE: _cycles_changed,
    PromiseKind.ACTION: _actions_changed,
    PromiseKind.RELEASE: _cases_released,
}
"""Kind of promise -> the function that raises what depends on the changed subjects."""
