"""Immediate actions: a return says that something must happen now, and coordinators follow it until it is closed."""

from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from audit import trail
from audit.access import Actor, coordinators, require_coordinator
from audit.calendar import OPENING, at, in_hours, in_london
from audit.delivery import ledger
from audit.delivery.ledger import Due
from audit.errors import NotFound, Refused
from audit.returns import answers, immediate_raisers, immediate_text
from audit.returns.immediate_text import Immediate, ImmediateTexts, NeededNow, Noted, asked_for, keep
from audit.screening import fields
from audit.screening.fields import TypedField
from audit.tools import LINE_LIMIT
from storage.clock import now
from storage.immediate import ImmediateAction
from storage.messages import Message, MessageKind
from storage.promises import PromiseKind, promise
from storage.returns import ReturnVersion
from storage.types import LOCK

DEALING, NOTE, DONE = "dealing", "note", "done"
"""The forms' fields: who deals with it, a note on acknowledging, and what was done."""

PATIENCE = timedelta(hours=1)
"""How long an action can wait to be acknowledged before coordinators are reminded, which is in working hours only."""


@dataclass(frozen=True)
class Opened:
    """An immediate action with its texts. `record_id`: the version of the return from which it was read."""

    action: Immediate
    record_id: str
    asked: NeededNow
    notes: tuple[Noted, ...]
    done: str


def follow(  # noqa: PLR0917  # a version, as audit.returns.versions has just stored it
    session: Session, who: Actor, return_id: str, cycle_id: str, version: int, given: answers.Answers
) -> None:
    """Open or change a return's immediate action as its new version says, and tell coordinators at once.

    A version without one changes nothing: an action stays open until a coordinator closes it. A closed action is raised
    again, unless the version only repeats what it was closed with.
    """
    asked = asked_for(given)
    if asked is None:
        return
    newest = _newest(session, return_id)
    text = immediate_text.kept(session, newest) if newest else None
    if newest is None or text is None:
        _raise(session, who, ImmediateAction(return_id=return_id, cycle_id=cycle_id, version=version), asked)
    elif newest.closed_at is None:
        newest.version = version
        if asked != text.asked:
            _change(session, who, newest, replace(text, asked=asked))
    elif newest.version == version - 1 and asked == text.asked:
        newest.version = version
    else:
        _raise(session, who, ImmediateAction(return_id=return_id, cycle_id=cycle_id, version=version), asked)


def _newest(session: Session, return_id: str) -> ImmediateAction | None:
    """The return's newest action, locked; no other can be open."""
    return session.scalars(
        select(ImmediateAction)
        .where(ImmediateAction.return_id == return_id)
        .order_by(ImmediateAction.raised_at.desc(), ImmediateAction.id.desc())
        .limit(1)
        .with_for_update(**LOCK)
    ).first()


def _raise(session: Session, who: Actor, row: ImmediateAction, asked: NeededNow) -> None:
    row.raised_at = now(session)
    keep(session, row, ImmediateTexts(asked))
    session.add(row)
    session.flush()
    trail.record(session, who, immediate_raisers.RAISE, subject_id=row.id, cycle_id=row.cycle_id)
    ledger.tell(session, MessageKind.IMMEDIATE, row.cycle_id, row.id, coordinators(session))
    immediate_raisers.tell(session, row, "raised")


def _change(session: Session, who: Actor, row: ImmediateAction, text: ImmediateTexts) -> None:
    """Store another text of the action, which has to be acknowledged again, and tell coordinators at once."""
    keep(session, row, text)
    trail.record(session, who, "immediate.change", subject_id=row.id, cycle_id=row.cycle_id)
    immediate_raisers.tell(session, row, f"v{row.version}")
    if row.acknowledged_at is None:
        return
    row.acknowledged_at, row.acknowledged_by_id = None, None
    for person_id in coordinators(session):
        key = f"{MessageKind.IMMEDIATE_DUE}:{row.id}:v{row.version}:{person_id}"
        ledger.insert(session, MessageKind.IMMEDIATE_DUE, row.cycle_id, row.id, person_id=person_id, key=key)


def by_id(session: Session, action_id: str) -> Immediate:
    """An immediate action without its texts; NotFound. The caller checks permission."""
    actions = immediate_text.actions_where(session, ImmediateAction.id == action_id)
    if not actions:
        raise NotFound("This immediate action no longer exists.")
    return actions[0]


def open_ones(session: Session, cycle_id: str | None = None) -> tuple[Immediate, ...]:
    """Open immediate actions of one cycle or (None) of all: unacknowledged ones first, then by age."""
    still = ImmediateAction.closed_at.is_(None)
    found = immediate_text.actions_where(session, still & (ImmediateAction.cycle_id == cycle_id) if cycle_id else still)
    return tuple(sorted(found, key=lambda each: (each.acknowledged_at is not None, each.raised_at, each.id)))


def read(session: Session, who: Actor, action_id: str) -> Opened:
    """An immediate action with its texts, for a coordinator; the reading is recorded."""
    require_coordinator(who, "immediate.read", action_id)
    action = by_id(session, action_id)
    row = session.get_one(ImmediateAction, action_id)
    of_version = [ReturnVersion.return_id == row.return_id, ReturnVersion.number == row.version]
    record_id = session.scalars(select(ReturnVersion.id).where(*of_version)).one()
    trail.reading(session, who, "immediate.read", subject_id=row.id, cycle_id=row.cycle_id, detail=action.reference)
    text = immediate_text.kept(session, row)
    return Opened(action, record_id, text.asked, text.notes, text.done)


def acknowledge(  # noqa: PLR0917  # what was read, and what was answered
    session: Session, who: Actor, record_id: str, dealing: str, note: str, seen: str = ""
) -> Immediate:
    """Record that a coordinator has read it and who (a role) deals with it. All notes are kept; the last role counts.

    `record_id` and `seen` (how many notes there were): what the form was filled from. The same form sent again changes
    nothing. Refused if it was closed, if what it asks for has become another since, or if somebody else has written a
    note since, who may have said otherwise.
    """
    require_coordinator(who, "immediate.acknowledge", record_id)
    row = _as_read(session, record_id)
    text = immediate_text.kept(session, row)
    dealt = TypedField(dealing, "Say who deals with it: a role.", LINE_LIMIT)
    fields.check(session, who, {DEALING: dealt, NOTE: TypedField(note)})
    since = text.notes[int(seen) :] if seen.isdecimal() else text.notes[-1:]
    if row.acknowledged_at and (who.person_id, dealing, note) in [
        (each.person_id, each.dealing, each.note) for each in since
    ]:
        return by_id(session, row.id)
    _require_open(session, row)
    others = [each.label for each in since if each.person_id != who.person_id]
    if seen and others:
        raise Refused(
            f"{others[-1]} has written a note since you opened this, so nothing was saved. Please copy what you wrote,"
            " close this, and read it again."
        )
    if row.acknowledged_at is None:
        immediate_raisers.tell(session, row, f"read{row.version}")
    _acknowledged(session, who, row)
    noted = Noted(who.person_id, who.label, now(session).isoformat(), dealing, note)
    keep(session, row, replace(text, notes=(*text.notes, noted)))
    _changed(session, who, "immediate.acknowledge", row)
    return by_id(session, row.id)


def close(session: Session, who: Actor, record_id: str, done: str) -> Immediate:
    """Close an action, recording what was done, for a coordinator; the rest: see `acknowledge`."""
    require_coordinator(who, "immediate.close", record_id)
    row = _as_read(session, record_id)
    text = immediate_text.kept(session, row)
    fields.check(session, who, {DONE: TypedField(done, "Say what was done.")})
    if row.closed_at is not None and row.closed_by_id == who.person_id and text.done == done:
        return by_id(session, row.id)
    _require_open(session, row)
    if row.acknowledged_at is None:
        _acknowledged(session, who, row)
    row.closed_at, row.closed_by_id = now(session), who.person_id
    immediate_raisers.tell(session, row, "closed")
    keep(session, row, replace(text, done=done))
    _changed(session, who, "immediate.close", row)
    return by_id(session, row.id)


def _as_read(session: Session, record_id: str) -> ImmediateAction:
    """The action, locked; Refused if it asks for something else than this version of the return."""
    version = session.get(ReturnVersion, record_id)
    row = _newest(session, version.return_id) if version else None
    if version is None or row is None:
        raise NotFound("This immediate action no longer exists.")
    if asked_for(answers.kept(session, version)) != immediate_text.kept(session, row).asked:
        raise Refused(
            "The agency has changed what must happen since you opened this, so nothing was saved. Please copy what you"
            " wrote, close this, and read it again."
        )
    return row


def _require_open(session: Session, row: ImmediateAction) -> None:
    if row.closed_at is not None:
        by = by_id(session, row.id).closed_by or "Somebody"
        raise Refused(f"{by} has closed this immediate action. Nothing was changed.")


def _acknowledged(session: Session, who: Actor, row: ImmediateAction) -> None:
    row.acknowledged_at, row.acknowledged_by_id = now(session), who.person_id


def _changed(session: Session, who: Actor, verb: str, row: ImmediateAction) -> None:
    trail.record(session, who, verb, subject_id=row.id, cycle_id=row.cycle_id)
    promise(session, PromiseKind.RETURN, row.return_id, now(session))
    session.flush()


_OPEN = select(ImmediateAction).where(ImmediateAction.closed_at.is_(None))


def due(session: Session) -> tuple[Due, ...]:
    """The reminders to coordinators that are due, in working hours.

    At 09:00 of each working day: one for each action raised before that isn't acknowledged, or should be done by now.
    Also one an hour after an action was raised, if it isn't acknowledged.
    """
    moment = now(session)
    if not in_hours(moment):
        return ()
    rows = session.scalars(_OPEN).all()
    today = in_london(moment).date()
    pressing = []
    for row in rows:
        if row.raised_at < at(today, OPENING) and _presses(session, row):
            pressing.append((row, today.isoformat()))
        elif row.acknowledged_at is None and moment - row.raised_at >= PATIENCE and not _reminded(session, row):
            pressing.append((row, "hour"))
    kind, people = MessageKind.IMMEDIATE_DUE, coordinators(session) if pressing else ()
    dues = (
        Due(row.cycle_id, kind, row.id, person_id=person, key=f"{kind}:{row.id}:{name}:{person}")
        for row, name in pressing
        for person in people
    )
    return ledger.missing(session, dues)


def _presses(session: Session, row: ImmediateAction) -> bool:
    """Whether coordinators should be reminded of it: it isn't acknowledged, or should be done by now."""
    if row.closed_at is not None:
        return False
    today = in_london(now(session)).date()
    return row.acknowledged_at is None or immediate_text.to_day(immediate_text.kept(session, row).asked.by, today) != ""


def _reminded(session: Session, row: ImmediateAction) -> bool:
    reminders = [Message.kind == MessageKind.IMMEDIATE_DUE, Message.subject_id == row.id]
    return bool(session.scalar(select(exists().where(*reminders))))


def reminder(session: Session, message: Message) -> Immediate | None:
    """What a reminder says: the action as it is now, or None if it needn't be sent any more.

    It needn't if there is nothing to remind of, or if there is a later reminder of the same action.
    """
    row = session.get_one(ImmediateAction, message.subject_id)
    if message.ts is None and (not _presses(session, row) or ledger.later(session, message)):
        return None
    return by_id(session, row.id)
