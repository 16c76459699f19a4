"""Messages that remind people of returns, and tell coordinators who hasn't answered."""

from datetime import date

from sqlalchemy.orm import Session

from audit import access, cycle_facts
from audit.calendar import in_london
from audit.chasing import channel_prompt, digest, reminders, snooze
from audit.returns import cover
from audit.returns import waiting as waiting_rules
from jobs.letters.kind import Kind, addressee, require_hours
from storage.clock import now
from storage.messages import Message, MessageKind
from views.chasing import channel_prompt as channel_prompt_view
from views.chasing import digest as digest_view
from views.chasing import reminders as reminders_view
from views.parts import Content


def _reminder(session: Session, row: Message) -> Content | None:
    who, moment = addressee(session, row), now(session)
    waiting = waiting_rules.waiting(session, who, row.cycle_id)
    unsent = row.ts is None
    if reminders.superseded(session, row) or (
        unsent and not any(reminders_view.asks(each, moment) for each in waiting)
    ):
        return None
    require_hours(session, row)
    return reminders_view.reminder(
        cycle_facts.view(session, row.cycle_id), waiting, _reminded(session, who, row), moment
    )


def _reminded(session: Session, who: access.Actor, row: Message) -> reminders_view.Reminded:
    mine = [each for each in cover.mine(session, who) if each.covered_id == who.person_id]
    return reminders_view.Reminded(
        coverable=who.person_id if cover.coverable(session, who.person_id) else None,
        covered=mine[0] if mine else None,
        snoozed_until=snooze.until(session, who, row.cycle_id),
    )


def _digest(session: Session, row: Message) -> Content | None:
    access.require_coordinator(addressee(session, row), "digest.read", row.cycle_id)
    day = date.fromisoformat(row.subject_id)
    over = row.ts is not None and day < in_london(now(session)).date()  # a digest stays as it was on its day
    view = None if over or reminders.superseded(session, row) else digest.digest(session, row.cycle_id, day)
    if view is None:
        return None
    require_hours(session, row)
    return digest_view.digest(view)


def _prompt(session: Session, row: Message) -> Content | None:
    view = channel_prompt.prompt(session, row.cycle_id, row.subject_id)
    return channel_prompt_view.prompt(view) if view.places or row.ts else None


KINDS = (
    Kind(MessageKind.REMINDER, _reminder, due=reminders.due, called_off=True, while_open=True),
    Kind(MessageKind.DIGEST, _digest, due=digest.due),
    Kind(MessageKind.PROMPT, _prompt, called_off=True, while_open=True),
)
