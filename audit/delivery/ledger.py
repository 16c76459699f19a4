"""The ledger of what must stand in Slack, and what a change brings with it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, and_, delete, exists, func, or_, select, union, update
from sqlalchemy.orm import Session

from audit import trail
from audit.access import ANSWERING, Actor
from audit.moment import OPEN
from audit.role_in_force import in_force
from audit.whose_sheet import OF_ALL
from storage import conflicts
from storage.cases import Case, Involvement
from storage.clock import now, wall
from storage.cycles import Cycle, CycleArea
from storage.immediate import ImmediateAction
from storage.messages import TROUBLED, Message, MessageKind, MessageState
from storage.people import Cover, Person, Role, RoleKind
from storage.promises import Promise, PromiseKind
from storage.returns import Decline, Handover, Return
from storage.sheet_state import SheetState
from storage.types import new_id

BATCH = 500
STEPS = (MessageKind.IMMEDIATE_RAISED, MessageKind.IMMEDIATE_DUE)
"""The kinds of which one takes the place of an earlier one that isn't sent yet."""


def keep_promises(session: Session) -> int:
    """Turn promises into raised ledger rows; how many were taken up. Those of one change count once."""
    promises = session.scalars(select(Promise).order_by(Promise.number).limit(BATCH)).all()
    by_kind: dict[str, set[str]] = {kind: set() for kind in PromiseKind}
    for promise in promises:
        by_kind[promise.kind].add(promise.subject_id)
    by_kind[PromiseKind.DRAFT] -= by_kind[PromiseKind.RETURN]  # whose lists are drawn again anyway
    for kind, changed in _CHANGED.items():
        if by_kind[kind]:
            changed(session, by_kind[kind])
    session.execute(delete(Promise).where(Promise.number.in_([promise.number for promise in promises])))
    return len(promises)


@dataclass(frozen=True)
class Due:
    """A message that the calendar makes due and that isn't in the ledger yet; to a channel or to a person."""

    cycle_id: str
    kind: MessageKind
    subject_id: str
    channel: str | None = None
    person_id: str | None = None
    key: str | None = None


def add(session: Session, dues: Iterable[Due]) -> None:
    """Put what is due into the ledger. A key exists once: doing this again, or twice at once, adds nothing."""
    for each in dues:
        insert(
            session, each.kind, each.cycle_id, each.subject_id,
            channel=each.channel, person_id=each.person_id, key=each.key,
        )  # fmt: skip


def insert(
    session: Session,
    kind: MessageKind,
    cycle_id: str,
    subject_id: str,
    *,
    sheet_id: str | None = None,
    channel: str | None = None,
    person_id: str | None = None,
    key: str | None = None,
) -> None:
    """Add a message unless its key is there already; by default that says kind, subject and person."""
    by_default = f"{kind}:{subject_id}" + (f":{person_id}" if person_id else "")
    values = {
        "id": new_id(), "key": key or by_default, "kind": kind, "cycle_id": cycle_id, "subject_id": subject_id,
        "sheet_id": sheet_id, "channel": channel, "person_id": person_id, "next_try_at": wall(),
        "created_at": _after(session, kind, subject_id, person_id) if kind in STEPS else wall(),
    }  # fmt: skip
    session.execute(conflicts.insert(session, Message).values(values).on_conflict_do_nothing(index_elements=["key"]))


def _after(session: Session, kind: MessageKind, subject_id: str, person_id: str | None) -> datetime:
    """Now, but after what this person has of this kind about the same: another host's clock may be ahead."""
    same = [Message.kind == kind, Message.subject_id == subject_id, Message.person_id == person_id]
    newest = session.scalar(select(func.max(Message.created_at)).where(*same))
    return wall() if newest is None else max(wall(), newest + timedelta(microseconds=1))


def tell(session: Session, kind: MessageKind, cycle_id: str, subject_id: str, people: Iterable[str]) -> None:
    """Tell each of these people about the subject, by DM: once, however often this is called."""
    for person_id in people:
        insert(session, kind, cycle_id, subject_id, person_id=person_id)


def later(session: Session, message: Message) -> bool:
    """Whether the same person has a later message of this kind about the same."""
    same = [getattr(Message, name) == getattr(message, name) for name in ("kind", "subject_id", "person_id")]
    return bool(session.scalar(select(exists().where(*same, Message.created_at > message.created_at))))


def redeliver(session: Session, who: Actor | None = None, *only: ColumnElement[bool]) -> int:
    """Try what is in trouble again now (all of it, or `only` some), once a person has mended the cause; how many.

    That is what was set aside, and what waits for its next attempt.
    """
    wanted = select(Message).where(TROUBLED, *only).order_by(Message.created_at, Message.id)
    aside = session.scalars(wanted.with_for_update()).all()
    for message in aside:
        message.state, message.error, message.next_try_at = MessageState.LIVE, None, wall()
        trail.record(session, who, "message.redeliver", subject_id=message.id, cycle_id=message.cycle_id)
    return len(aside)


def _returns_changed(session: Session, return_ids: set[str]) -> None:
    involved = session.execute(
        select(Case.id, Case.cycle_id, CycleArea.id, Involvement.agency_id, Case.area_id)
        .outerjoin(CycleArea, CycleArea.id == Case.place_id)
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Return, Return.involvement_id == Involvement.id)
        .where(Return.id.in_(return_ids))
    ).all()
    again(session, MessageKind.SUMMARY, {case_id for case_id, _, _, _, _ in involved})
    again(session, MessageKind.AGENDA, {place_id for _, _, place_id, _, _ in involved if place_id})
    raised = session.scalars(select(ImmediateAction.id).where(ImmediateAction.return_id.in_(return_ids))).all()
    for kind in (MessageKind.IMMEDIATE, MessageKind.IMMEDIATE_DUE, MessageKind.IMMEDIATE_RAISED):
        again(session, kind, raised)
    again(session, MessageKind.DECLINE, session.scalars(select(Decline.id).where(Decline.return_id.in_(return_ids))))
    again(session, MessageKind.HANDOVER, session.scalars(select(Handover.id).where(Handover.return_id.in_(return_ids))))
    concerned = {each for _, _, _, agency_id, area_id in involved for each in (agency_id, area_id)}
    _after_any_change(session, {cycle_id for _, cycle_id, _, _, _ in involved}, concerned)
    _lists_changed(session, return_ids)


def _lists_changed(session: Session, return_ids: set[str]) -> None:
    """The lists in which these returns stand, of those who answer for them."""
    places = session.execute(
        select(Case.cycle_id, Case.area_id, Involvement.agency_id)
        .distinct()
        .join(Involvement, Involvement.case_id == Case.id)
        .join(Return, Return.involvement_id == Involvement.id)
        .where(Return.id.in_(return_ids))
    ).all()
    for cycle_id, area_id, agency_id in places:
        people = session.scalars(_answering(agency_id, area_id)).all()
        lists = Message.kind.in_((MessageKind.REQUEST, MessageKind.COVER))
        session.execute(
            update(Message)
            .where(lists, Message.cycle_id == cycle_id, Message.person_id.in_(people))
            .values(wanted=Message.wanted + 1)
        )
        reminded_again(session, cycle_id, people)


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
    again(session, MessageKind.AGENDA, {place_id for place_id, _ in places})
    _after_any_change(session, {cycle_id for _, cycle_id in places})


def _cycles_changed(session: Session, cycle_ids: set[str]) -> None:
    """Once a cycle is open, every lead of an involved agency is asked, and the sub-group sees who has answered."""
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
                Case.withdrawn_at.is_(None),
                Involvement.withdrawn_at.is_(None),
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
    """What shows how actions stand: the messages about them, the newest reminder of each person, and the sheet."""
    about = [Message.kind == MessageKind.ACTION, Message.cycle_id.in_(cycle_ids)]
    session.execute(update(Message).where(*about).values(wanted=Message.wanted + 1))
    reminders = [Message.kind == MessageKind.ACTION_DUE, Message.person_id == Person.id]
    newest = select(select(func.max(Message.id)).where(*reminders).scalar_subquery()).select_from(Person)
    session.execute(update(Message).where(Message.id.in_(newest)).values(wanted=Message.wanted + 1))
    _draw(session, cycle_ids)


def reminded_again(session: Session, cycle_id: str, people: Iterable[str]) -> None:
    """Have the newest reminder that each of these people got drawn again."""
    reminders = [
        Message.kind == MessageKind.REMINDER,
        Message.cycle_id == cycle_id,
        Message.person_id.in_(list(people)),
    ]
    newest = select(func.max(Message.id)).where(*reminders).group_by(Message.person_id)
    session.execute(update(Message).where(Message.id.in_(newest)).values(wanted=Message.wanted + 1))


def _answering(agency_id: str, area_id: str) -> CompoundSelect[str]:
    """Who answers for the agency there, or covers for those who do."""
    roles = [
        Role.kind.in_(ANSWERING), Role.agency_id == agency_id, or_(Role.area_id.is_(None), Role.area_id == area_id)
    ]  # fmt: skip
    covering = select(Cover.person_id).join(Role, Role.id == Cover.role_id)
    return union(select(Role.person_id).where(*roles), covering.where(*roles))


def _after_any_change(session: Session, cycle_ids: Iterable[str], concerned: Collection[str] | None = None) -> None:
    """The cycle's matrix, tally and sheets follow whatever changed; `concerned` as in `_draw`."""
    ids = list(cycle_ids)
    again(session, MessageKind.TALLY, ids)
    again(session, MessageKind.MATRIX, ids)
    prompts = [Message.kind == MessageKind.PROMPT, Message.cycle_id.in_(ids)]
    session.execute(update(Message).where(*prompts).values(wanted=Message.wanted + 1))
    _draw(session, ids, concerned)


def _draw(session: Session, cycle_ids: Iterable[str], concerned: Collection[str] | None = None) -> None:
    """Have the sheets of these cycles drawn: all, or the whole audits' own and those of agencies and areas concerned.

    `concerned`: the ids of these agencies and areas. What isn't lent to anybody isn't drawn.
    """
    which = [SheetState.cycle_id.in_(list(cycle_ids)), or_(OF_ALL, SheetState.spreadsheet_id.is_not(None))]
    if concerned is not None:
        which.append(or_(OF_ALL, SheetState.agency_id.in_(concerned), SheetState.area_id.in_(concerned)))
    session.execute(update(SheetState).where(*which).values(wanted=SheetState.wanted + 1))


def again(session: Session, kind: MessageKind, subject_ids: Iterable[str]) -> None:
    """Have every message of this kind about these subjects drawn again."""
    if ids := list(subject_ids):
        about = [Message.kind == kind, Message.subject_id.in_(ids)]
        session.execute(update(Message).where(*about).values(wanted=Message.wanted + 1))


_CHANGED: dict[PromiseKind, Callable[[Session, set[str]], None]] = {
    PromiseKind.RETURN: _returns_changed,
    PromiseKind.DRAFT: _lists_changed,
    PromiseKind.CASE: _cases_changed,
    PromiseKind.CYCLE: _cycles_changed,
    PromiseKind.ACTION: _actions_changed,
    PromiseKind.RELEASE: _cases_released,
}
"""What a promise of each kind brings with it, for the subjects that changed."""
